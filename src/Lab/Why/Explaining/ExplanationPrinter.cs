using System.Globalization;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>Writes an explanation for people.</summary>
public static class ExplanationPrinter
{
    /// <summary>Gives the lines.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="showsAll">Whether each copy in the chains has a line of its own.</param>
    public static IReadOnlyList<string> Lines(Explanation explanation, bool showsAll)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        List<string> lines = [$"{explanation.At,-14} {TerminalText.Line(explanation.Death)}"];
        if (explanation.Statements.Count > 0)
            lines.Add("What led there, the newest first:");
        foreach (Statement statement in explanation.Statements)
        {
            string source = statement.Source is { } line ? $" {TerminalText.Line(line)}" : "";
            string task = statement.Task is { } name ? $" in {TerminalText.Line(name)}" : "";
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  {statement.At,-14} {TerminalText.Line(statement.Where)}{source}{task}"));
            lines.Add($"      {Title(statement.Kind)}: {TerminalText.Line(statement.Text)}");
        }

        if (explanation.Causes.Count > 0)
            lines.Add("What came from outside, tried without it:");
        foreach (TriedCause cause in explanation.Causes)
            lines.Add($"  {Title(cause.Verdict)}: {TerminalText.Line(cause.What)}: {TerminalText.Line(cause.Text)}");
        foreach (CausalLink chain in explanation.Chains)
            lines.AddRange(["", $"Where {chain.Place} came from:", .. SlicePrinter.Lines(chain, showsAll)]);
        return [.. lines, .. explanation.CutOff.Select(TerminalText.Line)];
    }

    /// <summary>Gives a verdict in a word.</summary>
    public static string Title(Verdict verdict) => verdict switch
    {
        Verdict.Cause => "cause",
        Verdict.History => "history",
        _ => "undecided",
    };

    /// <summary>Gives what a statement is about, in a few words.</summary>
    public static string Title(StatementKind kind) => kind switch
    {
        StatementKind.Found => "found",
        StatementKind.Fault => "fault",
        StatementKind.BadReturn => "bad return",
        StatementKind.LostState => "lost return state",
        StatementKind.Overwritten => "overwritten",
        StatementKind.WrongPage => "stored to the wrong page",
        StatementKind.NeverWritten => "never written",
        StatementKind.Interrupt => "interrupt",
        StatementKind.MissingTouch => "missing touch",
        StatementKind.OutsideStack => "stack outside its task",
        StatementKind.Replaced => "replaced in the TLB",
        StatementKind.Branch => "branch",
        _ => "remark",
    };
}
