namespace PpcJit.Bench;

/// <summary>Why there is no measurement, in words for a person.</summary>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="exitCode">The exit code, as in <see cref="Bench.ExitCode"/>.</param>
internal sealed class BenchException(string message, int exitCode = ExitCode.BadInput) : Exception(message)
{
    /// <summary>The exit code of the program.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>Exit codes, the same as those of the emulator.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A guest failed, results differ, or a bound of the guard does not hold.</summary>
    public const int Failure = 1;

    /// <summary>What was given cannot be used, or something is not installed.</summary>
    public const int BadInput = 2;
}
