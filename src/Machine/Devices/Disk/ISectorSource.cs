namespace PpcJit.Machine.Devices.Disk;

/// <summary>What a disk holds before a guest writes to it: sectors that never change while a machine has the disk.</summary>
public interface ISectorSource
{
    /// <summary>Number of sectors of <see cref="DiskContent.SectorSize"/> bytes, at least 1.</summary>
    ulong Sectors { get; }

    /// <summary>Reads one sector.</summary>
    /// <param name="sector">Its number, below <see cref="Sectors"/>.</param>
    /// <param name="bytes">Takes <see cref="DiskContent.SectorSize"/> bytes.</param>
    void Read(ulong sector, Span<byte> bytes);
}
