using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>A unit of DCRs that hold what is written to them and do nothing.</summary>
/// <param name="name">The unit's name.</param>
/// <param name="log">Where accesses to absent registers are reported.</param>
/// <param name="registers">Its registers.</param>
public abstract class PlainDcrRegisters(string name, HardwareLog log, params Register[] registers) : IDcrDevice, INamedRegisters
{
    private readonly RegisterFile _registers = new(name, log, registers);

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => _registers.Read(number);

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value) => _registers.Write(number, value);

    /// <inheritdoc/>
    public void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _registers.Load(reader);
}

/// <summary>
/// PLB0, the arbiter of the processor local bus: error registers, in which no error ever appears, and the priority
/// setting, which has no effect on a machine without bus timing.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class PlbArbiter(HardwareLog log) : PlainDcrRegisters("PLB0", log,
    Register.Status(0x84, "BESR"),
    Register.ReadOnly(0x86, "BEAR"),
    new Register(0x87, "ACR", Writable: 0xf8000000))
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0x80;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0x87;
}

/// <summary>
/// POB0, the bridge from the processor local bus to the on-chip peripheral bus: error registers, in which no error ever
/// appears.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class PlbToOpbBridge(HardwareLog log) : PlainDcrRegisters("POB0", log,
    Register.Status(0xa0, "BESR0"),
    Register.ReadOnly(0xa2, "BEAR"),
    Register.Status(0xa4, "BESR1"))
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0xa0;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0xa4;
}

/// <summary>
/// PLB0 of the 405EX, the arbiters of its two processor local bus segments: the priority and pipelining settings have no effect on a machine without
/// bus timing.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class Plb4Arbiter(HardwareLog log) : PlainDcrRegisters("PLB0", log,
    new Register(0x81, "A0ACR", 0xd8000000, Writable: 0xff000000),
    new Register(0x89, "A1ACR", 0xd8000000, Writable: 0xff000000))
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0x80;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0x9f;
}

/// <summary>CPM0 of the 405EX, clock and power management: what is switched off here goes on working.</summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class PowerManager(HardwareLog log) : PlainDcrRegisters("CPM0", log,
    new Register(0xb0, "ER"),
    new Register(0xb1, "FR"),
    Register.ReadOnly(0xb2, "SR"))
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0xb0;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0xb2;
}

/// <summary>OPBA0, the arbiter of the on-chip peripheral bus: two byte registers that hold what was written.</summary>
public sealed class OpbArbiter : ByteDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 2;

    private byte _priority = 0x11;
    private byte _control;

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write(_priority);
        writer.Write(_control);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        _priority = reader.ReadByte();
        _control = reader.ReadByte();
    }

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset) => offset == 0 ? _priority : _control;

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        if (offset == 0)
            _priority = value;
        else
            _control = (byte)(value & 0xf8);
    }
}
