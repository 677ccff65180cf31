using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Observing.Latency;
using PpcJit.Machine.Cpu;

namespace PpcJit.Cli.Commands;

/// <summary>Runs a guest to its end to look at it. What it prints goes nowhere, and nobody types to it.</summary>
internal static class QuietRun
{
    /// <summary>Runs the guest.</summary>
    /// <param name="start">The guest.</param>
    /// <param name="request">What the person wants to see, and when the run ends.</param>
    /// <param name="isShown">Whether what was seen is shown, as far as it goes to no file.</param>
    public static LookedAt Execute(GuestStart start, RunRequest request, bool isShown = false)
    {
        using IEngine engine = Engines.Create(request.Engine, request.JitOptions, start.Board.Processor);
        using HostConsole console = new(readsInput: false);
        GuestMachine machine = new(start.Board, engine, new SilentConsole(leaves: () => console.LeaveRequested), start.Network);
        RecordedRun? recorded = start.Recorded is { } run ? new RecordedRun(run, start.RecordedPath) : null;
        recorded?.Begin(machine, message => console.Notice($"ppcjit: {message}"));
        using LookRun? look = LookRun.Begin(start, machine, start.Names(request.KernelName), request, console);
        RunResult result;
        try
        {
            RunOptions options = (recorded?.Limit(request.Options) ?? request.Options) with { Symbols = start.Guest.Symbols, StateHashAt = [] };
            result = new GuestSession(machine).Run(options);
        }
        catch
        {
            look?.GiveUp();
            throw;
        }

        IReadOnlyList<string> problems = (isShown ? look?.Complete() : look?.End()) ?? [];
        recorded?.Judge(machine, result);
        if (recorded is { Departure: { } departure, IsTold: false })
            console.Notice($"ppcjit: {departure}");
        int code = console.Signal != 0 ? EndSignals.ExitCodeBase + console.Signal
            : recorded?.Departure is not null ? ExitCode.GuestFailure : ExitCode.Success;
        return new LookedAt(code, problems, look?.Latencies);
    }
}

/// <summary>What came of looking at a run.</summary>
/// <param name="Code">The exit code: of a signal, of a run that is not the recorded one, or 0.</param>
/// <param name="Problems">What went wrong with the outputs.</param>
/// <param name="Latencies">The latencies, when those were measured.</param>
internal sealed record LookedAt(int Code, IReadOnlyList<string> Problems, LatencyReport? Latencies);
