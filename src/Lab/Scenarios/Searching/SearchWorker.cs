using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Walks through the window of a search in one machine, and tries the injection at those places that are this worker's.</summary>
internal sealed unsafe class SearchWorker : IDisposable
{
    private const int StackPointer = 1;

    /// <summary>Instructions between two looks whether interrupts are on; exceptions and returns show it by themselves.</summary>
    private const ulong LookInterval = 100;

    private readonly CaseMachine _machine;
    private readonly Search _search;
    private readonly CaseRuns _runs;
    private readonly int _number;
    private readonly ScenarioCase _scenario;
    private readonly SearchOrigin _origin;
    private readonly SearchJournal? _journal;
    private Fork _fork;
    private readonly Window _window;
    private readonly Window? _second;
    private readonly List<CountRange> _possible = [];
    private readonly FatalPlaces _fatal = new();
    private readonly Dictionary<string, CauseReport> _causes = [];
    private readonly Dictionary<string, KeptRun> _kept = [];
    private readonly SearchTally _tally = new();
    private (uint Pc, uint StackPointer)? _interrupted;
    private (ulong Count, string Place)? _after;
    private Occurrence? _moved;
    private readonly Dictionary<int, RunPoints> _pointsOf = [];
    private RunPoints? _points;
    private bool _areInterruptsOn;
    private (string End, ulong Count)? _endedWith;

    /// <summary>Brings a machine to the beginning of a search's window.</summary>
    /// <param name="machine">A machine of the case, for this worker alone.</param>
    /// <param name="scenario">The case.</param>
    /// <param name="search">The search.</param>
    /// <param name="origin">Where the window begins.</param>
    /// <param name="runs">Where fatal places are saved.</param>
    /// <param name="journal">What has been tried in earlier runs; null for nothing.</param>
    public SearchWorker(CaseMachine machine, ScenarioCase scenario, Search search, SearchOrigin origin, CaseRuns runs, SearchJournal? journal)
    {
        _origin = origin;
        _journal = journal;
        _machine = machine;
        _search = search;
        _runs = runs;
        _number = machine.Searches.TakeWhile(other => other.Location != search.Location).Count();
        _scenario = scenario;
        origin.Restore(machine);
        machine.Injector.Marks.Clear();
        machine.Console.Mark("");
        machine.Happened = OnHappened;
        _window = new Window(machine, search, "within");
        _second = search.Then is { } then ? new Window(machine, then, "then: within") : null;
        _fork = new Fork(machine);
    }

    private CpuState* State => _machine.Board.Processor.State;

    /// <summary>Walks to the end of the window.</summary>
    /// <param name="isMine">Whether a place, by its number in the window, is to be tried here.</param>
    /// <param name="tried">Called after each trial.</param>
    public void Walk(Func<int, bool> isMine, Action tried)
    {
        int places = 0;
        WalkWindow(_machine.Count + _search.Window, notes: true, chance =>
        {
            bool isLeftOut = places >= (_search.Most ?? int.MaxValue);
            bool mine = isMine(places++);
            if (isLeftOut)
                _tally.LeftOut++;
            else if (mine && chance.IsError)
                NoteFailedFirst(chance);
            else if (mine && _second is { } second)
                TryBoth(second, tried);
            else if (mine)
                Try(_search, tried);
        });
    }

    /// <summary>Runs to where the window or the run ends.</summary>
    /// <returns>The count there.</returns>
    public ulong FindEnd(ulong end)
    {
        Begin();
        _machine.Run(end);
        return _machine.Count;
    }

    /// <summary>What is moved or delayed; empty for another search.</summary>
    public IReadOnlyList<Occurrence> Moved { get; set; } = [];

    /// <summary>Where the run ends, if a trial has passed that goes on as the run; 0 if it has not.</summary>
    public ulong RunPassesUntil { get; set; }

    /// <summary>Runs to where the window or the run ends, and gives what came there that is moved or delayed.</summary>
    /// <param name="end">Count at which the window ends.</param>
    /// <param name="passesUntil">Where the run ends; 0 where something was fatal.</param>
    public IReadOnlyList<Occurrence> FindOccurrences(ulong end, out ulong passesUntil)
    {
        Begin();
        IReadOnlyList<Occurrence> found = OccurrenceFinder.Find(_machine, _search, end, out CaseEnd how);
        passesUntil = how != CaseEnd.Signal && !IsFatal(how) && Said() is null ? _machine.Count : 0;
        return found;
    }

