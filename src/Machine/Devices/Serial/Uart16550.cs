using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Serial;

/// <summary>
/// A 16550A UART (PC16550D data sheet; 405GP User's Manual, "Serial Port Operations"): eight byte-wide registers, FIFOs
/// of 16 characters.
/// </summary>
/// <remarks>
/// Transmitting takes no guest time: a character written to THR leaves at once, and THRE and TEMT are set again when
/// the store completes, as in QEMU. No driver can tell this from a very fast line, boots spend their time on the guest
/// instead of on waiting for a wire that is not there, and the number of instructions that a guest needs to print
/// something does not depend on the baud rate it happened to choose. The receiver's timeout does use the baud rate:
/// drivers depend on its coming later than the characters.
/// </remarks>
public sealed class Uart16550 : ByteDevice, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 8;

    private const int TimeoutCharacters = 4;
    private readonly EventQueue _events;
    private readonly InterruptLine _interrupt;
    private readonly TimedEvent _receiveTimeout;
    private readonly UartReceiveFifo _received = new();
    private uint _clockHz;
    private ushort _divisor = 1;
    private byte _interruptEnable;
    private byte _fifoControl;
    private byte _lineControl;
    private byte _modemControl;
    private byte _modemInputs = UartBits.Cts | UartBits.Dsr | UartBits.Dcd;
    private byte _modemLines = UartBits.Cts | UartBits.Dsr | UartBits.Dcd;
    private byte _modemDeltas;
    private byte _lineErrors;
    private byte _lastCharacter;
    private Arrival _lastArrival;
    private ulong _arrived;
    private byte _scratch;
    private bool _transmitterEmptied; // the THRE interrupt condition: set by emptying, cleared by reading it in IIR
    private const int StatusReadsOfAWaitingGuest = 4;

    /// <summary>
    /// Readings of the line status since something was sent, up to <see cref="StatusReadsOfAWaitingGuest"/>.
    /// </summary>
    private byte _statusReads;
    private bool _timedOut;

    /// <summary>Creates a UART in its reset state.</summary>
    /// <param name="events">The machine's time.</param>
    /// <param name="interrupt">The line it drives.</param>
    /// <param name="name">Name, unique in the machine.</param>
    /// <param name="clockHz">The clock that is divided by 16 and by the divisor latch to give the baud rate.</param>
    public Uart16550(EventQueue events, InterruptLine interrupt, string name, uint clockHz)
    {
        _events = events;
        _interrupt = interrupt;
        Name = name;
        ClockHz = clockHz;
        _receiveTimeout = events.Create($"{name} receive timeout", OnReceiveTimeout);
    }

    /// <summary>Name, unique in the machine.</summary>
    public string Name { get; }

    /// <summary>The clock that is divided by 16 and by the divisor latch to give the baud rate, in Hz.</summary>
    public uint ClockHz
    {
        get => _clockHz;
        set => _clockHz = Math.Max(value, 1);
    }

    /// <summary>Called with each character that leaves the transmitter.</summary>
    public Action<byte>? Transmitted { get; set; }

    /// <summary>
    /// The modem lines that the other side drives, as MSR bits CTS, DSR, RI and DCD. After reset a terminal is
    /// connected and ready: CTS, DSR and DCD.
    /// </summary>
    public byte ModemInputs
    {
        get => _modemInputs;
        set
        {
            _modemInputs = (byte)(value & UartBits.ModemLines);
            UpdateModemLines();
        }
    }

    /// <summary>How many characters fit before one would be lost.</summary>
    public int ReceiveRoom => IsLoopback ? 0 : Capacity - _received.Count;

    /// <summary>Whether a character fits.</summary>
    public bool CanReceive => ReceiveRoom > 0;

    /// <summary>Whether the guest wants an interrupt for received characters: IER[ERBFI].</summary>
    public bool ReceiveInterruptEnabled => (_interruptEnable & UartBits.ReceiveInterrupt) != 0;

    /// <summary>
    /// Whether the guest waits for a character: it has its interrupt enabled, or has read the line status again and
    /// again since it sent something. One reading can be a look at the transmitter.
    /// </summary>
    public bool IsReadFrom => ReceiveInterruptEnabled || _statusReads == StatusReadsOfAWaitingGuest;

    /// <summary>Whether the guest wants an interrupt when the transmitter is empty: IER[ETBEI].</summary>
    public bool TransmitterInterruptEnabled => (_interruptEnable & UartBits.TransmitterEmptyInterrupt) != 0;

    /// <summary>How many instructions one character lasts on the line at the programmed speed and format.</summary>
    public ulong InstructionsPerCharacter
    {
        get
        {
            bool hasTwoStopBits = (_lineControl & UartBits.StopBits) != 0;
            uint dataBits = 5 + (uint)(_lineControl & UartBits.WordLength);
            uint stopHalfBits = !hasTwoStopBits ? 2u : dataBits == 5 ? 3u : 4u;
            uint parityBits = (_lineControl & UartBits.ParityEnable) != 0 ? 1u : 0;
            ulong halfBits = (2 * (1 + dataBits + parityBits)) + stopHalfBits;
            uint divisor = _divisor == 0 ? 65536u : _divisor; // the counter wraps
            return Math.Max(1, halfBits * 8 * divisor * _events.InstructionsPerSecond / _clockHz);
        }
    }

    private bool HasFifos => (_fifoControl & UartBits.FifoEnable) != 0;

    private bool IsLoopback => (_modemControl & UartBits.Loopback) != 0;

    private bool IsDivisorSelected => (_lineControl & UartBits.DivisorLatch) != 0;

    private int Capacity => HasFifos ? UartReceiveFifo.Depth : 1;

    private int TriggerLevel => !HasFifos ? 1 : (_fifoControl >> 6) switch { 0 => 1, 1 => 4, 2 => 8, _ => 14 };

    private byte DataMask => (byte)(0xff >> (3 - (_lineControl & UartBits.WordLength)));

    /// <summary>
    /// Takes a character from the line. Without room it is an overrun; in loopback mode the line is disconnected and
    /// the character is lost.
    /// </summary>
    public void Receive(byte data)
    {
        _arrived++;
        if (!IsLoopback)
            Accept((byte)(data & DataMask), 0, new Arrival(_arrived, _events.Now));
    }

    /// <summary>Which character of the line the guest reads next in RBR.</summary>
    public Arrival NextToRead => _received.Count > 0 ? _received.FirstArrival : _lastArrival;

    /// <summary>Says which characters of the line it holds, to be put back together with the state.</summary>
    public UartArrivals KeepArrivals() => new(_arrived, _lastArrival, _received.Arrivals);

    /// <summary>Puts back what <see cref="KeepArrivals"/> gave, after the state of that time has been loaded.</summary>
    public void Restore(UartArrivals kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        (_arrived, _lastArrival, _received.Arrivals) = (kept.Arrived, kept.Last, kept.Waiting);
    }

    /// <summary>Takes a break from the line: a zero character with the break indication.</summary>
    public void ReceiveBreak()
    {
        if (!IsLoopback)
            Accept(0, UartBits.BreakInterrupt, default);
    }

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters =>
        ((string[])["RBR", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"])
            .Select((name, n) => new DeviceRegister(name, (uint)n, 1, n > 1 || !IsDivisorSelected, n == 1 ? !IsDivisorSelected
                : name is "LCR" or "MCR" or "SCR"))
            .Concat(
            [
                new("THR", 0, 1, IsReadable: false, !IsDivisorSelected), new("DLL", 0, 1, IsDivisorSelected, IsDivisorSelected),
                new("DLM", 1, 1, IsDivisorSelected, IsDivisorSelected), new("FCR", 2, 1, IsReadable: false),
            ]);

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        _received.Save(writer);
        writer.Write(_clockHz);
        writer.Write((byte)(_divisor >> 8));
        writer.Write((byte)_divisor);
        writer.Write(_interruptEnable);
        writer.Write(_fifoControl);
        writer.Write(_lineControl);
        writer.Write(_modemControl);
        writer.Write(_modemInputs);
        writer.Write(_modemLines);
        writer.Write(_modemDeltas);
        writer.Write(_lineErrors);
        writer.Write(_lastCharacter);
        writer.Write(_scratch);
        writer.Write(_transmitterEmptied);
        writer.Write(_timedOut);
        writer.Write(_statusReads);
        writer.Write(_interrupt.Level);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        _received.Load(reader);
        ClockHz = reader.ReadUInt32();
        _divisor = (ushort)((reader.ReadByte() << 8) | reader.ReadByte());
        _interruptEnable = reader.ReadByte();
        _fifoControl = reader.ReadByte();
        _lineControl = reader.ReadByte();
        _modemControl = reader.ReadByte();
        _modemInputs = reader.ReadByte();
        _modemLines = reader.ReadByte();
        _modemDeltas = reader.ReadByte();
        _lineErrors = reader.ReadByte();
        _lastCharacter = reader.ReadByte();
        _lastArrival = default;
        _scratch = reader.ReadByte();
        _transmitterEmptied = reader.ReadBoolean();
        _timedOut = reader.ReadBoolean();
        _statusReads = reader.ReadByte();
        _interrupt.Restore(reader.ReadBoolean());
    }

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset) => (offset & 7) switch
    {
        0 => IsDivisorSelected ? (byte)_divisor : ReadReceiverBuffer(),
        1 => IsDivisorSelected ? (byte)(_divisor >> 8) : _interruptEnable,
        2 => ReadInterruptIdentification(),
        3 => _lineControl,
        4 => _modemControl,
        5 => ReadLineStatus(),
        6 => ReadModemStatus(),
        _ => _scratch,
    };

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        switch (offset & 7)
        {
            case 0 when IsDivisorSelected: _divisor = (ushort)((_divisor & 0xff00) | value); break;
            case 1 when IsDivisorSelected: _divisor = (ushort)((_divisor & 0x00ff) | (value << 8)); break;
            case 0: Transmit(value); break;
            case 1: WriteInterruptEnable(value); break;
            case 2: WriteFifoControl(value); break;
            case 3: WriteLineControl(value); break;
            case 4: WriteModemControl(value); break;
            case 7: _scratch = value; break;
            default: break; // LSR and MSR are read-only
        }
    }

    private void Transmit(byte value)
    {
        _statusReads = 0;
        byte data = (byte)(value & DataMask);
        bool isBreaking = (_lineControl & UartBits.SetBreak) != 0; // the line is held at 0: what is shifted out is lost
        if (IsLoopback && !isBreaking)
            Accept(data, 0, default);
        else if (!isBreaking)
            Transmitted?.Invoke(data);
        _transmitterEmptied = true;
        UpdateInterrupt();
    }

    private void WriteInterruptEnable(byte value)
    {
        // Enabling the THRE interrupt while the transmitter is empty raises it: drivers start transmission so, and
        // Linux probes for it.
        if ((value & ~_interruptEnable & UartBits.TransmitterEmptyInterrupt) != 0)
            _transmitterEmptied = true;
        _interruptEnable = (byte)(value & 0x0f);
        UpdateInterrupt();
    }

    private void WriteFifoControl(byte value)
    {
        bool enable = (value & UartBits.FifoEnable) != 0;
        if (enable != HasFifos || (enable && (value & UartBits.ClearReceiver) != 0))
        {
            _received.Clear();
            StopTimeout();
        }

        // The other bits can only be programmed together with FIFO enable, and the two clear bits clear themselves.
        _fifoControl = enable ? (byte)(value & 0xc9) : (byte)0;
        if (enable && (value & UartBits.ClearTransmitter) != 0)
            _transmitterEmptied = true;
        UpdateInterrupt();
    }

    private void WriteLineControl(byte value)
    {
        bool breakBegins = (value & ~_lineControl & UartBits.SetBreak) != 0;
        _lineControl = value;
        if (breakBegins && IsLoopback)
            Accept(0, UartBits.BreakInterrupt, default);
    }

    private void WriteModemControl(byte value)
    {
        _modemControl = (byte)(value & 0x1f);
        UpdateModemLines();
    }

    private byte ReadReceiverBuffer()
    {
        if (_received.Count == 0)
            return _lastCharacter;
        _lastArrival = _received.FirstArrival;
        _lastCharacter = _received.Take();
        _lineErrors |= _received.TakeErrors();
        RestartTimeout();
        UpdateInterrupt();
        return _lastCharacter;
    }

    private byte ReadInterruptIdentification()
    {
        byte source = PendingInterrupt();
        if (source == UartBits.TransmitterEmptyPending)
        {
            _transmitterEmptied = false;
            UpdateInterrupt();
        }

        return (byte)(source | (HasFifos ? UartBits.FifosEnabled : 0));
    }

    private byte ReadLineStatus()
    {
        _statusReads = (byte)Math.Min(_statusReads + 1, StatusReadsOfAWaitingGuest);
        byte status = (byte)(_lineErrors | UartBits.TransmitterHoldingEmpty | UartBits.TransmitterEmpty);
        if (_received.Count > 0)
            status |= UartBits.DataReady;
        if (HasFifos && ((_lineErrors & UartBits.CharacterErrors) != 0 || _received.HasErrors))
            status |= UartBits.ErrorInFifo;
        _lineErrors = 0;
        UpdateInterrupt();
        return status;
    }

    private byte ReadModemStatus()
    {
        byte status = (byte)(_modemLines | _modemDeltas);
        _modemDeltas = 0;
        UpdateInterrupt();
        return status;
    }

    private void Accept(byte data, byte errors, Arrival arrival)
    {
        if (_received.Count < Capacity)
        {
            _received.Add(data, errors, arrival);
        }
        else
        {
            _lineErrors |= UartBits.Overrun;
            if (!HasFifos)
                _received.ReplaceNewest(data, errors, arrival); // with FIFOs the new character is the one that is lost
        }

        if (_received.Count == 1)
            _lineErrors |= _received.TakeErrors();
        RestartTimeout();
        UpdateInterrupt();
    }

    private void RestartTimeout()
    {
        StopTimeout();
        if (HasFifos && _received.Count > 0)
            _receiveTimeout.ScheduleIn(TimeoutCharacters * InstructionsPerCharacter);
    }

    private void StopTimeout()
    {
        _timedOut = false;
        _receiveTimeout.Cancel();
    }

    private void OnReceiveTimeout()
    {
        _timedOut = true;
        UpdateInterrupt();
    }

    private void UpdateModemLines()
    {
        byte before = _modemLines;
        _modemLines = IsLoopback ? UartBits.LoopedBack(_modemControl) : _modemInputs;
        int changed = before ^ _modemLines;
        int ringEnded = changed & before & UartBits.Ri; // TERI notes the trailing edge only
        _modemDeltas |= (byte)(((changed & ~UartBits.Ri) | ringEnded) >> 4);
        UpdateInterrupt();
    }

    private byte PendingInterrupt()
    {
        if ((_interruptEnable & UartBits.LineStatusInterrupt) != 0 && _lineErrors != 0)
            return UartBits.LineStatusPending;
        if ((_interruptEnable & UartBits.ReceiveInterrupt) != 0 && _received.Count >= TriggerLevel)
            return UartBits.ReceivePending;
        if ((_interruptEnable & UartBits.ReceiveInterrupt) != 0 && _timedOut)
            return UartBits.TimeoutPending;
        if ((_interruptEnable & UartBits.TransmitterEmptyInterrupt) != 0 && _transmitterEmptied)
            return UartBits.TransmitterEmptyPending;
        if ((_interruptEnable & UartBits.ModemStatusInterrupt) != 0 && _modemDeltas != 0)
            return UartBits.ModemStatusPending;
        return UartBits.NothingPending;
    }

    private void UpdateInterrupt() => _interrupt.Set(PendingInterrupt() != UartBits.NothingPending);
}
