using System.Buffers.Binary;
using PpcJit.Machine.Devices.Disk;

namespace PpcJit.Kernel.Booting;

/// <summary>Sectors with their numbers as bytes: for each, rising, its number in eight big-endian bytes and its contents.</summary>
internal static class SectorList
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntrySize = sizeof(ulong) + DiskContent.SectorSize;

    /// <summary>Writes sectors.</summary>
    public static byte[] Write(IReadOnlyCollection<KeyValuePair<ulong, ReadOnlyMemory<byte>>> sectors)
    {
        byte[] bytes = new byte[checked(sectors.Count * EntrySize)];
        int at = 0;
        foreach ((ulong sector, ReadOnlyMemory<byte> content) in sectors)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(at), sector);
            content.Span.CopyTo(bytes.AsSpan(at + sizeof(ulong)));
            at += EntrySize;
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">How many sectors the disk has.</param>
    /// <returns>Null when it is not that: entries are cut off, do not rise, or name sectors that the disk does not have.</returns>
    public static SortedDictionary<ulong, ReadOnlyMemory<byte>>? Read(ReadOnlyMemory<byte> bytes, ulong count)
    {
        if (bytes.Length % EntrySize != 0)
            return null;
        SortedDictionary<ulong, ReadOnlyMemory<byte>> sectors = [];
        ulong next = 0;
        for (int at = 0; at < bytes.Length; at += EntrySize)
        {
            ulong sector = BinaryPrimitives.ReadUInt64BigEndian(bytes.Span[at..]);
            if (sector < next || sector >= count)
                return null;
            next = sector + 1;
            sectors.Add(sector, bytes.Slice(at + sizeof(ulong), DiskContent.SectorSize));
        }

        return sectors;
    }
}
