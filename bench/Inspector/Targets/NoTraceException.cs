namespace PpcJit.Inspector.Targets;

/// <summary>A process may not be traced.</summary>
/// <param name="message">Why, and what to do about it.</param>
internal sealed class NoTraceException(string message) : Exception(message);
