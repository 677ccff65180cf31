namespace PpcJit.Machine.Devices.Disk;

/// <summary>Cylinders, heads and sectors of each track, as a drive that knows better still offers them (ATA-5, annex B).</summary>
/// <param name="Heads">1 to 16.</param>
/// <param name="Sectors">Sectors of a track, 1 to 255.</param>
internal readonly record struct AtaGeometry(byte Heads, byte Sectors)
{
    private const ulong MostCylinders = 16383;

    /// <summary>The geometry of a drive out of reset.</summary>
    public static AtaGeometry Usual { get; } = new(16, 63);

    /// <summary>Number of cylinders of a drive, as far as the geometry reaches.</summary>
    /// <param name="sectors">The drive's sectors.</param>
    public ushort Cylinders(ulong sectors) => (ushort)Math.Min(MostCylinders, sectors / (uint)(Heads * Sectors));

    /// <summary>Gives the number of a sector.</summary>
    /// <param name="cylinder">Its cylinder, from 0.</param>
    /// <param name="head">Its head, from 0.</param>
    /// <param name="sector">Its sector in the track, from 1.</param>
    /// <returns>Null when there is no such sector in any track.</returns>
    public ulong? Number(uint cylinder, uint head, uint sector) =>
        head < Heads && sector > 0 && sector <= Sectors ? (((ulong)cylinder * Heads) + head) * Sectors + sector - 1 : null;
}
