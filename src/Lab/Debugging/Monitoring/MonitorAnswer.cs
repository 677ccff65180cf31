namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>What the monitor answers to a command.</summary>
/// <param name="Command">The command as it was given.</param>
/// <param name="Lines">The answer for people; nothing in it does harm to a terminal.</param>
/// <param name="Data">The answer for programs: an object with properties; null when there is none.</param>
public sealed record MonitorAnswer(string Command, IReadOnlyList<string> Lines, object? Data)
{
    /// <summary>What is wrong with the command, or why it could not be done, in one sentence; null when all is well.</summary>
    public string? Error { get; init; }

    /// <summary>Whether a bound that nobody asked for cut the answer off, which the answer says.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>The answer or the error as text, each line with its end.</summary>
    public string Text => string.Concat((Error is null ? Lines : [.. Lines, Error]).Select(line => line + "\n"));
}
