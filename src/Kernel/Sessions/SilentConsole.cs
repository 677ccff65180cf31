namespace PpcJit.Kernel.Sessions;

/// <summary>A console without input whose output goes to a stream, or nowhere.</summary>
/// <param name="output">Where the guest's text goes; null for nowhere.</param>
/// <param name="leaves">Whether the run shall end before its time; null for never.</param>
public sealed class SilentConsole(Stream? output = null, Func<bool>? leaves = null) : IGuestConsole
{
    /// <inheritdoc/>
    public bool LeaveRequested => leaves?.Invoke() == true;

    /// <inheritdoc/>
    public bool IsInteractive => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> transmitted) => output?.Write(transmitted);

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => 0;

    /// <inheritdoc/>
    public bool WaitForInput() => false;
}
