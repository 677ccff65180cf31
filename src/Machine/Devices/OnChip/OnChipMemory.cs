using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// OCM0, the controller of the 4 KB on-chip memory: its registers only. Software that enables the memory is told so in
/// the log and finds nothing at its address.
/// </summary>
/// <param name="log">Where what is not modelled is reported.</param>
public sealed class OnChipMemory(HardwareLog log) : IDcrDevice, INamedRegisters
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0x18;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0x1b;

    private const uint InstructionControl = 0x19;
    private const uint DataControl = 0x1b;
    private const uint Enabled = 0x80000000;

    private readonly RegisterFile _registers = new(
        "OCM0",
        log,
        new Register(FirstDcr, "ISARC", Writable: 0xfc000000),
        new Register(InstructionControl, "ISCNTL", Writable: 0x80000000),
        new Register(0x1a, "DSARC", Writable: 0xfc000000),
        new Register(DataControl, "DSCNTL", Writable: 0xc0000000));

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => _registers.Read(number);

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        _registers.Write(number, value);
        if (number is InstructionControl or DataControl && (value & Enabled) != 0)
            _registers.ReportUnmodelled(number, "the on-chip memory is not modelled");
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _registers.Load(reader);
}
