using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Cpu;

namespace PpcJit.Cli.Commands;

/// <summary>
/// Looks at a run that has to be done first, because only its end says where the stretch is that is looked at. The second run is the first one again,
/// with all that entered it, in silence.
/// </summary>
internal static class LookTwice
{
    private const string First = "the first run";

    /// <summary>Whether the stretch that is logged begins or ends where only the end of the run says.</summary>
    /// <exception cref="InputException">A moment cannot be read, or the run cannot be done twice.</exception>
    public static bool IsNeeded(GuestStart start, RunRequest request)
    {
        if (request.Debug is not null || request.Look.Log is not { } log)
            return false;
        DebugNames names = start.Names(request.KernelName);
        foreach ((string option, string? text) in ((string, string?)[])[("--log-from", log.From), ("--log-to", log.To)])
        {
            if (text is null || !DebugGrammar.ParseMoment(text, names).OrThrow($"{option} {text}").NeedsEnd)
                continue;
            return start.State is null && start.Network is not { IsReplay: true } ? true : throw new InputException(
                $"{option} {text}: where that is, only the end of a run says, and one with --load-state or --net-replay cannot be done again.");
        }

        return false;
    }

    /// <summary>Sees ahead of the first run that everything can be had that is asked for.</summary>
    /// <param name="start">The same guest on a board that stands still.</param>
    /// <param name="request">What is wanted.</param>
    /// <exception cref="InputException">It cannot.</exception>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public static void Check(GuestStart start, RunRequest request)
    {
        using IEngine engine = Engines.Create(request.Engine, request.JitOptions, start.Board.Processor);
        LookRun.Check(start, new GuestMachine(start.Board, engine, new SilentConsole()), request);
    }

    /// <summary>Does the run twice.</summary>
    /// <returns>The exit code.</returns>
    public static int Execute(GuestStart start, RunRequest request)
    {
        RunFile? run = null;
        Moment? panic = null;
        int code = GuestRun.Execute(start, request, (machine, result, where) =>
        {
            run = start.Describe(machine, request.Options).EndedWith(machine, result) with { Packed = start.Start.Contents() };
            panic = where;
        });
        if (run is null)
            return code;
        BootOptions options = new RunImages(run, First, [], start.Disk).Find(_ => { });
        LookedAt seen = OpenCommand.Begin(run, First, options, new NetworkSettings(), again =>
            QuietRun.Execute(again with { Panic = panic }, request with { Options = run.Options }, isShown: true));
        if (seen.Problems.Count > 0)
            throw new OutputException(string.Join("\nppcjit: ", seen.Problems));
        return seen.Code != ExitCode.Success ? seen.Code : code;
    }
}
