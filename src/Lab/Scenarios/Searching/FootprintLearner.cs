using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// Injects an interrupt at places all over a window, follows its handler by single steps with all accesses shown, and keeps what is common to many.
/// </summary>
internal sealed unsafe class FootprintLearner : IDisposable
{
    /// <summary>Places from which is learned.</summary>
    private const int Places = 48;

    /// <summary>Instructions that are looked at for a place at which the injection is possible.</summary>
    private const int LongestWait = 20_000;

    /// <summary>Instructions after which a handler is not followed any more.</summary>
    private const int LongestHandler = 20_000;

    private const int MaxWords = 64, MaxPages = 32, StackPointer = 1;

    /// <summary>An access so near to the interrupted stack pointer belongs to that stack, in bytes.</summary>
    private const int StackReach = 4096;

    /// <summary>One place in so many has to show a word or a page.</summary>
    private const int Share = 4;

    private readonly CaseMachine _machine;
    private readonly Search _search;
    private readonly Dictionary<uint, int> _pages = [], _words = [];
    private readonly HashSet<uint> _pagesHere = [], _readHere = [], _writtenHere = [];
    private (uint Pc, uint StackPointer) _interrupted;
    private bool _follows, _hasReturned, _isTaken;
    private int _low, _high, _trials;

    private FootprintLearner(ScenarioCase scenario, Search search, SearchOrigin origin, RunSettings settings)
    {
        _machine = new CaseMachine(scenario with { Checks = [], CheckSentences = [] }, settings, showsData: true);
        _search = search;
        origin.RestoreMachine(_machine);
        _machine.Injector.Marks.Clear();
        _machine.Console.Mark("");
        _machine.Happened = OnHappened;
    }

    private CpuState* State => _machine.Board.Processor.State;

    /// <summary>Learns what the handler of an injection depends on.</summary>
    /// <param name="scenario">The case.</param>
    /// <param name="search">The search.</param>
    /// <param name="origin">Where its window begins.</param>
    /// <param name="moved">What is moved or delayed; empty for another search.</param>
    /// <param name="end">Count at which it ends.</param>
    /// <param name="settings">The engine.</param>
    public static Footprint Learn(
        ScenarioCase scenario, Search search, SearchOrigin origin, IReadOnlyList<Occurrence> moved, ulong end, RunSettings settings)
    {
        if (!search.All.Any(what => what.Action is RaiseInterrupt or ShiftAction))
            return Footprint.Unknown;
        using FootprintLearner learner = new(scenario, search, origin, settings);
        return search.IsShift ? learner.Learn(moved) : learner.Learn(origin.Count, end);
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private Footprint Learn(ulong first, ulong end)
    {
        Window window = new(_machine, _search, "within");
        using Fork fork = new(_machine);
        for (ulong n = 0; n < Places; n++)
        {
            ulong count = Math.Max(first + ((end - first) / Places * n), _machine.Count);
            if (_machine.Run(count) != CaseEnd.Limit)
                break;
            bool isPossible = false;
            for (int step = 0; step < LongestWait && !(isPossible = window.Look().IsDone) && _machine.Run(_machine.Count + 1) == CaseEnd.Limit;)
                step++;
            if (!isPossible)
                continue;
            fork.Begin();
            Follow();
            fork.GoBack();
        }

        return Common();
    }

    /// <summary>Follows the handlers of interrupts where they came in the run.</summary>
    private Footprint Learn(IReadOnlyList<Occurrence> moved)
    {
        int step = Math.Max(1, moved.Count / Places);
        using Fork fork = new(_machine);
        foreach (ulong count in moved.Where((_, n) => n % step == 0).Select(one => one.Count).Distinct().Order())
        {
            if (_machine.Run(count) != CaseEnd.Limit)
                break;
            fork.Begin();
            Follow(injects: false);
            fork.GoBack();
        }

        return Common();
    }

    private Footprint Common()
    {
        int least = Math.Max(1, _trials / Share);
        return new Footprint(Most(_pages, least, MaxPages), _low, _high, Most(_words, least, MaxWords), _trials);
    }

    private static uint[] Most(Dictionary<uint, int> seen, int least, int most) =>
    [
        .. seen.Where(one => one.Value >= least).OrderByDescending(one => one.Value).ThenBy(one => one.Key).Take(most)
            .Select(one => one.Key).Order(),
    ];

    /// <summary>Follows a handler to its end.</summary>
    /// <param name="injects">Whether the search injects here; otherwise an interrupt comes by itself, or there is nothing to follow.</param>
    private void Follow(bool injects = true)
    {
        (_interrupted, _hasReturned, _isTaken, _follows) = ((State->Pc, State->Gpr[StackPointer]), false, false, true);
        int number = 0;
        foreach (Injection what in injects ? _search.All : [])
            _machine.Injector.Apply(what.Action, number++);
        for (int step = 0; step < LongestHandler && !_hasReturned; step++)
        {
            if (_machine.Run(_machine.Count + 1) != CaseEnd.Limit || (!injects && !_isTaken))
                break;
            if ((State->Msr & Msr.Ir) != 0)
                _pagesHere.Add(State->Pc & ~PageMask);
        }

        _follows = false;
        _trials += injects || _isTaken ? 1 : 0;
        Add(_pages, _pagesHere);
        Add(_words, _readHere);
        _writtenHere.Clear();
    }

    private const uint PageMask = PhysicalAddressSpace.PageSize - 1;

    private static void Add(Dictionary<uint, int> to, HashSet<uint> seen)
    {
        foreach (uint one in seen)
            to[one] = to.GetValueOrDefault(one) + 1;
        seen.Clear();
    }

    private void OnHappened(GuestEvent happened)
    {
        if (!_follows)
            return;
        _isTaken |= happened.Kind == GuestEventKind.ExceptionTaken;
        _hasReturned |= happened.ReturnsTo(_interrupted.Pc, _interrupted.StackPointer);
        if (happened.Kind == GuestEventKind.DataAccessed && happened.Number < 2)
            Note(happened);
    }

    private void Note(in GuestEvent access)
    {
        long offset = (long)access.Address - _interrupted.StackPointer;
        if (offset is > -StackReach and < StackReach)
            (_low, _high) = (Math.Min(_low, (int)offset), Math.Max(_high, (int)offset));
        else if ((access.Msr & Msr.Dr) != 0)
            _pagesHere.Add(access.Address & ~PageMask);
        for (uint word = access.Dear & ~3u; word <= access.Dear + access.Value - 1; word += sizeof(uint))
        {
            if (access.Number == 1)
                _writtenHere.Add(word);
            else if (!_writtenHere.Contains(word) && offset is <= -StackReach or >= StackReach && word < _machine.Board.Memory.RamSize)
                _readHere.Add(word);
        }
    }
}
