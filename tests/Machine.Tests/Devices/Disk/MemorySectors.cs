using PpcJit.Machine.Devices.Disk;

namespace PpcJit.Machine.Tests.Devices.Disk;

/// <summary>A disk on a bench: each sector begins with its number and goes on with bytes of its own.</summary>
internal sealed class MemorySectors(ulong sectors) : ISectorSource
{
    public ulong Sectors => sectors;

    /// <summary>How many sectors were read.</summary>
    public int Reads { get; private set; }

    public void Read(ulong sector, Span<byte> bytes)
    {
        Assert.That(sector, Is.LessThan(sectors), "the drive asks for sectors that there are");
        Reads++;
        ContentOf(sector).CopyTo(bytes);
    }

    public static byte[] ContentOf(ulong sector)
    {
        byte[] bytes = new byte[DiskContent.SectorSize];
        for (int n = 0; n < bytes.Length; n++)
            bytes[n] = n < sizeof(ulong) ? (byte)(sector >> (8 * n)) : (byte)(n + ((int)sector * 7));
        return bytes;
    }
}
