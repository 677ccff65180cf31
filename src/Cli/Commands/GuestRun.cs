using PpcJit.Cli.Debugging;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Cli.Commands;

/// <summary>Runs a loaded guest with the terminal as its console, and reports what became of it.</summary>
internal static class GuestRun
{
    /// <summary>Runs the guest.</summary>
    /// <param name="start">The guest.</param>
    /// <param name="request">What the person wants.</param>
    /// <returns>The exit code.</returns>
    public static int Execute(GuestStart start, RunRequest request)
    {
        (Board board, LoadedGuest guest, GuestNetwork? network) = (start.Board, start.Guest, start.Network);
        using JsonReport? json = request.JsonPath is { } path ? new JsonReport(path) : null;
        using OutputFile? state = request.SaveStatePath is { } statePath ? OutputFile.Open("--save-state ", statePath) : null;
        using RunSaver? saver = request.SaveRunPath is { } file ? new RunSaver(file, request.PacksImages) : null;
        using IEngine engine = Engines.Create(request.Engine, request.JitOptions, board.Processor);
        List<string> hardware = [];
        List<string> problems = [];
        RecordedRun? recorded = start.Recorded is { } run ? new RecordedRun(run, start.RecordedPath) : null;
        RunResult result;
        IReadOnlyList<MonitorAnswer> answers = [];
        bool isThere, isMissed = false;
        string place = request.Consoles.First ?? (request.Debug?.TakesTerminal == true ? ConsolePlaces.Terminal : ConsolePlaces.StandardStreams);
        if (place == ConsolePlaces.StandardStreams && request.Debug?.TakesTerminal == true)
            throw new InputException("--console stdio: standard input and output are gdb's.");
        string? secondPlace = request.Consoles.Second;
        if (secondPlace is not null && GuestMachine.SecondPort(board) is null)
            throw new InputException($"--console2 {secondPlace}: the board {board.Name} has no second serial port.");
        if (secondPlace == ConsolePlaces.StandardStreams && (place == ConsolePlaces.StandardStreams || request.Debug?.TakesTerminal == true))
            throw new InputException(
                $"--console2 stdio: standard input and output are {(place == ConsolePlaces.StandardStreams ? "the first serial port's" : "gdb's")}.");
        bool readsInput = place == ConsolePlaces.StandardStreams || secondPlace == ConsolePlaces.StandardStreams;
        using (HostConsole console = new(readsInput, leavesInterrupts: request.Debug?.Program is not null))
        {
            using GuestConsole? elsewhere = GuestConsole.Open("--console", place, console);
            using GuestConsole? other = secondPlace is not null ? GuestConsole.Open("--console2", secondPlace, console) : null;
            IGuestConsole? second = secondPlace == ConsolePlaces.StandardStreams ? console : other;
            IGuestConsole ends = (IGuestConsole?)elsewhere ?? console;
            if (elsewhere is not null)
                console.Woken = elsewhere.Wake;
            using DebuggedRun? debugged = request.Debug is { } debug
                ? new DebuggedRun(debug, console, ends, elsewhere is null ? console.WakeWaiting : elsewhere.Wake)
                : null;
            board.Log.Reported += message =>
            {
                hardware.Add(message);
                if (!request.IsQuiet)
                    console.Notice($"ppcjit: {message}");
            };
            console.OffersMonitor = console.IsInteractive && request.Look.IsEmpty;
            if (request.OpensMonitorOnDeath && (!console.OffersMonitor || debugged is not null))
                throw new InputException("--monitor-on-death needs a terminal, and neither gdb nor what looks at the whole run.");
            if (console.IsInteractive && !request.IsQuiet)
                console.Notice($"ppcjit: {guest.Description}. {console.Help}");
            if (network is not null)
                network.Noticed += message => console.Notice($"ppcjit: {message}");
            GuestMachine machine = new(board, engine, debugged?.Console ?? ends, network, second);
            start.State?.Load(machine, start.Start);
            using Timeline timeline = new(machine, request.History(isAsked: recorded is not null || debugged is not null
                || request.Commands.Count > 0 || request.OpensMonitorOnDeath));
            FlashKeeper? flash = start.Flash is { } kept ? new FlashKeeper(machine, kept, message => console.Notice($"ppcjit: {message}")) : null;
            recorded?.Begin(machine, message => console.Notice($"ppcjit: {message}"));
            if (recorded is null && saver is not null)
                machine.Milestones = new Milestones();
            DebugNames names = start.Names();
            WantedPlace? wanted = debugged is null ? WantedPlace.Parse(request.At, names) : null;
            GuestSession session = new(machine);
            using LookRun? look = LookRun.Begin(start, machine, names, request, console);
            RunMonitor? monitor = request.Commands.Count > 0 || debugged is not null || console.OffersMonitor
                ? new RunMonitor(start, session, timeline, names, request)
                : null;
            session.StateHashTaken += point => console.Notice(point.ToString());
            try
            {
                RunOptions options = (recorded?.Limit(request.Options) ?? request.Options) with { Symbols = guest.Symbols };
                result = debugged is not null && monitor is not null
                    ? debugged.Run(session, options, monitor.Monitor, () => monitor.Converse(console, result: null))
                    : wanted?.Run(session, options, timeline) ?? session.Run(options);
                if (console.OffersMonitor && debugged is null && monitor is not null)
                {
                    result = monitor.Attend(
                        console, () => wanted?.GoOn(session, options, timeline) ?? session.GoOn(options), result, died =>
                            Conclusion(board, guest, request, died));
                }
            }
            catch
            {
                // What was recorded up to here is what can show the fault again.
                network?.Complete();
                Try(problems, () => flash?.Complete());
                Try(problems, () => saver?.Save(start.Describe(machine, request.Options), start.Start));
                throw;
            }

            problems.AddRange(look?.Complete() ?? []);
            isThere = wanted is { IsThere: true };
            if (debugged is null && recorded is not null && !isThere)
                result = recorded.Judge(machine, result);
            if (console.Signal != 0 && result.End == RunEnd.Left)
                result = result with { End = RunEnd.Signal, Signal = console.Signal };
            foreach (string line in isThere
                ? Place(board, guest, machine, result)
                : monitor is { IsToldHow: true }
                ? []
                : Conclusion(board, guest, request, result))
                console.Notice(line);
            if (wanted?.Problem is { } problem)
            {
                console.Notice($"ppcjit: {problem}");
                isMissed = true;
            }

            if (recorded is { Departure: { } departure, IsTold: false })
                console.Notice($"ppcjit: {departure}");
            if (saver is not null)
                Try(problems, () => saver.Save(start.Describe(machine, request.Options).EndedWith(machine, result), start.Start));
            if (!isThere && debugged is null && (result.GuestFailed || TextIsMissing(result, request.Options)))
                console.Notice($"ppcjit: {LookAgain.Hint(start, request, machine, result)}");
            Try(problems, () => flash?.Complete());
            if (state is not null && !isMissed)
                Try(problems, () => SaveState(state, request.SaveStatePath!, timeline, start));
            answers = monitor?.Execute(request.Commands, console, result) ?? [];
        }

        int code = recorded?.Departure is not null || isMissed ? ExitCode.GuestFailure
            : isThere ? ExitCode.Success : CodeOf(result, request.Options);
        if (request.WantsStatistics)
            Statistics.Write(board, engine, result, network);
        problems.AddRange(network?.Complete() ?? []);
        if (problems.Count > 0)
            code = ExitCode.BadInput;
        Try(problems, () => request.Profile?.Save());
        if (answers.Any(answer => answer.Error is not null))
            code = ExitCode.BadInput;
        if (json is not null && result.InputsLeftOut > 0)
            StandardError.WriteLine($"ppcjit: --json {request.JsonPath} tells of the first {result.Inputs.Count:N0} bytes of console input, "
                + $"and not of {result.InputsLeftOut:N0} more: --history SIZE says how much is kept of what enters.");
        Try(problems, () => json?.Write(
            new RunRecord(board, guest, engine, request, result, hardware, network?.Links ?? [], code)
            {
                Answers = answers,
            }));
        return problems.Count == 0 ? code : throw new OutputException(string.Join("\nppcjit: ", problems));
    }

