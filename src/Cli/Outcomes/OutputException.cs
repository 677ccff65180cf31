namespace PpcJit.Cli.Outcomes;

/// <summary>Output cannot be written: a closed pipe, a full disk. The message is one sentence for the person; the program ends with <see cref="ExitCode.BadInput"/>.</summary>
/// <param name="message">The sentence.</param>
public sealed class OutputException(string message) : Exception(message);
