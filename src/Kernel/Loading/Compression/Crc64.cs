namespace PpcJit.Kernel.Loading.Compression;

/// <summary>The CRC-64 of .xz files (ECMA-182, polynomial 0x42f0e1eba9ea3693, reflected).</summary>
internal static class Crc64
{
    private const ulong Polynomial = 0xc96c5795d7870f42;
    private static readonly ulong[] Table = MakeTable();

    /// <summary>Computes the checksum of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong crc = ~0ul;
        foreach (byte value in bytes)
            crc = (crc >> 8) ^ Table[(byte)(crc ^ value)];
        return ~crc;
    }

    private static ulong[] MakeTable()
    {
        ulong[] table = new ulong[256];
        for (uint n = 0; n < 256; n++)
        {
            ulong crc = n;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial : 0);
            table[n] = crc;
        }

        return table;
    }
}
