using System.Buffers.Binary;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// A PCI IDE controller with one channel in native mode and without bus mastering (PCI IDE Controller Specification 1.0): the drive's command block
/// is where the first base address register says, its control block where the second does, both in I/O space.
/// </summary>
/// <remarks>
/// Its identity is that of Holtek's HT6565, a controller that needs no set-up of its own: Linux's ata_generic takes it without being told to, and
/// others take it by its class. It comes up as firmware leaves it, with addresses and switched on.
/// </remarks>
/// <param name="disk">The drive on the channel. It is saved by the board.</param>
public sealed class PciIdeController(AtaDisk disk) : IPciFunction, IPciIoTarget, ISetUpByFirmware
{
    private const int Size = 256;
    private const int Command = 0x04;
    private const int LineRegister = 0x3c;
    private const byte AnswersIo = 1;
    private const int AlternateStatus = 2;

    private static readonly (int Register, byte[] Bytes)[] Reset =
    [
        (0x00, [0x12, 0x94, 0x65, 0x65]), (0x06, [0x00, 0x02]),
        (0x08, [0x01, 0x05, 0x01, 0x01]), // Native mode on both channels, IDE controller, mass storage
        (0x10, [0x01]), (0x14, [0x01]), // I/O space
        (0x3d, [0x01]), // INTA
    ];

    private static readonly Block[] Blocks = [new(0x10, 8, 0x1000), new(0x14, 4, 0x1008)];

    private readonly byte[] _registers = CreateReset(isSetUp: true);

    /// <inheritdoc/>
    public byte ReadConfiguration(int register) => _registers[register];

    /// <inheritdoc/>
    public void WriteConfiguration(int register, byte value) =>
        _registers[register] = (byte)((_registers[register] & ~Writable(register)) | (value & Writable(register)));

    /// <inheritdoc/>
    public bool TryReadIo(uint address, int size, out uint value)
    {
        value = 0;
        if (Find(address) is not (int block, uint offset))
            return false;
        if (block == 0 && offset == AtaDisk.Data)
        {
            value = ReadData(size);
            return true;
        }

        for (uint n = 0; n < size; n++)
            value = (value << 8) | ReadByte(block, (int)(offset + n));
        return true;
    }

    /// <inheritdoc/>
    public bool TryWriteIo(uint address, int size, uint value)
    {
        if (Find(address) is not (int block, uint offset))
            return false;
        if (block == 0 && offset == AtaDisk.Data)
        {
            WriteData(size, value);
            return true;
        }

        for (int n = 0; n < size; n++)
            WriteByte(block, (int)offset + n, (byte)(value >> (8 * (size - 1 - n))));
        return true;
    }

    /// <inheritdoc/>
    public void ComeOutOfReset() => CreateReset(isSetUp: false).CopyTo(_registers, 0);

    /// <inheritdoc/>
    public void Save(StateWriter writer) => writer.Write(_registers);

    /// <inheritdoc/>
    public void Load(StateReader reader) => reader.ReadBytes(_registers);

    private static byte[] CreateReset(bool isSetUp)
    {
        byte[] registers = new byte[Size];
        foreach ((int register, byte[] bytes) in Reset)
            bytes.CopyTo(registers, register);
        if (!isSetUp)
            return registers;
        registers[Command] = AnswersIo;
        foreach (Block block in Blocks)
            BinaryPrimitives.WriteUInt32LittleEndian(registers.AsSpan(block.Register), block.Usual | 1);
        return registers;
    }

    /// <summary>The switch for I/O, the base addresses but for the bits that lie in the block, and the interrupt line.</summary>
    private static byte Writable(int register)
    {
        if (register is Command)
            return AnswersIo;
        if (register is LineRegister)
            return 0xff;
        foreach (Block block in Blocks)
        {
            if (register >= block.Register && register < block.Register + 4)
                return (byte)(~(block.Size - 1) >> (8 * (register - block.Register)));
        }

        return 0;
    }

    /// <summary>Finds the block that an address lies in, and where in it.</summary>
    private (int Block, uint Offset)? Find(uint address)
    {
        if ((_registers[Command] & AnswersIo) == 0)
            return null;
        for (int n = 0; n < Blocks.Length; n++)
        {
            uint start = BinaryPrimitives.ReadUInt32LittleEndian(_registers.AsSpan(Blocks[n].Register)) & ~(Blocks[n].Size - 1);
            if (address - start < Blocks[n].Size)
                return (n, address - start);
        }

        return null;
    }

    private byte ReadByte(int block, int offset) => block == 0
        ? offset is > AtaDisk.Data and <= AtaDisk.StatusOrCommand ? disk.Read(offset) : (byte)0xff
        : offset == AlternateStatus ? disk.AlternateStatus : (byte)0xff;

    private void WriteByte(int block, int offset, byte value)
    {
        if (block == 0 && offset is > AtaDisk.Data and <= AtaDisk.StatusOrCommand)
            disk.Write(offset, value);
        else if (block == 1 && offset == AlternateStatus)
            disk.WriteControl(value);
    }

    /// <summary>The drive has 16 lines: four bytes are two of its words, and of a single byte the other half is lost.</summary>
    private uint ReadData(int size)
    {
        uint first = Swap(disk.ReadData());
        return size switch { 1 => first >> 8, 2 => first, _ => (first << 16) | Swap(disk.ReadData()) };
    }

    private void WriteData(int size, uint value)
    {
        if (size == 4)
            disk.WriteData(Swap((ushort)(value >> 16)));
        disk.WriteData(size == 1 ? (ushort)value : Swap((ushort)value));
    }

    /// <summary>The byte at the lower address is the lower half of a PCI word, and the upper half of what the processor has.</summary>
    private static ushort Swap(ushort word) => BinaryPrimitives.ReverseEndianness(word);

    /// <summary>Registers in I/O space.</summary>
    /// <param name="Register">Where the base address is.</param>
    /// <param name="Size">Bytes, a power of two.</param>
    /// <param name="Usual">Where firmware puts them.</param>
    private readonly record struct Block(int Register, uint Size, uint Usual);
}
