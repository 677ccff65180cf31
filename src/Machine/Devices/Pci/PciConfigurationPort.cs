using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// PCIC0_CFGADDR and PCIC0_CFGDATA of the 405's PCI bridge: little-endian registers through which software makes
/// configuration cycles on bus 0. Where no function answers, reading gives all ones and writing has no effect.
/// </summary>
/// <param name="functions">
/// Function 0 of each device by device number; null or none where a slot is empty. They are saved by the board.
/// </param>
public sealed class PciConfigurationPort(params IReadOnlyList<IPciFunction?> functions) : ByteDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 8;

    private const uint DataOffset = 4;
    private const uint Enabled = 0x80000000;
    private uint _address;

    /// <summary>The function that the address names; null when there is none.</summary>
    private IPciFunction? Selected
    {
        get
        {
            uint busAndFunction = _address & 0x00ff0700;
            int device = (int)((_address >> 11) & 0x1f);
            return (_address & Enabled) != 0 && busAndFunction == 0 && device < functions.Count ? functions[device] : null;
        }
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer) => writer.Write(_address);

    /// <inheritdoc/>
    public override void Load(StateReader reader) => _address = reader.ReadUInt32();

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset) => offset < DataOffset
        ? (byte)(_address >> (8 * (int)offset))
        : Selected?.ReadConfiguration(RegisterAt(offset)) ?? 0xff;

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        if (offset >= DataOffset)
        {
            Selected?.WriteConfiguration(RegisterAt(offset), value);
            return;
        }

        int shift = 8 * (int)offset;
        _address = (_address & ~(0xffu << shift)) | ((uint)value << shift);
    }

    private int RegisterAt(uint offset) => (int)((_address & 0xfc) | (offset & 3));
}
