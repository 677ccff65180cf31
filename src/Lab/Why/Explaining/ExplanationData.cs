using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>Gives explanations as plain data for programs.</summary>
public static class ExplanationData
{
    /// <summary>Gives an explanation.</summary>
    public static object Of(Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        return new
        {
            death = TerminalText.Line(explanation.Death),
            at = explanation.At.ToString(),
            statements = explanation.Statements.Select(statement => new
            {
                kind = statement.Kind.ToString(),
                at = statement.At.ToString(),
                pc = $"0x{statement.Pc:x8}",
                where = TerminalText.Line(statement.Where),
                source = statement.Source is { } source ? TerminalText.Line(source) : null,
                task = statement.Task is { } task ? TerminalText.Line(task) : null,
                exception = statement.Exception?.ToString(),
                text = TerminalText.Line(statement.Text),
            }),
            causes = explanation.Causes.Select(cause => new
            {
                what = TerminalText.Line(cause.What),
                at = cause.At.ToString(),
                verdict = cause.Verdict.ToString(),
                text = TerminalText.Line(cause.Text),
            }),
            chains = explanation.Chains.Select(SliceData.Of),
            cutOff = explanation.CutOff.Select(TerminalText.Line),
        };
    }
}
