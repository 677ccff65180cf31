using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// GPIO0, 32 general purpose pins (405EP User's Manual, "GPIO Operations"). Pins that nothing drives are pulled up.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
/// <param name="hasMoreInputs">Whether pins have three alternative inputs, as on the 405EX, not one.</param>
public sealed class Gpio(HardwareLog log, bool hasMoreInputs = false) : WordDevice, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x38;

    /// <summary>Number of bytes of its window on the 405EX.</summary>
    public const uint LargeWindowSize = 0x48;

    private const uint Output = 0x00;
    private const uint ThreeStateControl = 0x04;
    private const uint OpenDrain = 0x18;
    private const uint Input = 0x1c;

    private readonly RegisterFile _registers = new("GPIO0", log,
    [
        new Register(Output, "OR"),
        new Register(ThreeStateControl, "TCR"),
        new Register(0x08, "OSRH"),
        new Register(0x0c, "OSRL"),
        new Register(0x10, "TSRH"),
        new Register(0x14, "TSRL"),
        new Register(OpenDrain, "ODR"),
        Register.ReadOnly(Input, "IR"),
        new Register(0x20, "RR1"),
        new Register(0x30, "ISR1H"),
        new Register(0x34, "ISR1L"),
        .. hasMoreInputs ? MoreInputs : [],
    ]);

    private static Register[] MoreInputs =>
    [
        new Register(0x24, "RR2"), new Register(0x28, "RR3"), new Register(0x38, "ISR2H"), new Register(0x3c, "ISR2L"),
        new Register(0x40, "ISR3H"), new Register(0x44, "ISR3L"),
    ];

    /// <summary>What the board drives into the pins.</summary>
    public uint Pins { get; set; } = uint.MaxValue;

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        _registers.Save(writer);
        writer.Write(Pins);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        _registers.Load(reader);
        Pins = reader.ReadUInt32();
    }

    /// <inheritdoc/>
    protected override uint ReadWord(uint offset) => offset == Input ? ReadPins() : _registers.Read(offset);

    /// <inheritdoc/>
    protected override void WriteWord(uint offset, uint value, uint lanes) => _registers.Write(offset, value, lanes);

    private uint ReadPins()
    {
        // TCR drives a pin; an open-drain output only ever pulls it low.
        uint output = _registers[Output];
        uint driven = _registers[ThreeStateControl] & ~(_registers[OpenDrain] & output);
        return (output & driven) | (Pins & ~driven);
    }
}
