using System.Runtime.InteropServices;

namespace PpcJit.Cli.Terminal;

/// <summary>
/// Takes the signals with which a host ends programs as a request to end the run, so that its reports are still written
/// and the terminal is given back. The second signal ends the program at once.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    /// <summary>Added to a signal's number it gives the exit code, as shells do.</summary>
    public const int ExitCodeBase = 128;

    /// <summary>SIGPIPE: what ends other programs whose output nobody reads any more. .NET ignores it; the write fails.</summary>
    public const int BrokenPipe = 13;

    // Numbers of Linux; those of the signals that .NET names are negative there and the same everywhere.
    private static readonly (PosixSignal Signal, int Number)[] NamedSignals =
    [
        (PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15),
    ];

    private static readonly int[] LinuxSignals = [6, 10, 12, 14]; // SIGABRT, SIGUSR1, SIGUSR2, SIGALRM

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _wake;
    private readonly bool _leavesInterrupts;
    private int _received;

    /// <summary>Begins to take signals.</summary>
    /// <param name="wake">Called when one has come, on another thread; null for nobody.</param>
    /// <param name="leavesInterrupts">
    /// Whether an interrupt from the terminal (SIGINT, SIGQUIT) is for another program that has it, and does nothing
    /// here.
    /// </param>
    public EndSignals(Action? wake = null, bool leavesInterrupts = false)
    {
        _wake = wake ?? (() => { });
        _leavesInterrupts = leavesInterrupts;
        foreach ((PosixSignal signal, int number) in NamedSignals)
            Take(signal, number);
        if (!OperatingSystem.IsLinux())
            return;
        foreach (int number in LinuxSignals)
            Take((PosixSignal)number, number);
    }

    /// <summary>The number of the first signal that came; 0 while none did.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>The exit code of a command: by the signal when one came, else the one that it has otherwise.</summary>
    public int CodeOr(int otherwise) => Received != 0 ? ExitCodeBase + Received : otherwise;

    /// <summary>Takes something that is not a signal as one.</summary>
    public void Note(int number)
    {
        if (Interlocked.CompareExchange(ref _received, number, 0) == 0)
            _wake();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void Take(PosixSignal signal, int number) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (_leavesInterrupts && signal is (PosixSignal.SIGINT or PosixSignal.SIGQUIT))
            return;
        if (Interlocked.CompareExchange(ref _received, number, 0) == 0)
        {
            _wake();
            return;
        }

        RawTerminal.RestoreAll();
        Environment.Exit(ExitCodeBase + number);
    }));
}
