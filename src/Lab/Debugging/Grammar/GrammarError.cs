using PpcJit.Kernel;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>Why a text is not what it should be.</summary>
/// <param name="Position">Characters ahead of what is wrong.</param>
/// <param name="Message">One sentence.</param>
public sealed record GrammarError(int Position, string Message)
{
    /// <summary>Gives the sentence with its place, counted from 1.</summary>
    public override string ToString() => $"At character {Position + 1}: {Message}";

    /// <summary>A piece of what stands in the text, shown so that it cannot do harm.</summary>
    internal static string Quote(ReadOnlySpan<char> text) =>
        $"'{TerminalText.Line(text.Length <= 40 ? text.ToString() : $"{text[..40]}...")}'";
}

/// <summary>What reading a text gave: a value or an error.</summary>
/// <param name="Value">The value; null when there is an error.</param>
/// <param name="Error">The error; null when there is a value.</param>
public sealed record Parsed<T>(T? Value, GrammarError? Error)
    where T : class
{
    /// <summary>The value.</summary>
    /// <param name="what">What the text is: the name of an option, or of a file and its line.</param>
    /// <exception cref="InputException">There is none.</exception>
    public T OrThrow(string what) => Value ?? throw new InputException($"{what}: {Error}");
}
