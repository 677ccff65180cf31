using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Cli.Debugging;

/// <summary>The guest's console somewhere else than on standard input and output: a pseudo terminal, a socket or a file.</summary>
internal sealed class GuestConsole : IGuestConsole, IDisposable
{
    private readonly HostConsole _host;
    private readonly InputQueue _typed = new();
    private readonly PseudoTerminal? _terminal;
    private readonly SocketText? _socket;
    private readonly RunningOutput? _file;

    private GuestConsole(string option, string place, HostConsole host)
    {
        _host = host;
        if (place == ConsolePlaces.Terminal)
        {
            _terminal = new PseudoTerminal();
            new Thread(ReadTerminal) { IsBackground = true, Name = "console input" }.Start();
            host.Notice($"ppcjit: {option[2..]} is {_terminal.Name}");
        }
        else if (place.StartsWith("unix:", StringComparison.Ordinal) || place.StartsWith("tcp:", StringComparison.Ordinal))
        {
            _socket = new SocketText(option, place, Type);
            host.Notice($"ppcjit: {option[2..]} is {_socket.Place}");
        }
        else
        {
            _file = new RunningOutput($"{option} ", place, "console", problem => host.Notice($"ppcjit: {problem}"));
            _typed.End();
        }
    }

    /// <inheritdoc/>
    public bool LeaveRequested => _host.LeaveRequested;

    /// <inheritdoc/>
    public bool IsInteractive => _file is null;

    /// <summary>Opens it.</summary>
    /// <param name="option">The option that says where: <c>--console</c>.</param>
    /// <param name="place">Where.</param>
    /// <param name="host">Where notices go, and what says that the person leaves.</param>
    /// <returns>Null for standard input and output.</returns>
    /// <exception cref="InputException">It cannot be had.</exception>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static GuestConsole? Open(string option, string place, HostConsole host) =>
        place == ConsolePlaces.StandardStreams ? null : new GuestConsole(option, place, host);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> transmitted)
    {
        _terminal?.Write(transmitted);
        _socket?.Write(transmitted);
        _file?.Write(transmitted);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => _typed.Take(buffer);

    /// <inheritdoc/>
    public bool WaitForInput() => _typed.WaitForChange();

    /// <summary>Wakes who waits in <see cref="WaitForInput"/>.</summary>
    public void Wake() => _typed.Wake();

    /// <summary>Makes what was printed the file. Without it, the old file stays as it was.</summary>
    /// <returns>What went wrong; null for nothing.</returns>
    public string? Complete() => _file?.Complete();

    /// <inheritdoc/>
    public void Dispose()
    {
        _terminal?.Dispose();
        _socket?.Dispose();
        _file?.Dispose();
    }

    private void Type(ReadOnlySpan<byte> typed) => _typed.Add(typed);

    private void ReadTerminal()
    {
        byte[] buffer = new byte[256];
        try
        {
            while (_terminal!.Input.Read(buffer) is > 0 and var count)
                _typed.Add(buffer.AsSpan(0, count));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // The terminal is given up.
        }
    }
}
