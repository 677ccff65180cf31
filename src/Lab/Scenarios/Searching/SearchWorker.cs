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

    private readonly CaseMachine _machine;
    private readonly Search _search;
    private readonly CaseRuns _runs;
    private readonly int _number;
    private readonly ScenarioCase _scenario;
    private readonly Fork _fork;
    private readonly Window _window;
    private readonly Window? _second;
    private readonly List<CountRange> _possible = [];
    private readonly FatalPlaces _fatal = new();
    private readonly Dictionary<string, CauseReport> _causes = [];
    private readonly Dictionary<string, KeptRun> _kept = [];
    private readonly SearchTally _tally = new();
    private (uint Pc, uint StackPointer)? _interrupted;
    private (ulong Count, string Place)? _after;
    private (string End, ulong Count)? _endedWith;

    /// <summary>Brings a machine to the beginning of a search's window.</summary>
    /// <param name="machine">A machine of the case, for this worker alone.</param>
    /// <param name="scenario">The case.</param>
    /// <param name="search">The search.</param>
    /// <param name="origin">Where the window begins.</param>
    /// <param name="runs">Where fatal places are saved.</param>
    public SearchWorker(CaseMachine machine, ScenarioCase scenario, Search search, SearchOrigin origin, CaseRuns runs)
    {
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
        ulong end = _machine.Count + _search.Window;
        int places = 0;
        CaseEnd step = CaseEnd.Limit;
        do
        {
            Attempt chance = _window.Look();
            if (!chance.IsDone && !chance.IsError)
            {
                if (_second is null)
                    NoteRefused(chance);
                continue;
            }

            NotePossible();
            bool isLeftOut = places >= (_search.Most ?? int.MaxValue);
            bool mine = isMine(places++);
            if (_second is null)
                _tally.Places++;
            if (isLeftOut)
                _tally.LeftOut++;
            else if (mine && chance.IsError)
                NoteFailedFirst(chance);
            else if (mine && _second is { } second)
                TryBoth(second, tried);
            else if (mine)
                Try(_search, tried);
        }
        while (_machine.Count < end && (step = _machine.Run(_machine.Count + 1)) == CaseEnd.Limit && _machine.Count < end);
        if (step != CaseEnd.Limit)
            _endedWith = (CaseEnds.NameOf(step), _machine.Count);
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
    });

    /// <summary>What was done up to where a cause is explained; null where another worker found that place.</summary>
    public KeptRun? RunOf(CauseReport cause) =>
        _causes.TryGetValue(cause.Cause, out CauseReport? own) && (own.Count, own.After) == (cause.Count, cause.After)
            ? _kept[cause.Cause] : null;

    /// <inheritdoc/>
    public void Dispose() => _fork.Dispose();

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
        ulong end = _machine.Count + then.Window;
        int places = 0;
        CaseEnd step = CaseEnd.Limit;
        second.Restart();
        do
        {
            Attempt chance = second.Look();
            if (!chance.IsDone && !chance.IsError)
            {
                NoteRefused(chance);
                continue;
            }

            _tally.Places++;
            if (places++ >= (then.Most ?? Search.DefaultMostThen))
                _tally.LeftOutThen++;
            else if (chance.IsError)
                NoteFailed(chance);
            else
                Try(then, tried);
        }
        while (_machine.Count < end && (step = _machine.Run(_machine.Count + 1)) == CaseEnd.Limit && _machine.Count < end);

        // The first injection was enough.
        if (IsFatal(step))
            NoteFatal(_machine.Count, State->Pc, step, null);
    }

    private void Try(Search search, Action tried)
    {
        (ulong count, uint pc) = (_machine.Count, State->Pc);
        string? caller = search.What.Action is ReturnValue ? CallerPlace() : null;
        _tally.Trials++;
        _fork.Begin();
        CaseEnd end = RunTrial(search);
        bool isFatal = false;
        if (end == CaseEnd.Signal)
            _tally.Trials--;
        else if (end == CaseEnd.Limit)
            _tally.AddUndecided(Function(pc), count, _machine.View.Symbols.Name(pc));
        else if (IsFatal(end))
        {
            NoteFatal(count, pc, end, caller);
            isFatal = true;
        }

        if (caller is not null && end != CaseEnd.Signal)
            _tally.AddCall(caller, isFatal, end == CaseEnd.Limit);
        _interrupted = null;
        _fork.GoBack();
        tried();
    }

    private bool IsFatal(CaseEnd end) => _machine.Finding is not null
        || CaseEnds.IsDeath(end)
        || (end is CaseEnd.Reset or CaseEnd.PowerOff && _scenario.Ends.Console is not null);

    /// <summary>Runs one future.</summary>
    /// <returns>How it ended: <see cref="CaseEnd.Marked"/> when it passed, <see cref="CaseEnd.Limit"/> when it is undecided.</returns>
    private CaseEnd RunTrial(Search search)
    {
        ulong limit = _machine.Count + search.Limit;
        bool interrupts = search.All.Any(what => what.Action is RaiseInterrupt);
        _interrupted = interrupts ? (State->Pc, State->Gpr[StackPointer]) : null;
        Inject(search);
        if (interrupts && _machine.Run(limit) is var returned && returned != CaseEnd.Marked)
            return returned == CaseEnd.Limit ? Said() ?? returned : returned;
        CaseEnd end = _machine.Run(Math.Min(limit, _machine.Count + search.Pass));
        return end == CaseEnd.Limit ? Said() ?? CaseEnd.Marked : end;
    }

    /// <summary>The death that stands in the last line that the guest printed; null for none.</summary>
    private CaseEnd? Said() => _machine.Console.End() is { } said && CaseEnds.IsDeath(said) ? said : null;

    private Attempt Inject(Search search)
    {
        Attempt made = Attempt.Done;
        int number = _scenario.Injections.Count;
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
        if (happened.Kind is not (GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical)
            || _interrupted != (happened.Address, happened.StackPointer))
            return;
        _interrupted = null;
        _machine.Stop(CaseEnd.Marked);
    }

    private void NoteFatal(ulong count, uint pc, CaseEnd end, string? caller)
    {
        FindingReport explanation = _machine.Finding is { } finding
            ? FindingReporter.Report(finding, _machine.View)
            : FindingReporter.Death(end, _machine.Console.Watch, _machine.View);
        bool isNew = _causes.Count < SearchReports.MaxCauses && !_causes.ContainsKey(explanation.Cause);
        string name = _after is { } first ? $"{_number + 1}-at-{first.Count}-{count}" : $"{_number + 1}-at-{count}";
        (string? run, string? lack) = isNew || !_fatal.IsFull
            ? _runs.Save(_machine, name, explanation.Summary, new Moment(_after?.Count ?? count))
            : (null, null);
        if (isNew)
        {
            CauseReport cause = new(explanation.Cause, count, explanation with { Run = run, NoRun = lack }) { After = _after?.Count };
            _causes.Add(explanation.Cause, cause);
            _kept.Add(explanation.Cause, KeptRun.Of(_machine, end));
        }

        string instruction = FindingReporter.InstructionAt(_machine.View, pc);
        _fatal.Add(new FatalPlace(count, _machine.View.Symbols.Name(pc), Function(pc), instruction, explanation.Cause)
        {
            Run = run, NoRun = lack, Caller = caller, After = _after?.Count, AfterPlace = _after?.Place,
        });
    }

    /// <summary>The function that an address lies in, whatever labels are inside; empty where none is known.</summary>
    private string Function(uint pc) => _machine.View.Symbols.FunctionAt(pc)?.Name ?? "";

    private string? CallerPlace() => _search.What.Action is ReturnValue ? _machine.View.Symbols.Name(State->Lr) : null;
}
