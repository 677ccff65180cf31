using PpcJit.Cli.Debugging;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary>The terminal of a run, and where the guest's serial ports go.</summary>
internal sealed class RunConsoles : IDisposable
{
    private GuestConsole? _first;
    private GuestConsole? _second;

    private RunConsoles(HostConsole host) => Host = host;

    /// <summary>The terminal, on which notices appear.</summary>
    public HostConsole Host { get; }

    /// <summary>The console of the first serial port.</summary>
    public IGuestConsole First => (IGuestConsole?)_first ?? Host;

    /// <summary>That of the second serial port; null for none.</summary>
    public IGuestConsole? Second { get; private set; }

    /// <summary>Wakes who waits for input at the first port.</summary>
    public Action Wake => _first is null ? Host.WakeWaiting : _first.Wake;

    /// <summary>Opens them.</summary>
    /// <param name="request">What the person wants.</param>
    /// <param name="board">The board.</param>
    /// <exception cref="InputException">One cannot be had.</exception>
    public static RunConsoles Open(RunRequest request, Board board)
    {
        bool isTaken = request.Debug?.TakesTerminal == true;
        string first = request.Consoles.First ?? (isTaken ? ConsolePlaces.Terminal : ConsolePlaces.StandardStreams);
        string? second = request.Consoles.Second;
        if (first == ConsolePlaces.StandardStreams && isTaken)
            throw new InputException("--console stdio: standard input and output are gdb's.");
        if (second is not null && GuestMachine.SecondPort(board) is null)
            throw new InputException($"--console2 {second}: the board {board.Name} has no second serial port.");
        if (second == ConsolePlaces.StandardStreams && (first == ConsolePlaces.StandardStreams || isTaken))
            throw new InputException(
                $"--console2 stdio: standard input and output are {(first == ConsolePlaces.StandardStreams ? "the first serial port's" : "gdb's")}.");
        bool readsInput = first == ConsolePlaces.StandardStreams || second == ConsolePlaces.StandardStreams;
        RunConsoles consoles = new(new HostConsole(readsInput, leavesInterrupts: request.Debug?.Program is not null,
            isOutputTaken: request.JsonPath is { } json && HostPath.Follow(json, standard: 1)?.Descriptor == 1));
        try
        {
            consoles.OpenPorts(first, second);
            return consoles;
        }
        catch
        {
            consoles.Dispose();
            throw;
        }
    }

    /// <summary>Makes what was printed the files. Without it, the old files stay as they were.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> Complete() => [.. new[] { _first?.Complete(), _second?.Complete() }.OfType<string>()];

    /// <inheritdoc/>
    public void Dispose()
    {
        _second?.Dispose();
        _first?.Dispose();
        Host.Dispose();
    }

    private void OpenPorts(string first, string? second)
    {
        _first = GuestConsole.Open("--console", first, Host);
        _second = second is not null ? GuestConsole.Open("--console2", second, Host) : null;
        Second = second == ConsolePlaces.StandardStreams ? Host : _second;
        if (_first is not null)
            Host.Woken = _first.Wake;
    }
}
