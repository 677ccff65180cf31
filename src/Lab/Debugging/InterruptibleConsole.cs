using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Debugging;

/// <summary>A console whose guest a debugger can stop, also while it waits for a key.</summary>
/// <param name="inner">The console.</param>
/// <param name="wake">Wakes who waits in its <see cref="IGuestConsole.WaitForInput"/>.</param>
public sealed class InterruptibleConsole(IGuestConsole inner, Action wake) : IGuestConsole
{
    private volatile bool _interrupted;

    /// <summary>Whether the debugger wants the guest to stop.</summary>
    public bool IsInterrupted
    {
        get => _interrupted;
        set
        {
            _interrupted = value;
            if (value)
                wake();
        }
    }

    /// <summary>Whether the person at the console asked to leave.</summary>
    public bool PersonLeaves => inner.LeaveRequested;

    /// <inheritdoc/>
    public bool LeaveRequested => _interrupted || inner.LeaveRequested;

    /// <inheritdoc/>
    public bool IsInteractive => inner.IsInteractive;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> transmitted) => inner.Write(transmitted);

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => inner.Read(buffer);

    /// <inheritdoc/>
    public bool WaitForInput() => !_interrupted && inner.WaitForInput() && !_interrupted;
}
