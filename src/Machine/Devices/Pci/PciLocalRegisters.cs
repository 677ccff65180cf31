using System.Buffers.Binary;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// PCIL0, the local registers of the 405's PCI bridge: three windows from the processor to PCI (address, mask, PCI
/// address) and the sizes of two windows from PCI to memory. The registers are little-endian. They hold what is
/// written; the board's PCI windows are where its firmware has them.
/// </summary>
public sealed class PciLocalRegisters : ByteDevice
{
    /// <summary>Number of bytes of its window. The 64 bytes of registers repeat in it: Linux uses them at 0x80000.</summary>
    public const uint WindowSize = 0x100000;

    private const int Size = 64;
    private const int Window1Size = 0x30;
    private const int Window2Size = 0x38;
    private const uint Page = 0xfffff000;
    private readonly byte[] _registers = new byte[Size];

    /// <summary>The address bits that PCI's first window into memory compares; it cannot be switched off.</summary>
    public uint Window1Mask => BinaryPrimitives.ReadUInt32LittleEndian(_registers.AsSpan(Window1Size)) & Page;

    /// <summary>The address bits that PCI's second window into memory compares; 0 while it is off.</summary>
    public uint Window2Mask
    {
        get
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(_registers.AsSpan(Window2Size));
            return (size & 1) != 0 ? size & Page : 0;
        }
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer) => writer.Write(_registers);

    /// <inheritdoc/>
    public override void Load(StateReader reader) => reader.ReadBytes(_registers);

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset) => _registers[offset % Size];

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value) => _registers[offset % Size] = value;
}
