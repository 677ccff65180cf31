namespace PpcJit.Cli.Outcomes;

/// <summary>The exit codes of the program, which scripts rely on.</summary>
public static class ExitCode
{
    /// <summary>
    /// It did what was asked: the guest rebooted, the text appeared, the limit that was the only end was reached.
    /// </summary>
    public const int Success = 0;

    /// <summary>The guest failed, or did not do what was asked of it.</summary>
    public const int GuestFailure = 1;

    /// <summary>What the person gave cannot be used, or the output cannot be written.</summary>
    public const int BadInput = 2;

    /// <summary>A fault in PpcJit itself.</summary>
    public const int Fault = 3;
}