    /// <summary>Walks to the end of the window, tries nothing, and puts each place into its class.</summary>
    /// <param name="tree">The classes.</param>
    /// <param name="footprint">What the handler depends on.</param>
    /// <param name="end">Count at which the window ends.</param>
    public void Survey(PlaceTree tree, Footprint footprint, ulong end)
    {
        Begin();
        PlaceContext context = new(_machine, footprint, isCall: _search.What.Action is ReturnValue);
        _machine.Happened = context.Observe;
        if (_search.IsShift)
            SurveyAside(tree, context, end);
        else
            WalkWindow(end, notes: tree.IsFirst, _ => tree.Add(context, new PlaceAt(0, _machine.Count), State->Pc));
        _machine.Happened = OnHappened;
    }

    /// <summary>Walks, for each thing that came, through the run without it, and puts each place at which it can come into its class.</summary>
    private void SurveyAside(PlaceTree tree, PlaceContext context, ulong end)
    {
        foreach (Occurrence one in Moved)
        {
            CaseEnd step = _machine.Run(one.First);
            if (step != CaseEnd.Limit)
                return;
            context.Aside(one, () => Aside(one, () => Step(_window, Math.Min(end, one.Count + _search.Reach + 1), chance =>
            {
                // Where it came it is the run itself.
                if (!chance.IsToBeTried || _machine.Count == one.Count)
                    return;
                _tally.Places += tree.IsFirst ? 1 : 0;
                tree.Add(context, new PlaceAt(one.Number, _machine.Count), State->Pc);
            })));
        }
    }

    /// <summary>Goes aside with a machine that stands where something can come first: into a run without it, and back.</summary>
    /// <param name="one">What is moved or delayed.</param>
    /// <param name="follow">What is done there.</param>
    /// <param name="tries">Whether trials are made, which end where they go on as the run.</param>
    private void Aside(Occurrence one, Action follow, bool tries = false)
    {
        using SearchOrigin here = new(_machine);
        if (tries && RunPassesUntil > 0 && RunPoints.CanCompare(_scenario, _machine) && !_pointsOf.TryGetValue(one.Number, out _points))
        {
            _pointsOf.Add(one.Number, _points = new RunPoints(_machine, one.Count + _search.Reach, RunPassesUntil));
            here.Restore(_machine);
        }

        _window.Restart();
        one.Hold(_machine);
        follow();
        one.Leave(_machine);
        here.Restore(_machine);
    }

    /// <summary>Tries the injection at some places of the window.</summary>
    /// <param name="places">Rising.</param>
    /// <param name="tried">Called after each trial.</param>
    public void Visit(IEnumerable<PlaceAt> places, Action<PlaceAt, TrialOutcome> tried)
    {
        Begin();
        foreach (IGrouping<int, PlaceAt> some in places.GroupBy(place => place.Occurrence))
        {
            if (some.Key == 0)
            {
                VisitHere(some, tried);
                continue;
            }

            Occurrence one = Moved[some.Key - 1];
            if (_machine.Run(one.First) != CaseEnd.Limit)
                return;
            _moved = one;
            bool goesOn = false;
            Aside(one, () => goesOn = VisitHere(some, tried), tries: true);
            (_moved, _points) = (null, null);
            if (!goesOn)
                return;
        }
    }

    /// <summary>Tries places of the way that the machine is on.</summary>
    /// <returns>Whether nothing ended it.</returns>
    private bool VisitHere(IEnumerable<PlaceAt> places, Action<PlaceAt, TrialOutcome> tried)
    {
        foreach (PlaceAt place in places)
        {
            if (_machine.Run(place.Count) != CaseEnd.Limit)
                return false;
            Attempt chance = _window.Chance();
            TrialOutcome outcome = TrialOutcome.Failed;
            if (chance.IsDone)
                outcome = Try(_search, () => { });
            else
                NoteFailed(chance);
            if (outcome == TrialOutcome.Cut)
                return false;
            tried(place, outcome);
        }

        return true;
    }

