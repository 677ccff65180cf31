namespace PpcJit.Lab.Scenarios.Syntax;

/// <summary>A value with the place that it came from.</summary>
/// <param name="Value">The value.</param>
/// <param name="Location">Where it stands.</param>
public readonly record struct Located<T>(T Value, SourceLocation Location);
