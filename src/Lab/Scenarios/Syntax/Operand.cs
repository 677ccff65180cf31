using PpcJit.Lab.Debugging.Grammar;

namespace PpcJit.Lab.Scenarios.Syntax;

/// <summary>
/// A value in a scenario: <c>table+8</c>, <c>r1-0x10</c>, <c>[cpu_info+8]-4</c>, and all that the debugger's
/// expressions can be.
/// </summary>
/// <param name="Value">The expression.</param>
/// <param name="Start">Where the text begins in which its symbols have places.</param>
/// <param name="IsExact">Whether columns within that text are those of the file.</param>
public sealed record Operand(Expression Value, SourceLocation Start, bool IsExact)
{
    /// <summary>Where a part of the expression stands.</summary>
    /// <param name="position">Characters ahead of it in the expression's text.</param>
    public SourceLocation LocationOf(int position) => Start.At(IsExact ? position : 0);
}