    /// <summary>Adds what was found to a report of the same window.</summary>
    public SearchReport AddTo(SearchReport report) => SearchReports.Combine(report, _tally.In(report) with
    {
        Possible = _possible,
        EndedWith = _endedWith?.End,
        EndedAt = _endedWith?.Count,
        Within = [.. _window.Covered, .. _second?.Covered ?? []],
        Fatal = _fatal.Kept,
        MoreFatal = _fatal.More,
        Causes = [.. _causes.Values],
        Classes = null,
    });

    /// <summary>What was done up to where a cause is explained; null where another worker found that place.</summary>
    public KeptRun? RunOf(CauseReport cause) =>
        _causes.TryGetValue(cause.Cause, out CauseReport? own) && (own.Count, own.After) == (cause.Count, cause.After)
            ? _kept[cause.Cause] : null;

    /// <inheritdoc/>
    public void Dispose() => _fork.Dispose();

    /// <summary>Goes to the beginning of the window.</summary>
    private void Begin()
    {
        _fork.Dispose();
        _origin.Restore(_machine);
        _window.Restart();
        _fork = new Fork(_machine);
    }

    private void WalkWindow(ulong end, bool notes, Action<Attempt> at)
    {
        CaseEnd step = Step(_window, end, chance =>
        {
            if (notes)
                Note(chance);
            if (chance.IsToBeTried)
                at(chance);
        });
        if (step != CaseEnd.Limit && notes)
            _endedWith = (CaseEnds.NameOf(step), _machine.Count);
    }

    /// <summary>Goes through a window by single steps.</summary>
    /// <returns>What ended the last step; <see cref="CaseEnd.Limit"/> at the end of the window.</returns>
    private CaseEnd Step(Window window, ulong end, Action<Attempt> look)
    {
        CaseEnd step = CaseEnd.Limit;
        do
            look(window.Look());
        while (_machine.Count < end && (step = _machine.Run(Math.Min(end, NextPlace()))) == CaseEnd.Limit && _machine.Count < end);
        return step;
    }

    /// <summary>The next count at which there can be another place: while the processor waits there is none before something is due.</summary>
    private ulong NextPlace()
    {
        ulong next = _machine.Count + 1, due = _machine.Board.Events.NextDue;
        return (State->Msr & Msr.We) != 0 && due != ulong.MaxValue ? Math.Max(next, due) : next;
    }

    private void Note(Attempt chance)
    {
        if (chance.IsToBeTried)
            NotePossible();
        if (_second is not null)
            return;
        if (chance.IsToBeTried)
            _tally.Places++;
        else
            NoteRefused(chance);
    }

    private void NotePossible()
    {
        ulong count = _machine.Count;
        if (_possible.Count > 0 && _possible[^1] is var last && last.First + last.Length == count)
            _possible[^1] = last with { Length = last.Length + 1 };
        else if (_possible.Count < SearchReports.MaxRanges)
            _possible.Add(new CountRange(count, 1));
    }

    private void NoteRefused(Attempt chance)
    {
        if (chance.Why.Length > 0)
            _tally.AddRefused(chance.Why, _machine.Count, _machine.View.Symbols.Name(State->Pc));
    }

    private void NoteFailed(Attempt chance)
    {
        _tally.Trials++;
        _tally.AddFailed(Function(State->Pc), chance.Why, _machine.Count, _machine.View.Symbols.Name(State->Pc));
    }

    private void NoteFailedFirst(Attempt chance)
    {
        if (_second is not null)
            _tally.Places++;
        NoteFailed(chance);
    }

    /// <summary>
    /// Makes the first injection, and tries the second one at each place of its window. Going back from one of its trials is the fork's, as in any
    /// search; what the first injection changed is taken back from a copy of the whole machine.
    /// </summary>
    private void TryBoth(Window second, Action tried)
    {
        using SearchOrigin here = new(_machine);
        string place = $"{_machine.View.Symbols.Name(State->Pc)}{(CallerPlace() is { } caller ? $", called from {caller}" : "")}";
        _after = (_machine.Count, place);
        _machine.View.KnownStacks = _machine.View.Stacks();
        Attempt first = Inject(_search);
        if (first.IsDone)
            WalkSecond(_search.Then!, second, tried);
        else
            NoteFailedFirst(first);
        _machine.View.KnownStacks = null;
        _after = null;
        here.Restore(_machine);
    }

