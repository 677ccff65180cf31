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

    private static readonly List<PosixSignalRegistration> Named = [];
    private static EndSignals? s_current;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly EndSignals? _outer;
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
        EndCleanly();
        (_outer, s_current) = (s_current, this);
        if (!OperatingSystem.IsLinux())
            return;
        foreach (int number in LinuxSignals)
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)number, context => Receive(context, number)));
    }

    /// <summary>
    /// Lets signals end the program as its own end does, so that no temporary file stays, while nobody takes them: the runtime would
    /// end it on the spot.
    /// </summary>
    public static void EndCleanly()
    {
        lock (Named)
        {
            if (Named.Count > 0)
                return;
            foreach ((PosixSignal signal, int number) in NamedSignals)
                Named.Add(PosixSignalRegistration.Create(signal, context => Receive(context, number)));
        }
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
        s_current = _outer;
    }

    private static void Receive(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Volatile.Read(ref s_current) is { } current && current.Takes(context.Signal, number))
            return;
        RawTerminal.RestoreAll();
        Environment.Exit(ExitCodeBase + number);
    }

    /// <returns>False when the program is to end at once.</returns>
    private bool Takes(PosixSignal signal, int number)
    {
        if (_leavesInterrupts && signal is (PosixSignal.SIGINT or PosixSignal.SIGQUIT))
            return true;
        bool isFirst = Interlocked.CompareExchange(ref _received, number, 0) == 0;
        if (isFirst)
            _wake();
        return isFirst;
    }
}
