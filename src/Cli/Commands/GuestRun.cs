using PpcJit.Cli.Debugging;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Lab.Kernels;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Cli.Commands;

/// <summary>Runs a loaded guest with the terminal as its console, and reports what became of it.</summary>
internal sealed class GuestRun
{
    private readonly GuestStart _start;
    private readonly RunRequest _request;
    private readonly IEngine _engine;
    private readonly RunSaver? _saver;
    private readonly OutputFile? _state;
    private readonly RecordedRun? _recorded;
    private GuestKernel? _kernel;

    /// <summary>What the guest did to hardware that is not there or not modelled.</summary>
    private readonly List<string> _hardware = [];

    /// <summary>Outputs that could not be written, and other failures that are not the guest's.</summary>
    private readonly List<string> _problems = [];

    private GuestRun(GuestStart start, RunRequest request, IEngine engine, RunSaver? saver, OutputFile? state)
    {
        (_start, _request, _engine, _saver, _state) = (start, request, engine, saver, state);
        _recorded = start.Recorded is { } run ? new RecordedRun(run, start.RecordedPath) : null;
    }

    /// <summary>Receives the machine when the run is looked at afterwards.</summary>
    private Action<GuestMachine, RunResult, Moment?>? Ended { get; init; }

    private Board Board => _start.Board;

    /// <summary>Runs the guest.</summary>
    /// <param name="start">The guest.</param>
    /// <param name="request">What the person wants.</param>
    /// <param name="ended">
    /// Receives the machine at the end of the run, and where its kernel gave up, when the run is looked at afterwards; null when it is looked at
    /// at once.
    /// </param>
    /// <returns>The exit code.</returns>
    public static int Execute(GuestStart start, RunRequest request, Action<GuestMachine, RunResult, Moment?>? ended = null)
    {
        using JsonReport? json = request.JsonPath is { } path ? new JsonReport(path) : null;
        using OutputFile? state = request.SaveStatePath is { } statePath ? OutputFile.Open("--save-state ", statePath) : null;
        foreach (NamedFile page in request.Pages)
        {
            if (page.Path is { } pagePath)
                OutputFile.Check($"{page.Name} ", pagePath);
        }

        using RunSaver? saver = request.SaveRunPath is { } file ? new RunSaver(file, request.PacksImages) : null;
        using IEngine engine = Engines.Create(request.Engine, request.JitOptions, start.Board.Processor);
        GuestRun run = new(start, request, engine, saver, state) { Ended = ended };
        RunOutcome outcome;
        using (RunConsoles consoles = RunConsoles.Open(request, start.Board))
        {
            outcome = run.Attend(consoles);
            run._problems.AddRange(consoles.Complete());
        }

        return run.Complete(outcome, json);
    }

    /// <summary>Builds what the run consists of, runs it, and tells how it ended.</summary>
    private RunOutcome Attend(RunConsoles consoles)
    {
        HostConsole host = consoles.Host;

        // Ahead of the first word that the person reads, who may answer it with Ctrl-A C.
        host.OffersMonitor = host.IsInteractive && _request.Look.IsEmpty;
        using DebuggedRun? debugged = _request.Debug is { } debug ? new DebuggedRun(debug, host, consoles.First, consoles.Wake) : null;
        Introduce(host, isDebugged: debugged is not null);
        GuestMachine machine = new(Board, _engine, debugged?.Console ?? consoles.First, _start.Network, consoles.Second);
        _start.State?.Load(machine, _start.Start);
        using Timeline timeline = new(machine, _request.History(isAsked: _recorded is not null || debugged is not null
            || _request.Commands.Count > 0 || _request.Explains || _request.OpensMonitorOnDeath));
        List<StorageKeeper> storage = [];
        if (_start.Flash is { } flash)
            storage.Add(new FlashKeeper(machine, flash, message => Notice(host, message)));
        if (_start.Disk is { } disk)
            storage.Add(new DiskKeeper(machine, disk, message => Notice(host, message)));
        _recorded?.Begin(machine, message => Notice(host, message));
        if (_recorded is null && _saver is not null)
            machine.Milestones = new Milestones();
        DebugNames names = _start.Names(_request.KernelName);
        _kernel = names.Kernel;
        foreach (string place in _request.Followed)
            FollowedPlace.Check(names, place);
        WantedPlace? wanted = debugged is null ? WantedPlace.Parse(_request.At, names) : null;
        GuestSession session = new(machine);
        session.StateHashTaken += point => host.Notice(point.ToString());
        using LookRun? look = Ended is null ? LookRun.Begin(_start, machine, names, _request, host) : null;
        RunMonitor? monitor = _request.Commands.Count > 0 || _request.Explains || debugged is not null || host.OffersMonitor
            ? new RunMonitor(_start, session, timeline, names, _request)
            : null;
        RunParts parts = new(consoles, session, timeline, storage, debugged, monitor, wanted) { Look = look };
        RunResult result = Play(parts);
        _problems.AddRange(look?.Complete() ?? []);
        Try(() => Ended?.Invoke(machine, result, session.PanicAt));
        return Conclude(parts, result);
    }