    private void WalkSecond(Search then, Window second, Action tried)
    {
        int places = 0;
        second.Restart();
        CaseEnd step = Step(second, _machine.Count + then.Window, chance =>
        {
            if (!chance.IsToBeTried)
            {
                NoteRefused(chance);
                return;
            }

            _tally.Places++;
            if (places++ >= (then.Most ?? Search.DefaultMostThen))
                _tally.LeftOutThen++;
            else if (chance.IsError)
                NoteFailed(chance);
            else
                Try(then, tried);
        });

        // The first injection was enough.
        if (IsFatal(step))
            NoteFatal(_machine.Count, State->Pc, step, null);
    }

    private TrialOutcome Try(Search search, Action tried)
    {
        (ulong count, uint pc) = (_machine.Count, State->Pc);
        string? caller = search.What.Action is ReturnValue ? CallerPlace() : null;
        TrialPlace place = new(_scenario.Index, _number, (ulong?)_moved?.Number ?? _after?.Count ?? 0, count);

        // What was fatal is tried again, as its explanation needs the machine there.
        TrialOutcome outcome = _journal?.Find(place) is { } known and not TrialOutcome.Fatal ? known : RunTrial(search, count, pc, caller);
        if (outcome == TrialOutcome.Cut)
            return outcome;
        _journal?.Add(place, outcome);
        _tally.Trials++;
        if (outcome == TrialOutcome.Undecided)
            _tally.AddUndecided(Function(pc), count, _machine.View.Symbols.Name(pc));
        if (caller is not null)
            _tally.AddCall(caller, outcome == TrialOutcome.Fatal, outcome == TrialOutcome.Undecided);
        tried();
        return outcome;
    }

    private TrialOutcome RunTrial(Search search, ulong count, uint pc, string? caller)
    {
        _fork.Begin();
        CaseEnd end = RunFuture(search);
        TrialOutcome outcome = end == CaseEnd.Signal ? TrialOutcome.Cut
            : end == CaseEnd.Limit ? TrialOutcome.Undecided
            : IsFatal(end) ? TrialOutcome.Fatal
            : TrialOutcome.Passed;
        if (outcome == TrialOutcome.Fatal)
            NoteFatal(count, pc, end, caller);
        _interrupted = null;
        _fork.GoBack();
        _moved?.HoldAgain(_machine);
        return outcome;
    }

    private bool IsFatal(CaseEnd end) => _machine.Finding is not null
        || CaseEnds.IsDeath(end)
        || (end is CaseEnd.Reset or CaseEnd.PowerOff && _scenario.Ends.Console is not null);

    /// <summary>Runs one future.</summary>
    /// <returns>How it ended: <see cref="CaseEnd.Marked"/> when it passed, <see cref="CaseEnd.Limit"/> when it is undecided.</returns>
    private CaseEnd RunFuture(Search search)
    {
        ulong limit = _machine.Count + search.Limit;
        bool interrupts = search.All.Any(what => what.Action is RaiseInterrupt or DelayInterrupt);
        _interrupted = interrupts ? (State->Pc, State->Gpr[StackPointer]) : null;
        bool wereOn = search.IsOfWholeRun && (State->Msr & Msr.Ee) != 0;
        Inject(search);
        if (interrupts && _machine.Run(limit) is var returned && returned != CaseEnd.Marked)
            return returned == CaseEnd.Limit ? Said() ?? returned : returned;
        ulong passed = Math.Min(limit, _machine.Count + search.Pass);
        CaseEnd end = _points?.Run(_machine, passed) ?? _machine.Run(passed);
        bool isOn = !wereOn || end != CaseEnd.Limit || AreInterruptsOnBefore(limit, out end);
        return end == CaseEnd.Limit ? Said() ?? (isOn ? CaseEnd.Marked : CaseEnd.Limit) : end;
    }

