namespace PpcJit.Machine.Devices.Flash;

/// <summary>A kind of parallel NOR flash with AMD's command set, and uniform sectors.</summary>
/// <param name="Name">Name of the chip.</param>
/// <param name="Size">Bytes, a power of two.</param>
/// <param name="SectorSize">Bytes of what is erased at once.</param>
/// <param name="Width">Bytes of its data bus: 1, or 2 for a chip that is written in halfwords.</param>
/// <param name="BufferSize">Bytes that one buffered program writes at most; 0 for a chip that programs one unit at a time.</param>
/// <param name="Manufacturer">Manufacturer ID of autoselect.</param>
/// <param name="DeviceIds">Device ID at address 1, and for newer chips at 0xe and 0xf.</param>
/// <param name="HasQuery">Whether it answers the common flash interface's query.</param>
public sealed record FlashModel(
    string Name, uint Size, uint SectorSize, int Width, uint BufferSize, ushort Manufacturer, IReadOnlyList<ushort> DeviceIds, bool HasQuery)
{
    private const uint Kilobyte = 1024;
    private const uint Megabyte = 1024 * Kilobyte;

    /// <summary>All models, the smallest first; each size has one.</summary>
    public static IReadOnlyList<FlashModel> All { get; } =
    [
        new("Am29F040B", 512 * Kilobyte, 64 * Kilobyte, 1, 0, 0x01, [0xa4], HasQuery: false),
        Mirrored("S29GL032N", 4, 64, 0x221d, 0x2200),
        Mirrored("S29GL064N", 8, 64, 0x220c, 0x2201),
        Mirrored("S29GL128N", 16, 128, 0x2221, 0x2201),
        Mirrored("S29GL256N", 32, 128, 0x2222, 0x2201),
        Mirrored("S29GL512N", 64, 128, 0x2223, 0x2201),
        Mirrored("S29GL01GP", 128, 128, 0x2228, 0x2201),
    ];

    /// <summary>Number of sectors.</summary>
    public int Sectors => (int)(Size / SectorSize);

    /// <summary>Finds the model of a size; null when there is none.</summary>
    public static FlashModel? OfSize(uint bytes)
    {
        foreach (FlashModel model in All)
        {
            if (model.Size == bytes)
                return model;
        }

        return null;
    }

    /// <summary>What a query answers, by the chip's address, in bytes (JEDEC JESD68, and AMD's primary table).</summary>
    internal byte QueryAt(uint address)
    {
        uint regionUnits = SectorSize / 256;
        return address switch
        {
            0x10 => (byte)'Q',
            0x11 => (byte)'R',
            0x12 => (byte)'Y',
            0x13 => 0x02, // AMD's command set
            0x15 => PrimaryTable,
            0x1b => 0x27, // 2.7 V
            0x1c => 0x36, // 3.6 V
            0x1f => 0x07, // A unit takes 2^7 us, a buffer 2^7 us, a sector 2^10 ms
            0x20 => 0x07,
            0x21 => 0x0a,
            0x23 => 0x03, // 2^n times the typical time at most
            0x24 => 0x05,
            0x25 => 0x04,
            0x27 => (byte)uint.Log2(Size),
            0x28 => (byte)(Width == 2 ? 1 : 0), // x16, or x8
            0x2a => (byte)(BufferSize == 0 ? 0 : uint.Log2(BufferSize)),
            0x2c => 1,
            0x2d => (byte)(Sectors - 1),
            0x2e => (byte)((Sectors - 1) >> 8),
            0x2f => (byte)regionUnits,
            0x30 => (byte)(regionUnits >> 8),
            PrimaryTable => (byte)'P',
            PrimaryTable + 1 => (byte)'R',
            PrimaryTable + 2 => (byte)'I',
            PrimaryTable + 3 => (byte)'1',
            PrimaryTable + 4 => (byte)'3',
            PrimaryTable + 6 => 0x02, // Erase suspend, to read and program
            PrimaryTable + 7 => 0x01, // Sectors in one protection group
            PrimaryTable + 9 => 0x08, // Advanced sector protection
            PrimaryTable + 0xf => 0x04, // Uniform sectors
            _ => 0,
        };
    }

    private const byte PrimaryTable = 0x40;

    private static FlashModel Mirrored(string name, uint megabytes, uint sectorKilobytes, ushort second, ushort third) =>
        new(name, megabytes * Megabyte, sectorKilobytes * Kilobyte, 2, 32, 0x0001, [0x227e, second, third], HasQuery: true);
}
