namespace PpcJit.Lab.Observing.Places;

/// <summary>A line of a source file.</summary>
/// <param name="File">Path of the file as the compiler was given it.</param>
/// <param name="Line">The line, from 1.</param>
public readonly record struct SourceLine(string File, int Line);
