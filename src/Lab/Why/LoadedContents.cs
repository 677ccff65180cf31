using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Why;

/// <summary>Says which byte of what a loader placed stands where, while nobody has written over it.</summary>
/// <param name="board">The machine.</param>
/// <param name="ranges">What was placed.</param>
internal sealed class LoadedContents(Board board, IReadOnlyList<LoadedRange> ranges)
{
    /// <summary>Bytes of the largest range that may be a device tree.</summary>
    private const uint LargestTree = 1 << 20;

    /// <summary>Describes the bytes that memory was loaded with.</summary>
    /// <param name="place">The place, in memory.</param>
    /// <returns>A sentence; null where nothing was loaded.</returns>
    public string? Describe(ValuePlace place)
    {
        if (ranges.FirstOrDefault(range => place.Address - range.Start < range.Size) is not { } found)
            return null;
        uint offset = place.Address - found.Start;
        string bytes = $"byte {offset} of {found.Name}, which was loaded to 0x{found.Start:x8}";
        if (found.Size > LargestTree)
            return bytes + ".";
        byte[] blob = new byte[found.Size];
        return board.Memory.TryCopyOut(found.Start, blob) && FlattenedTreePlaces.Find(blob, (int)offset) is var (property, within)
            ? $"byte {within} of the device tree's {property}; {bytes}."
            : bytes + ".";
    }
}
