using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using Timeline = PpcJit.Lab.Debugging.Timeline;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>
/// Says what led to a death or a finding: what the case's machine did is done again in a machine of its own, with a history, and what was wrong
/// is followed back.
/// </summary>
/// <param name="scenario">The case.</param>
/// <param name="settings">How it is run.</param>
internal sealed class CaseExplainer(ScenarioCase scenario, RunSettings settings)
{
    /// <summary>Links of a chain that are told of where nothing in it is known to go wrong.</summary>
    private const int MaxLinks = 8;

    /// <summary>How long all explanations of one explainer may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly long _end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;

    /// <summary>Adds what led there to a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="kept">What was done.</param>
    /// <param name="proves">
    /// Whether what came from outside is tried: of a death alone can be said that it does not come without it, and what a search has injected is
    /// tried by the search.
    /// </param>
    public FindingReport Explain(FindingReport report, KeptRun kept, bool proves)
    {
        if (kept.Run is null)
            return report with { CutOff = [$"What led there was not followed back: {kept.Lack}."] };
        if (kept.Finding is null && RunEndOf(kept.End) is null)
            return report;
        using CaseGuest loaded = new(scenario, kept.Run);
        (Board board, LoadedGuest guest) = (loaded.Board, loaded.Guest);
        GuestSymbols symbols = new(guest.Symbols, scenario.Image.Value);
        DebugNames names = new(board, guest.AllSymbols)
        {
            Loaded = guest.Ranges, Kernel = CaseKernel.Create(board, guest, scenario, loaded.Boot, symbols),
        };
        symbols.LowCode = names.Kernel.LowCode;
        using IEngine engine = settings.CreateEngine(board.Processor);
        GuestMachine again = new(board, engine, new SilentConsole(), loaded.Network);
        using Timeline timeline = new(again);
        kept.Run.Follow(again);
        timeline.GoTo(kept.At);
        using CancellationTokenSource giveUp = new(TimeSpan.FromMilliseconds(Math.Max(0, _end - Environment.TickCount64)));
        DeathExplainer explainer = new(timeline, names, new SliceOptions(), giveUp.Token);
        Explanation explanation = kept.Finding is { } finding
            ? explainer.Explain(new Symptom(
                finding.Check, finding.Summary, finding.At ?? new Moment(finding.Count), finding.Pc, finding.Wrong), proves)
            : explainer.Explain(new Death(RunEndOf(kept.End)!.Value, kept.At, report.Summary), proves);
        return report with
        {
            Chain = [.. report.Chain.Concat(Steps(explanation, symbols)).OrderBy(step => step.Count), .. Causes(explanation, symbols)],
            CutOff = explanation.CutOff,
        };
    }

    private static IEnumerable<StepReport> Steps(Explanation explanation, GuestSymbols symbols)
    {
        IEnumerable<StepReport> statements = explanation.Statements.Reverse().Select(statement => new StepReport(
            statement.At.Count, symbols.Name(statement.Pc), $"{ExplanationPrinter.Title(statement.Kind)}: {statement.Text}"));
        return explanation.Statements.Any(statement => Recognises(statement.Kind)) ? statements
            : statements.Concat(explanation.Chains.SelectMany(chain => Links(chain, symbols)));
    }

    /// <summary>Whether a statement says more than where something was found, and in whose handler.</summary>
    private static bool Recognises(StatementKind kind) =>
        kind is not (StatementKind.Found or StatementKind.Fault or StatementKind.Interrupt or StatementKind.Branch or StatementKind.Remark);

    /// <summary>The newest links of a chain, without those that only move the value.</summary>
    private static IEnumerable<StepReport> Links(CausalLink chain, GuestSymbols symbols) => chain.NewestFirst()
        .Where(link => link is { At: not null, IsCopy: false }).Take(MaxLinks)
        .Select(link => new StepReport(link.At!.Value.Count, symbols.Name(link.Pc), $"value: {SlicePrinter.Brief(link)}"));

    private static IEnumerable<StepReport> Causes(Explanation explanation, GuestSymbols symbols) =>
        explanation.Causes.Where(cause => cause.Verdict == Verdict.Cause).Select(cause => new StepReport(
            cause.At.Count, cause.Pc is { } pc ? symbols.Name(pc) : cause.What, $"{ExplanationPrinter.Title(cause.Verdict)}: {cause.Text}"));

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
