using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>The interrupt lines of the MAL.</summary>
/// <param name="TransmitEndOfBuffer">TXEOB.</param>
/// <param name="ReceiveEndOfBuffer">RXEOB.</param>
/// <param name="TransmitDescriptorError">TXDE.</param>
/// <param name="ReceiveDescriptorError">RXDE.</param>
/// <param name="SystemError">SERR.</param>
public sealed record MalInterrupts(
    InterruptLine TransmitEndOfBuffer,
    InterruptLine ReceiveEndOfBuffer,
    InterruptLine TransmitDescriptorError,
    InterruptLine ReceiveDescriptorError,
    InterruptLine SystemError)
{
    internal InterruptLine[] All => [TransmitEndOfBuffer, ReceiveEndOfBuffer, TransmitDescriptorError, ReceiveDescriptorError, SystemError];
}

/// <summary>
/// MAL0, the memory access layer that moves packets between memory and the EMACs (405GP User's Manual, "Memory Access
/// Layer"). Its bus transfers take no time of their own: the wire, which is slower, sets the pace.
/// </summary>
/// <remarks>
/// After a bus error (a descriptor or buffer where there is no memory) the chip cannot tell whose it was and goes on
/// with whatever it read; here the channel stops, as it does after the other errors.
/// </remarks>
public sealed class Mal : IDcrDevice, INamedRegisters
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0x180;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0x1ff;

    private const uint Configuration = 0x180;
    private const uint ErrorStatus = 0x181;
    private const uint InterruptEnable = 0x182;
    private const uint TransmitSet = 0x184;
    private const uint TransmitReset = 0x185;
    private const uint TransmitEndOfBuffer = 0x186;
    private const uint TransmitDescriptorError = 0x187;
    private const uint ReceiveSet = 0x190;
    private const uint ReceiveReset = 0x191;
    private const uint ReceiveEndOfBuffer = 0x192;
    private const uint ReceiveDescriptorError = 0x193;
    private const uint TransmitTable = 0x1a0;
    private const uint ReceiveTable = 0x1c0;
    private const uint ReceiveBufferSize = 0x1e0;

    private const uint SoftReset = 0x80000000;
    private const uint EndOfPacketInterrupt = 0x00000004;
    private const uint LockedErrors = 0x00000002;
    private const uint ErrorValid = 0x80000000;
    private const uint ErrorOfReceiver = 0x40000000;
    private const int ErrorChannelShift = 25;
    private const uint InterruptBits = 0x0000001f;

    // The MAL of the 405EX (Linux, drivers/net/ethernet/ibm/emac/mal.h: MAL2) has errors of its own for the bus
    private const uint InterruptBits2 = 0x000000f7;
    private const uint BusTimeout2 = 0x00800080;

    /// <summary>The error and the interrupt bit that belongs to it.</summary>
    private const uint DescriptorError = 0x00100010;
    private const uint BusError = 0x00010001;

    /// <summary>The upper 13 bits of all table pointers of one direction are one register.</summary>
    private const uint SharedTableBits = 0xfff80000;

    private const int BufferSizeUnit = 16;
    private const int MaxBufferUnits = 256;

    private readonly RegisterFile _registers;
    private readonly MalInterrupts _interrupts;
    private readonly bool _isSecond;
    private readonly MalTransmitChannel[] _transmit;
    private readonly MalReceiveChannel[] _receive;

    /// <summary>Creates the unit in its reset state.</summary>
    /// <param name="memory">Where descriptors and buffers are.</param>
    /// <param name="transmitChannels">Number of transmit channels, at most 32.</param>
    /// <param name="receiveChannels">Number of receive channels, at most 32.</param>
    /// <param name="interrupts">Its interrupt lines.</param>
    /// <param name="log">Where accesses to absent registers are reported.</param>
    /// <param name="isSecond">Whether it is the MAL of the 405EX.</param>
    public Mal(
        PhysicalAddressSpace memory, int transmitChannels, int receiveChannels, MalInterrupts interrupts, HardwareLog log, bool isSecond = false)
    {
        Memory = memory;
        _isSecond = isSecond;
        _interrupts = interrupts;
        _transmit = new MalTransmitChannel[transmitChannels];
        for (int n = 0; n < transmitChannels; n++)
            _transmit[n] = new MalTransmitChannel(this, n);
        _receive = new MalReceiveChannel[receiveChannels];
        for (int n = 0; n < receiveChannels; n++)
            _receive[n] = new MalReceiveChannel(this, n);
        List<Register> registers =
        [
            new(Configuration, "CFG", 0x0007c000, Writable: 0x7fffffff),
            Register.Status(ErrorStatus, "ESR"),
            new(InterruptEnable, "IER", Writable: Interrupts),
            Register.Status(TransmitEndOfBuffer, "TXEOBISR"),
            Register.Status(TransmitDescriptorError, "TXDEIR"),
            Register.Status(ReceiveEndOfBuffer, "RXEOBISR"),
            Register.Status(ReceiveDescriptorError, "RXDEIR"),
        ];
        for (uint n = 0; n < transmitChannels; n++)
            registers.Add(new Register(TransmitTable + n, $"TXCTP{n}R"));
        for (uint n = 0; n < receiveChannels; n++)
        {
            registers.Add(new Register(ReceiveTable + n, $"RXCTP{n}R"));
            registers.Add(new Register(ReceiveBufferSize + n, $"RCBS{n}", Writable: 0xff));
        }

        _registers = new RegisterFile("MAL0", log, [.. registers]);
    }

    /// <summary>Where descriptors and buffers are.</summary>
    internal PhysicalAddressSpace Memory { get; }

    /// <summary>
    /// Whether the end of each packet sets its channel's end-of-buffer status, and not only descriptors that ask for
    /// it.
    /// </summary>
    internal bool InterruptsAtEndOfPacket => (_registers[Configuration] & EndOfPacketInterrupt) != 0;

    /// <summary>The bits of ESR that IER lets through.</summary>
    private uint Interrupts => _isSecond ? InterruptBits2 : InterruptBits;

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => [
        .. _registers.NamedRegisters, new("TXCASR", TransmitSet), new("TXCARR", TransmitReset),
            new("RXCASR", ReceiveSet), new("RXCARR", ReceiveReset),
    ];

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => number switch
    {
        TransmitSet or TransmitReset => Active(_transmit), // both registers of a pair show which channels are active
        ReceiveSet or ReceiveReset => Active(_receive),
        _ => _registers.Read(number),
    };

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        switch (number)
        {
            case Configuration when (value & SoftReset) != 0:
                Reset();
                break;
            case TransmitSet:
                Select(_transmit, value, channel => channel.Activate());
                break;
            case TransmitReset:
                Select(_transmit, value, channel => channel.Deactivate());
                break;
            case ReceiveSet:
                Select(_receive, value, channel => channel.Activate());
                break;
            case ReceiveReset:
                Select(_receive, value, channel => channel.Deactivate());
                break;
            default:
                if (_registers.Write(number, value))
                    ShareTableBits(number, value);
                break;
        }

        UpdateInterrupts();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        _registers.Save(writer);
        foreach (IStateful channel in (IEnumerable<IStateful>)[.. _transmit, .. _receive])
            channel.Save(writer);
        foreach (InterruptLine line in _interrupts.All)
            writer.Write(line.Level);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _registers.Load(reader);
        foreach (IStateful channel in (IEnumerable<IStateful>)[.. _transmit, .. _receive])
            channel.Load(reader);
        foreach (InterruptLine line in _interrupts.All)
            line.Restore(reader.ReadBoolean());
    }

    internal MalTransmitChannel Transmitter(int number) => _transmit[number];

    internal MalReceiveChannel Receiver(int number) => _receive[number];

    internal uint TableOf(MalChannel channel) => _registers[(channel.IsReceiver ? ReceiveTable : TransmitTable) + (uint)channel.Number];

    /// <summary>
    /// Bytes of each buffer of a channel. A size of 0, which makes no sense, is the 4 KB that the field's eight bits
    /// fall short of.
    /// </summary>
    internal int BufferSizeOf(MalReceiveChannel channel)
    {
        int units = (int)_registers[ReceiveBufferSize + (uint)channel.Number];
        return (units == 0 ? MaxBufferUnits : units) * BufferSizeUnit;
    }

    internal void NoteEndOfBuffer(MalChannel channel)
    {
        _registers[channel.IsReceiver ? ReceiveEndOfBuffer : TransmitEndOfBuffer] |= channel.Bit;
        UpdateInterrupts();
    }

    /// <summary>Stops a channel that met a descriptor which is not the MAL's where it needs one.</summary>
    internal void StopAfterDescriptorError(MalChannel channel)
    {
        _registers[channel.IsReceiver ? ReceiveDescriptorError : TransmitDescriptorError] |= channel.Bit;
        Stop(channel, DescriptorError);
    }

    /// <summary>Stops a channel whose descriptor or buffer is not in memory.</summary>
    internal void StopAfterBusError(MalChannel channel) => Stop(channel, _isSecond ? BusTimeout2 : BusError);

    private static uint Active(IEnumerable<MalChannel> channels) =>
        channels.Where(channel => channel.IsActive).Aggregate(0u, (bits, channel) => bits | channel.Bit);

    private static void Select(IEnumerable<MalChannel> channels, uint bits, Action<MalChannel> action)
    {
        foreach (MalChannel channel in channels)
        {
            if ((bits & channel.Bit) != 0)
                action(channel);
        }
    }

    private void Reset()
    {
        _registers.Reset(); // completes at once: CFG[SR] reads 0 again
        Select(_transmit, uint.MaxValue, channel => channel.Deactivate());
        Select(_receive, uint.MaxValue, channel => channel.Deactivate());
    }

    private void ShareTableBits(uint number, uint value)
    {
        (uint first, int count) = number < ReceiveTable ? (TransmitTable, _transmit.Length) : (ReceiveTable, _receive.Length);
        if (number < first || number >= first + (uint)count)
            return;
        for (uint n = 0; n < count; n++)
            _registers[first + n] = (_registers[first + n] & ~SharedTableBits) | (value & SharedTableBits);
    }

    private void Stop(MalChannel channel, uint error)
    {
        channel.Deactivate();
        uint status = _registers[ErrorStatus];
        bool isLocked = (_registers[Configuration] & LockedErrors) != 0 && (status & ErrorValid) != 0;
        uint origin = (channel.IsReceiver ? ErrorOfReceiver : 0) | ((uint)channel.Number << ErrorChannelShift);
        uint details = ErrorValid | origin | (error & ~Interrupts);
        _registers[ErrorStatus] = (isLocked ? status : details | (status & Interrupts)) | (error & Interrupts);
        UpdateInterrupts();
    }

    private void UpdateInterrupts()
    {
        _interrupts.TransmitEndOfBuffer.Set(_registers[TransmitEndOfBuffer] != 0);
        _interrupts.ReceiveEndOfBuffer.Set(_registers[ReceiveEndOfBuffer] != 0);
        _interrupts.TransmitDescriptorError.Set(_registers[TransmitDescriptorError] != 0);
        _interrupts.ReceiveDescriptorError.Set(_registers[ReceiveDescriptorError] != 0);
        _interrupts.SystemError.Set((_registers[ErrorStatus] & _registers[InterruptEnable]) != 0);
    }
}