    /// <summary>
    /// Runs on until interrupts are on: as long as they are off, a handler that was interrupted may be one that never comes to its end.
    /// </summary>
    private bool AreInterruptsOnBefore(ulong limit, out CaseEnd end)
    {
        end = CaseEnd.Limit;
        _areInterruptsOn = (State->Msr & Msr.Ee) != 0;
        while (!_areInterruptsOn && end == CaseEnd.Limit && _machine.Count < limit)
        {
            end = _machine.Run(Math.Min(limit, _machine.Count + LookInterval));
            _areInterruptsOn |= (State->Msr & Msr.Ee) != 0;
        }

        return _areInterruptsOn;
    }

    /// <summary>The death that stands in the last line that the guest printed; null for none.</summary>
    private CaseEnd? Said() => _machine.Console.End() is { } said && CaseEnds.IsDeath(said) ? said : null;

    private Attempt Inject(Search search)
    {
        Attempt made = Attempt.Done;
        int number = _scenario.Injections.Count;
        if (_moved is { } moved)
        {
            moved.Come(_machine, number);
            return made;
        }

        foreach (Injecting.Injection what in search.All)
        {
            Attempt one = _machine.Injector.Apply(what.Action, number++);
            made = made.IsDone ? one : made;
        }

        return made;
    }

    /// <summary>An interrupt has returned when rfi goes to where it came from with the same stack.</summary>
    private void OnHappened(GuestEvent happened)
    {
        _areInterruptsOn |= happened.Kind is GuestEventKind.ExceptionTaken or GuestEventKind.ReturnedFromInterrupt
            or GuestEventKind.ReturnedFromCritical && (happened.Value & Msr.Ee) != 0;
        if (_interrupted is not (uint pc, uint stackPointer) || !happened.ReturnsTo(pc, stackPointer))
            return;
        _interrupted = null;
        _machine.Stop(CaseEnd.Marked);
    }

    private void NoteFatal(ulong count, uint pc, CaseEnd end, string? caller)
    {
        FindingReport explanation = _machine.Finding is { } finding
            ? FindingReporter.Report(finding, _machine.View)
            : FindingReporter.Death(end, _machine.Console.Watch, _machine.View);
        bool isNew = _causes.TryGetValue(explanation.Cause, out CauseReport? known)
            ? (known.After ?? 0, known.Count, known.Moved?.Number ?? 0).CompareTo((_after?.Count ?? 0, count, _moved?.Number ?? 0)) > 0
            : _causes.Count < SearchReports.MaxCauses;
        string name = _moved is { } moved ? $"{_number + 1}-of-{moved.Number}-at-{count}"
            : _after is { } first ? $"{_number + 1}-at-{first.Count}-{count}" : $"{_number + 1}-at-{count}";
        (string? run, string? lack) = isNew || !_fatal.IsFull
            ? _runs.Save(_machine, name, explanation.Summary, new Moment(_after?.Count ?? count))
            : (null, null);
        MovedReport? instead = _moved is { } came ? new MovedReport(came.Number, came.Name, came.Count) : null;
        if (isNew)
        {
            CauseReport cause = new(explanation.Cause, count, explanation with { Run = run, NoRun = lack })
            {
                After = _after?.Count, Moved = instead,
            };
            _causes[explanation.Cause] = cause;
            _kept[explanation.Cause] = KeptRun.Of(_machine, end);
        }

        string instruction = FindingReporter.InstructionAt(_machine.View, pc);
        _fatal.Add(new FatalPlace(count, _machine.View.Symbols.Name(pc), Function(pc), instruction, explanation.Cause)
        {
            Run = run, NoRun = lack, Caller = caller, After = _after?.Count, AfterPlace = _after?.Place, Moved = instead,
        });
    }

    /// <summary>The function that an address lies in, whatever labels are inside; empty where none is known.</summary>
    private string Function(uint pc) => _machine.View.Symbols.FunctionAt(pc)?.Name ?? "";

    private string? CallerPlace() => _search.What.Action is ReturnValue ? _machine.View.Symbols.Name(State->Lr) : null;
}