    /// <summary>Connects what tells the person something with the terminal, and says what runs.</summary>
    private void Introduce(HostConsole host, bool isDebugged)
    {
        Board.Log.Reported += message =>
        {
            _hardware.Add(message);
            if (!_request.IsQuiet)
                Notice(host, message);
        };
        if (_request.OpensMonitorOnDeath && (!host.OffersMonitor || isDebugged))
            throw new InputException("--monitor-on-death needs a terminal, and neither gdb nor what looks at the whole run.");
        if (host.IsInteractive && !_request.IsQuiet)
            Notice(host, $"{_start.Guest.Description}. {host.Help}");
        if (_start.Network is { } network)
            network.Noticed += message => Notice(host, message);
    }

    /// <summary>Runs the guest to its end. Where PpcJit itself fails, what was recorded so far is kept: it can show the fault again.</summary>
    private RunResult Play(RunParts parts)
    {
        try
        {
            RunOptions options = (_recorded?.Limit(_request.Options) ?? _request.Options) with { Symbols = _start.Guest.Symbols };
            return parts.Debugged is { } debugged && parts.Monitor is { } monitor
                ? debugged.Run(parts.Session, options, monitor.Monitor, () => monitor.Converse(parts.Host, result: null))
                : PlayAttended(parts, options);
        }
        catch
        {
            _start.Network?.Complete();
            _ = parts.Consoles.Complete();
            parts.Look?.GiveUp();
            CompleteStorage(parts);
            Try(() => _saver?.Save(_start.Describe(parts.Machine, _request.Options), _start.Start));
            throw;
        }
    }

    /// <summary>Runs a guest without a debugger; the person may ask for the monitor at any time.</summary>
    private RunResult PlayAttended(RunParts parts, RunOptions options)
    {
        (GuestSession session, Timeline timeline, WantedPlace? wanted) = (parts.Session, parts.Timeline, parts.Wanted);
        RunResult result = wanted?.Run(session, options, timeline) ?? session.Run(options);
        return parts.Host.OffersMonitor && parts.Monitor is { } monitor
            ? monitor.Attend(parts.Host, () => wanted?.GoOn(session, options, timeline) ?? session.GoOn(options), result, Conclusion)
            : result;
    }

    /// <summary>Tells how the run ended, writes what is to be kept of it, and does what the monitor is to do then.</summary>
    private RunOutcome Conclude(RunParts parts, RunResult played)
    {
        bool isThere = parts.Wanted is { IsThere: true };
        bool isMissed = parts.Wanted is { Problem: not null };
        RunResult result = Judge(parts, played, isThere);
        Tell(parts, result, isThere);
        CompleteStorage(parts); // A saved run says what was written into the file of a disk
        if (_saver is not null)
            Try(() => _saver.Save(_start.Describe(parts.Machine, _request.Options).EndedWith(parts.Machine, result), _start.Start));
        if (!isThere && parts.Debugged is null && (result.GuestFailed || TextIsMissing(result)))
            Notice(parts.Host, LookAgain.Hint(_start, _request, parts.Machine, result));
        if (_state is not null && !isMissed)
            Try(() => SaveState(_state, parts.Timeline));
        return new RunOutcome(result, isThere, isMissed, parts.Monitor?.Execute(Commands(parts.Host, result), parts.Host, result) ?? []);
    }

