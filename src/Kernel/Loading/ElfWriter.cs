using System.Buffers.Binary;

namespace PpcJit.Kernel.Loading;

/// <summary>Makes the ELF of a bare-metal program: one segment, loaded where it runs.</summary>
public static class ElfWriter
{
    private const int FileHeader = 52;
    private const int ProgramHeader = 32;
    private const uint PageSize = 4096;

    /// <summary>Gives the file.</summary>
    /// <param name="entry">Address of the first instruction.</param>
    /// <param name="address">Address of the first byte.</param>
    /// <param name="memory">What is to be in memory from there on.</param>
    public static byte[] Write(uint entry, uint address, ReadOnlySpan<byte> memory)
    {
        // A host that maps the file needs the segment at the same place in its page in both
        uint offset = FileHeader + ProgramHeader;
        offset += (address - offset) & (PageSize - 1);
        byte[] image = new byte[offset + memory.Length];
        void Half(int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(image.AsSpan(offset), value);
        void Words(int offset, params ReadOnlySpan<uint> values)
        {
            for (int n = 0; n < values.Length; n++)
                BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(offset + (4 * n)), values[n]);
        }

        // 32 bits, big-endian, executable, PowerPC
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 2, 1]).CopyTo(image);
        Half(16, 2);
        Half(18, 20);
        Words(20, 1, entry, FileHeader);
        Half(40, FileHeader);
        Half(42, ProgramHeader);
        Half(44, 1);

        uint bytes = (uint)memory.Length;
        Words(FileHeader, 1, offset, address, address, bytes, bytes, 7, PageSize);
        memory.CopyTo(image.AsSpan((int)offset));
        return image;
    }
}
