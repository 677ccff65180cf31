using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using Timeline = PpcJit.Lab.Debugging.Timeline;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>
/// Explains a death that no check foresaw: what the case's machine did is done again in a machine of its own, with a history, and what was wrong
/// is followed back.
/// </summary>
internal static class CaseExplainer
{
    /// <summary>How long it may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Explains a death.</summary>
    /// <param name="machine">The machine, which stands where its guest died.</param>
    /// <param name="scenario">The case.</param>
    /// <param name="settings">How it is run.</param>
    /// <param name="end">How the guest died.</param>
    /// <param name="sentence">The same for people.</param>
    /// <returns>What led there, the oldest first; empty where it cannot be done again, or nothing is known.</returns>
    public static IReadOnlyList<StepReport> Explain(
        CaseMachine machine, ScenarioCase scenario, RunSettings settings, CaseEnd end, string sentence)
    {
        if (machine.Injector.Unsayable is not null || RunEndOf(end) is not { } died)
            return [];
        RunFile run = machine.Describe([]);
        BoardOptions options = scenario.MemoryBytes is { } bytes ? new BoardOptions { MemoryBytes = bytes } : new BoardOptions();
        using Board board = BoardCatalog.Find(scenario.Board)!.Create(options);
        LoadedGuest guest = CaseImage.Load(board, scenario, out _, out _);
        using IEngine engine = settings.CreateEngine(board.Processor);
        GuestMachine again = new(board, engine, new SilentConsole());
        using Timeline timeline = new(again);
        run.Follow(again);
        timeline.GoTo(new Moment(machine.Count));
        using CancellationTokenSource giveUp = new(Patience);
        DebugNames names = new(board, guest.AllSymbols) { Loaded = guest.Ranges };
        Explanation explanation = new DeathExplainer(timeline, names, new SliceOptions(), giveUp.Token)
            .Explain(new Death(died, new Moment(machine.Count), sentence));
        return
        [
            .. explanation.Statements.Reverse().Select(statement => new StepReport(
                statement.At.Count, machine.View.Symbols.Name(statement.Pc), $"{ExplanationPrinter.Title(statement.Kind)}: {statement.Text}")),
            .. explanation.Causes.Where(cause => cause.Verdict == Verdict.Cause).Select(cause => new StepReport(
                cause.At.Count,
                cause.Pc is { } pc ? machine.View.Symbols.Name(pc) : cause.What,
                $"{ExplanationPrinter.Title(cause.Verdict)}: {cause.Text}")),
        ];
    }

    private static RunEnd? RunEndOf(CaseEnd end) => end switch
    {
        CaseEnd.Panic => RunEnd.Panic,
        CaseEnd.DebuggerPrompt => RunEnd.DebuggerPrompt,
        CaseEnd.WatchdogReset => RunEnd.WatchdogReset,
        CaseEnd.ExceptionLoop => RunEnd.ExceptionLoop,
        CaseEnd.FaultCycle => RunEnd.FaultCycle,
        CaseEnd.WaitsForever => RunEnd.WaitsForever,
        _ => null,
    };
}