    /// <summary>Writes one of the outputs; that it fails must not cost the others.</summary>
    private static void Try(List<string> problems, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is OutputException or InputException)
        {
            problems.Add(error.Message);
        }
    }

    /// <summary>Saves the state of a machine where its run first comes to the present count.</summary>
    private static void SaveState(OutputFile file, string path, Timeline timeline, GuestStart start)
    {
        if (timeline.Present.Exceptions > 0)
            throw new OutputException($"--save-state {path}: nothing is saved between two exceptions, at {timeline.Present}.");
        timeline.GoTo(timeline.Present);

        // A machine that has reset itself, or can do nothing more, goes on nowhere: what led there can be done again from the instruction before.
        if (timeline.Machine.IsMidway)
            timeline.GoTo(new Moment(timeline.Machine.Count - 1));
        StateFile.Write(timeline.Machine, start.Start, file);
        file.Commit();
    }

    private static IEnumerable<string> Place(Board board, LoadedGuest guest, GuestMachine machine, RunResult result) =>
        FaultReport.Lines(board, result, guest.Symbols).Skip(1).Prepend($"The guest stands at {machine.Present}.").Select(line => $"ppcjit: {line}");

    private static int CodeOf(RunResult result, RunOptions options)
    {
        if (result.End == RunEnd.Signal)
            return EndSignals.ExitCodeBase + result.Signal;
        return result.GuestFailed || TextIsMissing(result, options) || FailedExpectation(result) ? ExitCode.GuestFailure : ExitCode.Success;
    }

    private static bool TextIsMissing(RunResult result, RunOptions options) =>
        !options.ExitOn.IsEmpty && result.End is (RunEnd.InstructionLimit or RunEnd.Reset or RunEnd.PowerOff);

    /// <summary>A limit that came first is no failure: then the guest had no time to say it.</summary>
    private static bool FailedExpectation(RunResult result) => !result.ExpectationMet && result.End is (RunEnd.Reset or RunEnd.PowerOff);

    private static IEnumerable<string> Conclusion(Board board, LoadedGuest guest, RunRequest request, RunResult result)
    {
        if (result is { End: RunEnd.Signal, Signal: EndSignals.BrokenPipe })
            yield break;
        if (result.GuestFailed || result.End == RunEnd.Signal)
        {
            foreach (string line in FaultReport.Lines(board, result, guest.Symbols))
                yield return $"ppcjit: {line}";
        }
        else if (FailedExpectation(result))
        {
            yield return "ppcjit: The guest ended without having said that all went well.";
        }
        else if (TextIsMissing(result, request.Options))
        {
            if (result.End is RunEnd.Reset or RunEnd.PowerOff)
                yield return $"ppcjit: {FaultReport.Sentence(board, result)}";
            yield return $"ppcjit: The text of --exit-on did not appear within {result.Instructions} instructions.";
        }
        else if (result.End == RunEnd.PowerOff && !request.IsQuiet)
        {
            yield return $"ppcjit: {FaultReport.Sentence(board, result)}";
        }

        foreach (ulong point in request.Options.StateHashAt.Where(point => point > result.Instructions))
            yield return $"ppcjit: no state hash at {point}: the run ended at {result.Instructions}.";
    }
}
