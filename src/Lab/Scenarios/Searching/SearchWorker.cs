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
    private readonly (uint First, uint Size)[] _functions;
    private readonly List<CountRange> _possible = [];
    private readonly FatalPlaces _fatal = new();
    private readonly Dictionary<string, CauseReport> _causes = [];
    private (uint Pc, uint StackPointer)? _interrupted;
    private int _places;
    private int _trials;
    private int _undecided;
    private uint? _waitsAt;

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
        _number = scenario.Searches.TakeWhile(other => other != search).Count();
        _scenario = scenario;
        origin.Restore(machine);
        machine.Injector.Marks.Clear();
        machine.Console.Mark("");
        machine.Happened = OnHappened;
        _functions = [.. search.Within.Select(function => (machine.View.Symbols.Resolve(function), machine.View.Symbols.SizeOf(function)))];
        _fork = new Fork(machine);
    }

    private CpuState* State => _machine.Board.Processor.State;

    /// <summary>Walks to the end of the window.</summary>
    /// <param name="isMine">Whether a place, by its number in the window, is to be tried here.</param>
    /// <param name="tried">Called after each trial.</param>
    public void Walk(Func<int, bool> isMine, Action tried)
    {
        ulong end = _machine.Count + _search.Window;
        do
        {
            if (!IsPlace())
                continue;
            NotePossible();
            if (!isMine(_places++))
                continue;
            Try();
            tried();
        }
        while (_machine.Count < end && _machine.Run(_machine.Count + 1) == CaseEnd.Limit && _machine.Count < end);
    }

    /// <summary>Adds what was found to a report of the same window.</summary>
    public SearchReport AddTo(SearchReport report) => SearchReports.Combine(report, report with
    {
        Places = _places,
        Possible = _possible,
        Trials = _trials,
        Undecided = _undecided,
        Fatal = _fatal.Kept,
        MoreFatal = _fatal.More,
        Causes = [.. _causes.Values],
    });

    /// <inheritdoc/>
    public void Dispose() => _fork.Dispose();

    /// <summary>
    /// Whether the injection is to be tried at the present boundary. All boundaries at which the processor waits in one
    /// place are one.
    /// </summary>
    private bool IsPlace()
    {
        uint pc = State->Pc;
        bool waitsStill = (State->Msr & Msr.We) != 0 && _waitsAt == pc;
        _waitsAt = (State->Msr & Msr.We) != 0 ? pc : null;
        return !waitsStill && IsWithin(pc) && _machine.Injector.IsPossible(_search.What.Action);
    }

    private bool IsWithin(uint pc)
    {
        foreach ((uint first, uint size) in _functions)
        {
            if (pc - first < size)
                return true;
        }

        return _functions.Length == 0;
    }

    private void NotePossible()
    {
        ulong count = _machine.Count;
        if (_possible.Count > 0 && _possible[^1] is var last && last.First + last.Length == count)
            _possible[^1] = last with { Length = last.Length + 1 };
        else if (_possible.Count < SearchReports.MaxRanges)
            _possible.Add(new CountRange(count, 1));
    }

    private void Try()
    {
        (ulong count, uint pc) = (_machine.Count, State->Pc);
        _trials++;
        _fork.Begin();
        CaseEnd end = RunTrial();
        if (end == CaseEnd.Signal)
            _trials--;
        else if (end == CaseEnd.Limit)
            _undecided++;
        else if (_machine.Finding is not null
            || CaseEnds.IsDeath(end)
            || (end is CaseEnd.Reset or CaseEnd.PowerOff && _scenario.Ends.Console is not null))
            NoteFatal(count, pc, end);
        _interrupted = null;
        _fork.GoBack();
    }

    /// <summary>Runs one future.</summary>
    /// <returns>How it ended: <see cref="CaseEnd.Marked"/> when it passed, <see cref="CaseEnd.Limit"/> when it is undecided.</returns>
    private CaseEnd RunTrial()
    {
        ulong limit = _machine.Count + _search.Limit;
        bool interrupts = _search.What.Action is RaiseInterrupt;
        _interrupted = interrupts ? (State->Pc, State->Gpr[StackPointer]) : null;
        _machine.Injector.Apply(_search.What.Action, _scenario.Injections.Count);
        if (interrupts && _machine.Run(limit) is var returned && returned != CaseEnd.Marked)
            return returned;
        CaseEnd end = _machine.Run(Math.Min(limit, _machine.Count + _search.Pass));
        if (end == CaseEnd.Limit && _machine.Console.End() == CaseEnd.Panic)
            return CaseEnd.Panic;
        return end == CaseEnd.Limit ? CaseEnd.Marked : end;
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

    private void NoteFatal(ulong count, uint pc, CaseEnd end)
    {
        FindingReport explanation = _machine.Finding is { } finding
            ? FindingReporter.Report(finding, _machine.View)
            : FindingReporter.Death(end, _machine.Console.Watch, _machine.View);
        bool isNew = _causes.Count < SearchReports.MaxCauses && !_causes.ContainsKey(explanation.Cause);
        (string? run, string? lack) = isNew || !_fatal.IsFull
            ? _runs.Save(_machine, $"{_number + 1}-at-{count}", explanation.Summary, new Moment(count))
            : (null, null);
        if (isNew)
            _causes.Add(explanation.Cause, new CauseReport(explanation.Cause, count, explanation with { Run = run, NoRun = lack }));
        string function = _machine.View.Symbols.Find(pc)?.Symbol.Name ?? "";
        _fatal.Add(new FatalPlace(count, _machine.View.Symbols.Name(pc), function, FindingReporter.InstructionAt(_machine.View, pc),
            explanation.Cause) { Run = run, NoRun = lack });
    }
}
