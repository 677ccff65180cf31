namespace PpcJit.Inspector.Outcomes;

/// <summary>Why there is nothing to report, in words for a person.</summary>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="exitCode">The exit code, as in <see cref="Outcomes.ExitCode"/>.</param>
internal sealed class InspectionException(string message, int exitCode = ExitCode.BadInput) : Exception(message)
{
    /// <summary>The exit code of the program.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>Exit codes, the same as those of the emulator.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>What the runtime holds is over its bounds or keeps growing, or the guest failed.</summary>
    public const int Failure = 1;

    /// <summary>What was given cannot be used, or the process cannot be looked into.</summary>
    public const int BadInput = 2;
}
