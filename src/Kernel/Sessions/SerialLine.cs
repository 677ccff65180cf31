using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Serial;

namespace PpcJit.Kernel.Sessions;

/// <summary>A serial port with its outside end: what enters is kept by count, and what the guest transmits again is not shown again.</summary>
internal sealed class SerialLine
{
    private const int OutputBuffer = 1 << 16;
    private readonly InputLog<ConsoleInput> _log;
    private readonly ConsoleKeys _keys;
    private readonly byte[] _output = new byte[OutputBuffer];
    private int _outputLength;
    private ulong _maxSent;
    private int _entered;

    /// <summary>Connects a port.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="uart">Its port.</param>
    /// <param name="outside">What is at the other end.</param>
    /// <param name="log">Keeps the keys that enter.</param>
    public SerialLine(Board board, Uart16550 uart, IGuestConsole outside, InputLog<ConsoleInput> log)
    {
        (Uart, Outside, _log) = (uart, outside, log);
        _keys = new ConsoleKeys(board, uart, value => OnEntered(board.Events.Now, value));
        uart.Transmitted = OnTransmitted;
    }

    /// <summary>The port.</summary>
    public Uart16550 Uart { get; }

    /// <summary>What is at the other end.</summary>
    public IGuestConsole Outside { get; }

    /// <summary>Bytes that the guest has transmitted.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Whether a key could wake the guest.</summary>
    public bool AwaitsKey => Uart is { CanReceive: true, ReceiveInterruptEnabled: true };

    /// <summary>Called with each byte that the guest transmits, also when it does again what it did.</summary>
    public Action<byte>? Transmitted { get; set; }

    /// <summary>Called with each byte that the guest transmits for the first time.</summary>
    public Action<byte>? Printed { get; set; }

    /// <summary>Called with each key that enters, also when it enters again.</summary>
    public Action<byte>? Received { get; set; }

    /// <summary>Called with each key that enters for the first time.</summary>
    public Action<byte>? Entered { get; set; }

    /// <summary>Lets a key enter now.</summary>
    public void Press(byte key) => _keys.Add(key);

    /// <summary>Hands what the guest printed to the outside.</summary>
    public void Flush()
    {
        int length = _outputLength;
        _outputLength = 0;
        if (length > 0)
            Outside.Write(_output.AsSpan(0, length));
    }

    /// <summary>Says how far it has come.</summary>
    public LineState Keep() => new(Sent, _entered) { Arrivals = Uart.KeepArrivals() };

    /// <summary>After the machine was put into an earlier or later state: what follows is what followed then.</summary>
    public void Restore(LineState kept)
    {
        (Sent, _entered) = (kept.Sent, kept.Entered);
        if (kept.Arrivals is { } arrivals)
            Uart.Restore(arrivals);
        Replay();
    }

    /// <summary>Lets keys enter that the log has got.</summary>
    public void Replay() => _keys.Replay(_log, _entered);

    /// <summary>What the guest transmits from here on is new.</summary>
    public void BeginAnew() => _maxSent = Sent;

    /// <summary>Forgets what entered and what was transmitted after the present state.</summary>
    public void Cut()
    {
        _log.Cut(_entered);
        Replay();
        BeginAnew();
    }

    /// <summary>Gives what <see cref="Cut"/> would forget.</summary>
    public LineFuture KeepFuture() => new(_maxSent, _entered, _log.From(_entered));

    /// <summary>Puts back what <see cref="KeepFuture"/> gave, at or before the place where it did.</summary>
    public void Reinstate(LineFuture future)
    {
        _maxSent = future.MaxSent;
        _log.Replace(future.First, future.Keys);
        Replay();
    }

    private void OnEntered(ulong count, byte value)
    {
        Received?.Invoke(value);
        if (_entered++ < _log.Count)
            return;
        _log.Add(new ConsoleInput(count, value));
        Entered?.Invoke(value);
    }

    private void OnTransmitted(byte value)
    {
        Transmitted?.Invoke(value);
        if (++Sent <= _maxSent)
            return;
        _maxSent = Sent;
        if (_outputLength == _output.Length)
            Flush();
        _output[_outputLength++] = value;
        Printed?.Invoke(value);
    }
}

/// <summary>How far a serial line has come.</summary>
/// <param name="Sent">Bytes that the guest has transmitted.</param>
/// <param name="Entered">Keys that have entered.</param>
internal sealed record LineState(ulong Sent, int Entered)
{
    /// <summary>Which characters of the line the port holds; null when that is not known.</summary>
    public UartArrivals? Arrivals { get; init; }
}

/// <summary>What a serial line is known to do after a place.</summary>
/// <param name="MaxSent">Bytes that the guest transmits.</param>
/// <param name="First">The number of the first key that enters.</param>
/// <param name="Keys">The keys.</param>
internal sealed record LineFuture(ulong MaxSent, int First, ConsoleInput[] Keys);
