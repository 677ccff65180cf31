using System.Collections.Immutable;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Disk;

/// <summary>
/// What a guest has made of a disk: the sectors that it has written, and no others. It never changes, and shares with the one from which it was
/// made all that is alike, so that a checkpoint keeps a disk by keeping this.
/// </summary>
public sealed class DiskContent
{
    /// <summary>Bytes of a sector.</summary>
    public const int SectorSize = 512;

    private readonly ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> _written;

    private DiskContent(ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> written, ulong hash, ulong writes) =>
        (_written, Hash, Writes) = (written, hash, writes);

    /// <summary>A disk to which nothing was written.</summary>
    public static DiskContent Unwritten { get; } = new(ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty, 0, 0);

    /// <summary>The sectors that were written, in order.</summary>
    public IReadOnlyDictionary<ulong, ReadOnlyMemory<byte>> Written => _written;

    /// <summary>A hash of the written sectors, whatever the order in which they were written.</summary>
    public ulong Hash { get; }

    /// <summary>How many sectors were written one after the other to come here.</summary>
    public ulong Writes { get; }

    /// <summary>Gives the content after a sector is written.</summary>
    /// <param name="sector">Its number.</param>
    /// <param name="bytes">Its <see cref="SectorSize"/> bytes; they are copied.</param>
    public DiskContent With(ulong sector, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, SectorSize);
        ulong hash = Hash + HashOf(sector, bytes);
        if (_written.TryGetValue(sector, out ReadOnlyMemory<byte> before))
            hash -= HashOf(sector, before.Span);
        return new DiskContent(_written.SetItem(sector, bytes.ToArray()), hash, Writes + 1);
    }

    /// <summary>Reads a sector if it was written.</summary>
    /// <returns>False, with nothing read, when it was not.</returns>
    public bool TryRead(ulong sector, Span<byte> bytes)
    {
        if (!_written.TryGetValue(sector, out ReadOnlyMemory<byte> found))
            return false;
        found.Span.CopyTo(bytes);
        return true;
    }

    /// <summary>A hash of one sector with its number.</summary>
    public static ulong HashOf(ulong sector, ReadOnlySpan<byte> bytes)
    {
        StateHash hash = default;
        hash.Add(sector);
        hash.Add(bytes);
        return hash.Value;
    }
}
