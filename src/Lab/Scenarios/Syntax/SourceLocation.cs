using PpcJit.Kernel;

namespace PpcJit.Lab.Scenarios.Syntax;

/// <summary>A place in a scenario file, for errors.</summary>
/// <param name="File">The file as the person named it.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public readonly record struct SourceLocation(string File, int Line, int Column)
{
    /// <summary>A message quotes what stands in the file, which can be as long as it likes.</summary>
    private const int MaxMessage = 2000;

    /// <summary>Makes the error that names this place.</summary>
    public InputException Error(string message) =>
        new($"{this}: {(message.Length <= MaxMessage ? message : message[..MaxMessage] + " ...")}");

    /// <summary>Gives the place a number of characters further on.</summary>
    public SourceLocation At(int offset) => this with { Column = Column + offset };

    /// <summary>Gives <c>file:line:column</c>, as compilers do.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
