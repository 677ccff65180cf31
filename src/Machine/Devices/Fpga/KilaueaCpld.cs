using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Fpga;

/// <summary>
/// The CPLD of the Kilauea (U-Boot, include/configs/kilauea.h): a control word with interrupts, LEDs, the drivers of the serial ports and the reset
/// of the PCI Express slots, and at 0x400 a word by which newer revisions are known. What it switches has no effect here.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class KilaueaCpld(HardwareLog log) : WordDevice, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x800;

    private readonly RegisterFile _registers = new(
        "CPLD",
        log,
        new Register(0x000, "CTRL", 0x00030000),
        Register.ReadOnly(0x400, "ID", 0xabcd0100)); // Revision 1

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <inheritdoc/>
    public override void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public override void Load(StateReader reader) => _registers.Load(reader);

    /// <inheritdoc/>
    protected override uint ReadWord(uint offset) => _registers.Read(offset);

    /// <inheritdoc/>
    protected override void WriteWord(uint offset, uint value, uint lanes) => _registers.Write(offset, value, lanes);
}