    private void CompleteStorage(RunParts parts)
    {
        foreach (StorageKeeper keeper in parts.Storage)
            Try(keeper.Complete);
    }

    /// <summary>What the monitor is to do. A saved run may end ahead of the guest's death.</summary>
    private IReadOnlyList<string> Commands(HostConsole host, RunResult result)
    {
        if (!_request.Explains)
            return _request.Commands;
        if (result.GuestFailed || _recorded is not null)
            return [_request.ExplanationPath is { } page ? $"explain /html={page}" : "explain", .. _request.Commands];
        Notice(host, "The guest has not died: there is nothing to explain.");
        return _request.Commands;
    }

    /// <summary>Compares the run with the recorded one, and sees whether a signal ended it.</summary>
    private RunResult Judge(RunParts parts, RunResult result, bool isThere)
    {
        if (parts.Debugged is null && _recorded is not null && !isThere)
            result = _recorded.Judge(parts.Machine, result);
        return parts.Host.Signal != 0 && result.End == RunEnd.Left ? result with { End = RunEnd.Signal, Signal = parts.Host.Signal } : result;
    }

    private void Tell(RunParts parts, RunResult result, bool isThere)
    {
        IEnumerable<string> lines = isThere ? Place(parts.Machine, result)
            : parts.Monitor is { IsToldHow: true } ? []
            : Conclusion(result);
        foreach (string line in lines)
            parts.Host.Notice(line);
        if (parts.Wanted?.Problem is { } problem)
            Notice(parts.Host, problem);
        if (_recorded is { Departure: { } departure, IsTold: false })
            Notice(parts.Host, departure);
    }

    /// <summary>Writes the reports, and gives the exit code.</summary>
    private int Complete(RunOutcome outcome, JsonReport? json)
    {
        int code = _recorded?.Departure is not null || outcome.IsMissed ? ExitCode.GuestFailure
            : outcome.IsThere ? ExitCode.Success : CodeOf(outcome.Result);
        if (_request.WantsStatistics)
            Statistics.Write(Board, _engine, outcome.Result, _start.Network);
        _problems.AddRange(_start.Network?.Complete() ?? []);
        if (_problems.Count > 0)
            code = ExitCode.BadInput;
        Try(() => _request.Profile?.Save());
        if (outcome.Answers.Any(answer => answer.Error is not null))
            code = ExitCode.BadInput;
        else if (code == ExitCode.Success && outcome.Answers.Any(answer => answer.IsCutOff))
            code = ExitCode.GuestFailure;
        if (json is not null && outcome.Result.InputsLeftOut > 0)
            StandardError.WriteLine($"ppcjit: --json {_request.JsonPath} tells of the first {outcome.Result.Inputs.Count:N0} bytes of console input, "
                + $"and not of {outcome.Result.InputsLeftOut:N0} more: --history SIZE says how much is kept of what enters.");
        Try(() => json?.Write(
            new RunRecord(Board, _start.Guest, _engine, _request, outcome.Result, _hardware, _start.Network?.Links ?? [], code)
            {
                Answers = outcome.Answers,
            }));
        return _problems.Count == 0 ? code : throw new OutputException(string.Join("\nppcjit: ", _problems));
    }

    private static void Notice(HostConsole host, string message) => host.Notice($"ppcjit: {message}");

