namespace PpcJit.Machine.Devices.I2c;

/// <summary>What the EEPROM of an SDRAM module says about it (JEDEC 21-C, 4.1.2.4), by which firmware programs the memory controller.</summary>
public static class SerialPresenceDetect
{
    private const int Size = 256;
    private const int Checksum = 63;
    private const uint Megabyte = 1024 * 1024;

    /// <summary>Describes a module of 32 bits with one side for each of its banks, which all have the size of the first; others are left
    /// out.</summary>
    /// <param name="banks">Size of each SDRAM bank in bytes, largest first.</param>
    public static byte[] Describe(IReadOnlyList<uint> banks)
    {
        uint bank = banks[0];
        int sides = banks.TakeWhile(one => one == bank).Count() switch { >= 4 => 4, >= 2 => 2, _ => 1 };
        (byte rows, byte columns) = (bank / Megabyte) switch
        {
            <= 8 => ((byte)11, (byte)8),
            16 => ((byte)12, (byte)8),
            32 => ((byte)12, (byte)9),
            64 => ((byte)12, (byte)10),
            128 => ((byte)13, (byte)10),
            _ => ((byte)13, (byte)11),
        };
        byte[] contents = new byte[Size];
        contents[0] = 128; // Bytes that the manufacturer wrote
        contents[1] = 8; // 2^8 bytes in all
        contents[2] = 4; // SDRAM
        contents[3] = rows;
        contents[4] = columns;
        contents[5] = (byte)sides;
        contents[6] = 32; // Bits of data
        contents[8] = 1; // LVTTL
        contents[9] = 0x75; // 7.5 ns a cycle, 5.4 ns from clock to data
        contents[10] = 0x54;
        contents[12] = 0x80; // 15.6 us between refreshes, which the chips can do themselves
        contents[13] = 16;
        contents[15] = 1;
        contents[16] = 0x8f; // All burst lengths
        contents[17] = 4; // Banks inside a chip
        contents[18] = 0x06; // CAS latency 2 or 3
        contents[23] = 0xa0;
        contents[24] = 0x60;
        contents[27] = 20; // Row precharge, row to column, row active: ns
        contents[28] = 15;
        contents[29] = 15;
        contents[30] = 45;
        contents[31] = (byte)(bank / (4 * Megabyte));
        contents[Checksum] = (byte)contents.AsSpan(0, Checksum).ToArray().Sum(one => one);
        contents[126] = 100; // MHz
        contents[127] = 0x06;
        return contents;
    }
}
