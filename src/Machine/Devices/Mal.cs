using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices;

/// <summary>
/// MAL0, the memory access layer that moves packets between memory and the EMACs (405GP User's Manual, "Memory Access Layer"): its registers. Resets
/// complete and channels can be configured; a channel that is activated is reported and never finds a packet.
/// </summary>
public sealed class Mal : IDcrDevice
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0x180;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0x1ff;

    private const uint Configuration = 0x180;
    private const uint TransmitActive = 0x184;
    private const uint TransmitReset = 0x185;
    private const uint ReceiveActive = 0x190;
    private const uint ReceiveReset = 0x191;
    private const uint SoftReset = 0x80000000;
    private readonly RegisterFile _registers;
    private readonly uint _transmitChannels;
    private readonly uint _receiveChannels;

    /// <summary>Creates the unit in its reset state.</summary>
    /// <param name="transmitChannels">Number of transmit channels, at most 32.</param>
    /// <param name="receiveChannels">Number of receive channels, at most 32.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public Mal(int transmitChannels, int receiveChannels, HardwareLog log)
    {
        _transmitChannels = FirstBits(transmitChannels);
        _receiveChannels = FirstBits(receiveChannels);
        List<Register> registers =
        [
            new(Configuration, "CFG", 0x0007c000, Writable: 0x7fffffff),
            Register.Status(0x181, "ESR"),
            new(0x182, "IER", Writable: 0x0000001f),
            new(TransmitActive, "TXCASR", Writable: 0),
            new(TransmitReset, "TXCARR", Writable: 0),
            Register.Status(0x186, "TXEOBISR"),
            Register.Status(0x187, "TXDEIR"),
            new(ReceiveActive, "RXCASR", Writable: 0),
            new(ReceiveReset, "RXCARR", Writable: 0),
            Register.Status(0x192, "RXEOBISR"),
            Register.Status(0x193, "RXDEIR"),
        ];
        for (uint n = 0; n < transmitChannels; n++)
            registers.Add(new Register(0x1a0 + n, $"TXCTP{n}R"));
        for (uint n = 0; n < receiveChannels; n++)
        {
            registers.Add(new Register(0x1c0 + n, $"RXCTP{n}R"));
            registers.Add(new Register(0x1e0 + n, $"RCBS{n}", Writable: 0xff));
        }

        _registers = new RegisterFile("MAL0", log, [.. registers]);
    }

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => _registers.Read(number switch
    {
        TransmitReset => TransmitActive, // both registers of a pair show which channels are active
        ReceiveReset => ReceiveActive,
        _ => number,
    });

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        switch (number)
        {
            case Configuration when (value & SoftReset) != 0:
                _registers.Reset(); // completes at once: CFG[SR] reads 0 again
                break;
            case TransmitActive:
                Activate(number, value & _transmitChannels);
                break;
            case ReceiveActive:
                Activate(number, value & _receiveChannels);
                break;
            case TransmitReset:
                _registers[TransmitActive] &= ~value;
                break;
            case ReceiveReset:
                _registers[ReceiveActive] &= ~value;
                break;
            default:
                _registers.Write(number, value);
                break;
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _registers.Load(reader);

    private static uint FirstBits(int count) => count == 0 ? 0 : uint.MaxValue << (32 - count);

    private void Activate(uint number, uint channels)
    {
        _registers[number] |= channels;
        if (channels != 0)
            _registers.ReportUnmodelled(number, "no packet moves through the channels of this board");
    }
}
