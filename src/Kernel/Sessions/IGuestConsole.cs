namespace PpcJit.Kernel.Sessions;

/// <summary>The outside end of the guest's serial console: a terminal, a pipe, or a test.</summary>
public interface IGuestConsole
{
    /// <summary>Whether the person asked to leave the run.</summary>
    bool LeaveRequested { get; }

    /// <summary>Whether input enters as soon as it is there, as keys do. Otherwise it enters by the rule of <see cref="PromptedInput"/>.</summary>
    bool IsInteractive { get; }

    /// <summary>Takes what the guest transmitted; it must not keep it back.</summary>
    void Write(ReadOnlySpan<byte> transmitted);

    /// <summary>Gives input that has not been read yet, without waiting for any.</summary>
    /// <returns>Number of bytes put into <paramref name="buffer"/>; 0 when there is none now.</returns>
    int Read(Span<byte> buffer);

    /// <summary>Waits until there is input or the person asked to leave. Called when only input can wake the guest.</summary>
    /// <returns>False when there will never be input again.</returns>
    bool WaitForInput();
}