    /// <summary>Writes one of the outputs; that it fails must not cost the others.</summary>
    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is OutputException or InputException)
        {
            _problems.Add(error.Message);
        }
    }

    /// <summary>Saves the state of a machine where its run first comes to the present count.</summary>
    private void SaveState(OutputFile file, Timeline timeline)
    {
        if (timeline.Present.Exceptions > 0)
            throw new OutputException($"--save-state {_request.SaveStatePath}: nothing is saved between two exceptions, at {timeline.Present}.");
        timeline.GoTo(timeline.Present);

        // A machine that has reset itself, or can do nothing more, goes on nowhere: what led there can be done again from the instruction before.
        if (timeline.Machine.IsMidway)
            timeline.GoTo(new Moment(timeline.Machine.Count - 1));
        StateFile.Write(timeline.Machine, _start.Start, file);
        file.Commit();
    }

    private IEnumerable<string> Place(GuestMachine machine, RunResult result) =>
        FaultReport.Lines(Board, result, _start.Guest.Symbols, _kernel?.RunningName).Skip(1).Prepend($"The guest stands at {machine.Present}.")
            .Select(line => $"ppcjit: {line}");

    private int CodeOf(RunResult result)
    {
        if (result.End == RunEnd.Signal)
            return EndSignals.ExitCodeBase + result.Signal;
        return result.GuestFailed || TextIsMissing(result) || FailedExpectation(result) ? ExitCode.GuestFailure : ExitCode.Success;
    }

    private bool TextIsMissing(RunResult result) =>
        !_request.Options.ExitOn.IsEmpty && result.End is (RunEnd.InstructionLimit or RunEnd.Reset or RunEnd.PowerOff);

    /// <summary>A limit that came first is no failure: then the guest had no time to say it.</summary>
    private static bool FailedExpectation(RunResult result) => !result.ExpectationMet && result.End is (RunEnd.Reset or RunEnd.PowerOff);

    private IEnumerable<string> Conclusion(RunResult result)
    {
        if (result is { End: RunEnd.Signal, Signal: EndSignals.BrokenPipe })
            yield break;
        if (result.GuestFailed || result.End == RunEnd.Signal)
        {
            foreach (string line in FaultReport.Lines(Board, result, _start.Guest.Symbols, _kernel?.RunningName))
                yield return $"ppcjit: {line}";
        }
        else if (FailedExpectation(result))
        {
            yield return "ppcjit: The guest ended without having said that all went well.";
        }
        else if (TextIsMissing(result))
        {
            if (result.End is RunEnd.Reset or RunEnd.PowerOff)
                yield return $"ppcjit: {FaultReport.Sentence(Board, result)}";
            yield return $"ppcjit: The text of --exit-on did not appear within {result.Instructions} instructions.";
        }
        else if (result.End == RunEnd.PowerOff && !_request.IsQuiet)
        {
            yield return $"ppcjit: {FaultReport.Sentence(Board, result)}";
        }

        for (int n = 0; n < _request.Options.StateHashAt.Count; n++)
        {
            if (_request.Options.StateHashAt[n] is var point && point > result.Instructions)
                yield return $"ppcjit: no state hash at {point}: the run ended at {result.Instructions}.";
        }
    }

    /// <summary>What a run consists of, until it has ended.</summary>
    /// <param name="Consoles">The terminal, and where the serial ports go.</param>
    /// <param name="Session">The guest's run.</param>
    /// <param name="Timeline">Its history.</param>
    /// <param name="Storage">What writes flash and disk back.</param>
    /// <param name="Debugged">The gdb server; null for none.</param>
    /// <param name="Monitor">Looks at the guest; null when nobody can ask it to.</param>
    /// <param name="Wanted">The place to which the guest is run; null for its end.</param>
    private sealed record RunParts(
        RunConsoles Consoles, GuestSession Session, Timeline Timeline, IReadOnlyList<StorageKeeper> Storage,
        DebuggedRun? Debugged, RunMonitor? Monitor, WantedPlace? Wanted)
    {
        public HostConsole Host => Consoles.Host;

        public GuestMachine Machine => Session.Machine;

        /// <summary>What looks at the whole run; null for nothing.</summary>
        public LookRun? Look { get; init; }
    }

    /// <summary>How a run ended.</summary>
    /// <param name="Result">What became of the guest.</param>
    /// <param name="IsThere">Whether it stands at the place to which it was run.</param>
    /// <param name="IsMissed">Whether it never came to that place.</param>
    /// <param name="Answers">What the monitor said to the commands of the command line.</param>
    private sealed record RunOutcome(RunResult Result, bool IsThere, bool IsMissed, IReadOnlyList<MonitorAnswer> Answers);
}
