using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>
/// A machine with the guest of a case, its engine, its checks and its injections: everything that a run or a trial of a
/// search needs.
/// </summary>
internal sealed unsafe class CaseMachine : IDisposable
{
    /// <summary>Instructions between two looks whether a signal has come.</summary>
    private const ulong Slice = 1_000_000;

    private readonly IEngine _engine;
    private readonly Func<int>? _signal;
    private readonly CaseGuest _guest;
    private readonly RecordedCase? _recorded;
    private readonly TlbPressure? _pressure;
    private readonly List<string> _absent = [];
    private CaseEnd _why;
    private bool _boundaryWanted;
    private bool _stopsForBoundary;
    private FaultCycle _cycle;

    /// <summary>Creates the machine with the guest at its first instruction.</summary>
    /// <param name="scenario">The case.</param>
    /// <param name="settings">How it is run: its engine, and the signal that ends it.</param>
    /// <param name="showsData">Whether each access to memory is shown as an event, which makes all of them slow.</param>
    /// <exception cref="InputException">The image cannot be used, or lacks a symbol.</exception>
    public CaseMachine(ScenarioCase scenario, RunSettings settings, bool showsData = false)
    {
        _signal = settings.EndSignal;
        _guest = new CaseGuest(scenario);
        Watcher = new GuestWatcher(Board);
        GuestSymbols symbols = new(Guest.Symbols, scenario.Image.Value);
        View = new GuestView(Board, symbols, CaseKernel.Create(Board, Guest, scenario, _guest.Boot, symbols), Watcher.Recent, OnFinding)
        {
            BoundaryWanted = WantBoundary,
            ReservedTlbEntries = scenario.Kernel?.ReservedTlbEntries(symbols),
        };
        symbols.LowCode = View.Guest.LowCode;
        symbols.LazyTypes = CaseKernel.TypesOf(scenario, _guest.Boot);
        WatchList watches = new();
        ICheck[] checks = [.. scenario.Checks.Select(name => CheckCatalog.Create(name)!), .. scenario.CheckSentences.Select(CheckCatalog.Create)];
        foreach (ICheck check in checks)
            check.Prepare(View, watches);
        _engine = settings.CreateEngine(Board.Processor);
        Machine = new GuestMachine(Board, _engine, new SilentConsole(), _guest.Network);
        _recorded = scenario.Recorded;
        _recorded?.Run.Follow(Machine);
        if (scenario.Injections.Count > 0 || scenario.HasTlbPressure)
            Machine.Milestones = null;
        Injector = new Injector(View, Machine, Watcher, scenario.Injections, watches) { Marked = () => Stop(CaseEnd.Marked) };
        Searches = scenario.Expect.Allow.Contains(Allowances.NoSuchFunction)
            ? [.. scenario.Searches.Select(search => WhereThereIs(search, symbols)).OfType<Search>()]
            : scenario.Searches;
        foreach (Search search in Searches)
            WatchFor(search, symbols, watches);
        if (scenario.HasTlbPressure)
        {
            _pressure = new TlbPressure(View, Injector);
            watches.StackSwitches();
        }

        if (showsData)
            watches.Data(DataRange.All);
        Watcher.Attach(View, checks, watches);
        Watcher.Arrived = Injector.Arrive;
        Watcher.Happened = OnHappened;
        IReadOnlyList<string> deaths = scenario.Ends.Panics.Count > 0 ? scenario.Ends.Panics : View.Kernel.DeathTexts;
        Console = new CaseConsole(Machine, scenario.Ends.Console, deaths, Stop);
        Console.Expect(scenario.Expect.Console ?? "");
        Machine.GiveText(System.Text.Encoding.UTF8.GetBytes(scenario.Input));
        _cycle = new FaultCycle(Board.Processor);
        Board.Processor.ExceptionTaken += OnException;
    }

    /// <summary>The machine.</summary>
    public Board Board => _guest.Board;

    /// <summary>The board with its engine and console.</summary>
    public GuestMachine Machine { get; }

    /// <summary>What was loaded.</summary>
    public LoadedGuest Guest => _guest.Guest;

    /// <summary>The guest as checks see it.</summary>
    public GuestView View { get; }

    /// <summary>Where events come from.</summary>
    public GuestWatcher Watcher { get; }

    /// <summary>What is injected.</summary>
    public Injector Injector { get; }

    /// <summary>What the guest prints.</summary>
    public CaseConsole Console { get; }

    /// <summary>The searches of the case, without functions that the image may lack and does.</summary>
    public IReadOnlyList<Search> Searches { get; }

    /// <summary>What was left out of them for that, each in a sentence.</summary>
    public IReadOnlyList<string> Absent => _absent;

    /// <summary>What was found first; null while nothing was.</summary>
    public Finding? Finding { get; set; }

    /// <summary>Called with each event; it may call <see cref="Stop"/>.</summary>
    public Action<GuestEvent>? Happened { get; set; }

    /// <summary>What makes its run the same one as another.</summary>
    public IReadOnlyDictionary<string, string> Identity => _recorded is not { } recorded ? _guest.Start.Facts
        : new Dictionary<string, string>(_guest.Start.Facts) { ["recorded"] = recorded.Hash };

    /// <summary>Completed instructions.</summary>
    public ulong Count => Board.Processor.State->InstructionCount;

    /// <summary>Stops the machine after the present instruction.</summary>
    public void Stop(CaseEnd why)
    {
        if (Board.Processor.StopReason != StopReason.None && !_stopsForBoundary)
            return;
        _stopsForBoundary = false;
        _why = why;
        Board.Processor.StopReason = StopReason.Requested;
    }

