namespace PpcJit.Machine;

/// <summary>The CRC-32 of Ethernet, gzip, zlib and uImage (polynomial 0xedb88320, reflected; IEEE 802.3, 3.2.9).</summary>
public static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Computes the checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte value in bytes)
            crc = (crc >> 8) ^ Table[(byte)(crc ^ value)];
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint crc = n;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
            table[n] = crc;
        }

        return table;
    }
}
