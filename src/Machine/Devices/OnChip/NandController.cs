using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// NDFC0, the NAND flash controller of the 405EX (Linux, drivers/mtd/nand/raw/ndfc.c), without a chip: its pins are pulled up, so that whatever is
/// asked is ready, and answers with ones.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class NandController(HardwareLog log) : WordDevice, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x2000;

    private const uint Command = 0x00;
    private const uint Address = 0x04;
    private const uint Data = 0x08;
    private const uint Ready = 0x01000000;

    private readonly RegisterFile _registers = new(
        "NDFC0",
        log,
        new Register(0x10, "ECC0"),
        new Register(0x30, "B0CR"),
        new Register(0x34, "B1CR"),
        new Register(0x38, "B2CR"),
        new Register(0x3c, "B3CR"),
        new Register(0x40, "CR"),
        Register.ReadOnly(0x44, "SR", Ready),
        new Register(0x48, "HWCTL"),
        Register.ReadOnly(0x50, "REVID"));

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <inheritdoc/>
    public override void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public override void Load(StateReader reader) => _registers.Load(reader);

    /// <inheritdoc/>
    protected override uint ReadWord(uint offset) => offset is Command or Address or Data ? uint.MaxValue : _registers.Read(offset);

    /// <inheritdoc/>
    protected override void WriteWord(uint offset, uint value, uint lanes)
    {
        if (offset is not (Command or Address or Data))
            _registers.Write(offset, value, lanes);
    }
}
