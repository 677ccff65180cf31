namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>What is to be printed where.</summary>
/// <param name="Address">The effective address of the instruction ahead of which it is printed.</param>
/// <param name="When">What must hold; null for nothing.</param>
/// <param name="Call">Which arrival alone counts, from 1; null for all.</param>
/// <param name="Parts">What is printed.</param>
public sealed record PrintPoint(uint Address, Expression? When, ulong? Call, IReadOnlyList<PrintPart> Parts);

/// <summary>How a part of a line is printed.</summary>
public enum PrintForm
{
    /// <summary>A text that stands in the template.</summary>
    Text,

    /// <summary>A value in hexadecimal.</summary>
    Hex,

    /// <summary>A value in decimal, signed.</summary>
    Signed,

    /// <summary>A value in decimal, unsigned.</summary>
    Unsigned,

    /// <summary>The zero-terminated text at an address.</summary>
    String,

    /// <summary>The symbol of an address.</summary>
    Symbol,

    /// <summary>The task.</summary>
    Task,

    /// <summary>The calls that led there.</summary>
    Backtrace,
}

/// <summary>A part of a line that is printed.</summary>
/// <param name="Form">How.</param>
/// <param name="Text">The text; empty for what is no text.</param>
/// <param name="Value">The value; null for what has none.</param>
public sealed record PrintPart(PrintForm Form, string Text = "", Expression? Value = null);
