using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Disk;

namespace PpcJit.Machine.Tests.Devices.Disk;

/// <summary>A drive, and a host that does what drivers do: it writes the registers, polls the status or waits for INTRQ, and moves words.</summary>
internal sealed class DiskBench
{
    public const byte Busy = 0x80;
    public const byte Idle = 0x50;
    public const byte Request = 0x58;
    public const byte Failed = 0x51;
    private const ulong Long = 1_000_000;

    public DiskBench(ulong sectors = 4096, bool isProtected = false)
    {
        Line = new InterruptLine(level => Interrupts += level ? 1 : 0);
        Log.Reported += Reports.Add;
        Source = new MemorySectors(sectors);
        Disk = new AtaDisk(Clock.Events, Line, Log);
        Disk.Insert(Source, isProtected);
    }

    public DeviceClock Clock { get; } = new(100_000_000);

    public MemorySectors Source { get; }

    public AtaDisk Disk { get; }

    public InterruptLine Line { get; }

    public HardwareLog Log { get; } = new();

    public List<string> Reports { get; } = [];

    /// <summary>How often INTRQ has risen.</summary>
    public int Interrupts { get; private set; }

    /// <summary>Writes the registers of a command with an address of 28 bits.</summary>
    public void Command(byte command, uint sector = 0, byte count = 0, byte features = 0, byte device = 0x40)
    {
        foreach ((int register, byte value) in (ReadOnlySpan<(int, byte)>)
            [(1, features), (2, count), (3, (byte)sector), (4, (byte)(sector >> 8)), (5, (byte)(sector >> 16)),
                (6, (byte)(device | ((sector >> 24) & 0xf))), (7, command)])
            Disk.Write(register, value);
    }

    /// <summary>Writes the registers of a command with an address of 48 bits: each of them twice, the upper half first.</summary>
    public void Extended(byte command, ulong sector, ushort count)
    {
        foreach ((int register, byte value) in (ReadOnlySpan<(int, byte)>)
            [(2, (byte)(count >> 8)), (3, (byte)(sector >> 24)), (4, (byte)(sector >> 32)), (5, (byte)(sector >> 40)),
                (2, (byte)count), (3, (byte)sector), (4, (byte)(sector >> 8)), (5, (byte)(sector >> 16)), (6, 0x40), (7, command)])
            Disk.Write(register, value);
    }

    /// <summary>Waits until the drive is no longer busy, as a driver that polls.</summary>
    /// <returns>The status.</returns>
    public byte Wait()
    {
        Clock.Advance(Long);
        byte status = Disk.AlternateStatus;
        Assert.That(status & Busy, Is.Zero);
        return status;
    }

    /// <summary>Waits for INTRQ, and reads the status, which takes it back.</summary>
    public byte WaitForInterrupt()
    {
        Clock.Advance(Long);
        Assert.That(Line.Level, Is.True, "INTRQ");
        byte status = Disk.Read(7);
        Assert.That(Line.Level, Is.False, "reading the status takes INTRQ back");
        return status;
    }

    public byte[] ReadWords(int bytes)
    {
        byte[] data = new byte[bytes];
        for (int n = 0; n < bytes; n += 2)
        {
            ushort word = Disk.ReadData();
            (data[n], data[n + 1]) = ((byte)word, (byte)(word >> 8));
        }

        return data;
    }

    public void WriteWords(ReadOnlySpan<byte> data)
    {
        for (int n = 0; n < data.Length; n += 2)
            Disk.WriteData((ushort)(data[n] | (data[n + 1] << 8)));
    }

    /// <summary>What the disk has in a sector.</summary>
    public byte[] Sector(ulong sector)
    {
        byte[] bytes = new byte[DiskContent.SectorSize];
        Disk.ReadSector(sector, bytes);
        return bytes;
    }

    public static byte[] Pattern(int seed)
    {
        byte[] bytes = new byte[DiskContent.SectorSize];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