    /// <summary>Runs to a count, or until something stops the machine.</summary>
    /// <returns>What stopped it; <see cref="CaseEnd.Limit"/> at the count.</returns>
    public CaseEnd Run(ulong until)
    {
        CaseEnd end = RunEngine(until);
        return end is not (CaseEnd.Finding or CaseEnd.Limit or CaseEnd.Marked or CaseEnd.Signal)
            && Console.End() == CaseEnd.Panic ? CaseEnd.Panic : end;
    }

    /// <summary>Forgets what was noted of the past: the machine has been put elsewhere.</summary>
    public void Forget()
    {
        Finding = null;
        (_boundaryWanted, _stopsForBoundary) = (false, false);
        _pressure?.Forget();
        _cycle = new FaultCycle(Board.Processor);
    }

    /// <summary>Describes what the machine has done so far as a run that can be done again without the scenario.</summary>
    /// <param name="findings">Places with names.</param>
    public RunFile Describe(IReadOnlyList<NamedMoment> findings)
    {
        RunFile run = RunFile.Of(Machine, _guest.Start, new RunOptions { IgnorePanic = true, Prompt = _recorded?.Run.Options.Prompt ?? default });
        return (run with
        {
            Inputs = new RunInputs().Add(
                run.Inputs.Keys, run.Inputs.Texts, run.Inputs.Injections.Concat(Injector.Changes()).OrderBy(change => change.At),
                run.Inputs.SecondKeys),
            Milestones = [],
            Findings = findings,
        }).Until(Machine.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _engine.Dispose();
        Watcher.Dispose();
        _guest.Dispose();
    }

    private CaseEnd RunEngine(ulong until)
    {
        Processor processor = Board.Processor;
        if (processor.StopReason == StopReason.Requested)
            processor.StopReason = StopReason.None;
        while (true)
        {
            Injector.AtCount();
            if (_signal?.Invoke() is > 0)
                return CaseEnd.Signal;
            Machine.Run(Math.Min(Math.Min(until, Injector.NextCount), Count + Slice));
            if (_boundaryWanted)
                StandAtBoundary();
            switch (processor.StopReason)
            {
                case StopReason.None when Count >= until: return CaseEnd.Limit;
                case StopReason.None:
                    // What a check measures by time it must hear of, also in a guest in which nothing else happens.
                    Watcher.RaiseBoundary();
                    if (processor.StopReason != StopReason.None)
                        goto case StopReason.Requested;
                    continue;
                case StopReason.Requested: return _why;
                case StopReason.ExceptionLoop: return CaseEnd.ExceptionLoop;
                case StopReason.WaitsForever: return CaseEnd.WaitsForever;
                default: return processor.Timers.WatchdogResetStatus != 0 ? CaseEnd.WatchdogReset : CaseEnd.Reset;
            }
        }
    }

    /// <summary>Leaves functions out that the image does not have.</summary>
    /// <returns>Null when there is none to search in.</returns>
    private Search? WhereThereIs(Search search, GuestSymbols symbols)
    {
        SymbolReference[] absent = [.. search.Within.Where(function => !symbols.Has(function))];
        if (absent.Length > 0)
            _absent.Add($"'{search.What.Text}' was not tried in {string.Join(", ", absent)}: the image has no such function, which is allowed");
        if (absent.Length > 0 && absent.Length == search.Within.Count)
            return null;
        Search found = search with { Within = [.. search.Within.Except(absent)] };
        if (search.Then is not { } then)
            return found;
        return WhereThereIs(then, symbols) is { } second ? found with { Then = second } : null;
    }

    private void WatchFor(Search search, GuestSymbols symbols, WatchList watches)
    {
        foreach (Injecting.Injection what in search.Everything)
        {
            Injector.Check(what);
            if (what.Action is ReturnValue { From: var function })
                Injector.Track(symbols.Resolve(function), watches);
        }

        search.From.When?.Check(symbols);
        if (search.From.Symbol is { } start)
            Injector.Track(symbols.Resolve(start), watches);
        foreach (SymbolReference within in search.Within.Concat(search.Then?.Within ?? []))
            symbols.Resolve(within);
    }

    private void OnHappened(GuestEvent happened)
    {
        Injector.Observe(happened);
        if (_pressure?.Observe(happened) == true)
            WantBoundary();
        Happened?.Invoke(happened);
    }

    /// <summary>Somebody wants to look, or to change something, when the present instruction has completed.</summary>
    private void WantBoundary()
    {
        _boundaryWanted = true;
        if (Board.Processor.StopReason != StopReason.None)
            return;
        _stopsForBoundary = true;
        Board.Processor.StopReason = StopReason.Requested;
    }

    private void StandAtBoundary()
    {
        if (_stopsForBoundary && Board.Processor.StopReason == StopReason.Requested)
            Board.Processor.StopReason = StopReason.None;
        (_boundaryWanted, _stopsForBoundary) = (false, false);
        _pressure?.Apply();
        Watcher.RaiseBoundary();
    }

    private void OnException(in ExceptionRecord record)
    {
        if (_cycle.Note(record))
            Stop(CaseEnd.FaultCycle);
    }

    private void OnFinding(Finding finding)
    {
        Finding ??= finding with
        {
            At = finding.At ?? new Moment(finding.Count, finding.Count == Count ? Board.Processor.ExceptionsHere : 0),
        };
        Stop(CaseEnd.Finding);
    }
}
