using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices;

/// <summary>
/// An Ethernet MAC of the 405 (405GP User's Manual, "Ethernet Media Access Controller") without cable and PHY: its registers. Resets and MII
/// management cycles complete at once; every PHY address answers all ones, as the MDIO line does when nobody drives it.
/// </summary>
public sealed class Emac : WordDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x100;

    private const uint Mode0 = 0x00;
    private const uint TransmitMode0 = 0x08;
    private const uint StationManagement = 0x5c;
    private const uint ReceiverIdle = 0x80000000;
    private const uint TransmitterIdle = 0x40000000;
    private const uint SoftReset = 0x20000000;
    private const uint ReceiverEnable = 0x08000000;
    private const uint NewPackets = 0xe0000000;
    private const uint OperationComplete = 0x00008000;
    private const uint PhyError = 0x00004000;
    private const uint StationWrite = 0x00002000;
    private const uint StationRead = 0x00001000;
    private const uint PhyData = 0xffff0000;
    private readonly RegisterFile _registers;

    /// <summary>Creates the unit in its reset state.</summary>
    /// <param name="name">Name, as the manual gives it.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public Emac(string name, HardwareLog log)
    {
        _registers = new RegisterFile(
            name,
            log,
            new Register(Mode0, "MR0", Writable: 0x1c000000),
            new Register(0x04, "MR1"),
            new Register(TransmitMode0, "TMR0", Writable: 0x1fffffff),
            new Register(0x0c, "TMR1", 0x380f0000),
            new Register(0x10, "RMR"),
            Register.Status(0x14, "ISR"),
            new Register(0x18, "ISER"),
            new Register(0x1c, "IAHR", Writable: 0x0000ffff),
            new Register(0x20, "IALR"),
            new Register(0x24, "VTPID", 0x00008808, Writable: 0x0000ffff),
            new Register(0x28, "VTCI", Writable: 0x0000ffff),
            new Register(0x2c, "PTR", 0x0000ffff, Writable: 0x0000ffff),
            new Register(0x30, "IAHT1", Writable: 0x0000ffff),
            new Register(0x34, "IAHT2", Writable: 0x0000ffff),
            new Register(0x38, "IAHT3", Writable: 0x0000ffff),
            new Register(0x3c, "IAHT4", Writable: 0x0000ffff),
            new Register(0x40, "GAHT1", Writable: 0x0000ffff),
            new Register(0x44, "GAHT2", Writable: 0x0000ffff),
            new Register(0x48, "GAHT3", Writable: 0x0000ffff),
            new Register(0x4c, "GAHT4", Writable: 0x0000ffff),
            Register.ReadOnly(0x50, "LSAH"),
            Register.ReadOnly(0x54, "LSAL"),
            new Register(0x58, "IPGVR", 0x00000004, Writable: 0x0000003f),
            new Register(StationManagement, "STACR", OperationComplete),
            new Register(0x60, "TRTR", Writable: 0xf8000000),
            new Register(0x64, "RWMR"),
            Register.ReadOnly(0x68, "OCTX"),
            Register.ReadOnly(0x6c, "OCRX"));
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public override void Load(StateReader reader) => _registers.Load(reader);

    /// <inheritdoc/>
    protected override uint ReadWord(uint offset)
    {
        uint value = _registers.Read(offset);
        if (offset != Mode0)
            return value;
        uint receiver = (value & ReceiverEnable) != 0 ? 0 : ReceiverIdle;
        return value | receiver | TransmitterIdle;
    }

    /// <inheritdoc/>
    protected override void WriteWord(uint offset, uint value, uint lanes)
    {
        if (offset == Mode0 && (value & SoftReset) != 0)
        {
            _registers.Reset(); // completes at once: MR0[SRST] reads 0 again
            return;
        }

        _registers.Write(offset, value, lanes);
        if (offset == TransmitMode0 && (value & NewPackets) != 0)
            _registers.ReportUnmodelled(offset, "packets are not sent");
        if (offset == StationManagement)
            RunManagementCycle();
    }

    private void RunManagementCycle()
    {
        uint control = _registers[StationManagement] & ~PhyError;
        if ((control & StationRead) != 0)
            control |= PhyData | PhyError;
        else if ((control & StationWrite) != 0)
            control |= PhyError;
        _registers[StationManagement] = control | OperationComplete;
    }
}
