using System.Reflection.Emit;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// Accesses whose addresses differ by constants, in a block or in blocks that all ways come to through the first of them: it
/// finds the page of all, and the others cannot fail.
/// </summary>
/// <param name="block">The block of the first access.</param>
/// <param name="first">Its index in the block.</param>
/// <param name="isStore">Whether it stores, so that all may.</param>
internal sealed class AccessGroup(RegionBlock block, int first, bool isStore)
{
    /// <summary>
    /// Accesses that lie farther apart, in bytes, are not in one group: they would often be in two pages. With 128,
    /// <c>matrix</c> takes 3.28 instead of 3.08 host instructions for each of the guest; with 2,048 no program takes fewer.
    /// </summary>
    private const long MaxSpan = 512;

    private int _lowest = int.MaxValue;
    private int _end = int.MinValue;
    private int _firstOffset;

    /// <summary>Whether the page is one that may be stored to, which may be loaded from, too.</summary>
    public bool IsStore { get; private set; } = isStore;

    /// <summary>How many accesses there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes from the lowest to the highest that is accessed.</summary>
    public int Span => _end - _lowest;

    /// <summary>What to add to the address of the first access for the lowest byte.</summary>
    public int LowestFromFirst => _lowest - _firstOffset;

    /// <summary>Local for the host address of the lowest byte; null until an access is emitted.</summary>
    public LocalBuilder? Pointer { get; set; }

    /// <summary>Whether an access is the first one.</summary>
    public bool BeginsWith(RegionBlock other, int index) => other == block && index == first;

    /// <summary>
    /// Whether the group is to go on in another block. Not after a loop in which it begins: each turn would ask for what only the last
    /// one needs; and a single byte, which cannot end in another page, asks for less than others must. <c>records</c> takes 4.65
    /// host instructions for each of the guest without this, and 4.03 with it.
    /// </summary>
    public bool IsWorthIt(RegionBlock other) => Span > 1 && block.Loops.TrueForAll(other.Loops.Contains);

    /// <summary>Whether the load with which the group begins may ask on behalf of stores.</summary>
    public bool MayAllowStores => !block.Instructions[first].LoadsAlone;

    /// <summary>Lets stores join a group that began with a load.</summary>
    public void AllowStores() => IsStore = true;

    /// <summary>Bytes from the lowest byte to an access.</summary>
    /// <param name="offset">Where the access is, as <see cref="TryJoin"/> got it.</param>
    public int FromLowest(int offset) => offset - _lowest;

    /// <summary>Adds an access, unless it is too far away.</summary>
    /// <param name="offset">Where it is, from the same place for all accesses of the group.</param>
    /// <param name="size">How many bytes it has.</param>
    public bool TryJoin(int offset, int size)
    {
        int lowest = Math.Min(_lowest, offset), end = Math.Max(_end, offset + size);
        if ((long)end - lowest > MaxSpan)
            return false;
        if (Count++ == 0)
            _firstOffset = offset;
        (_lowest, _end) = (lowest, end);
        return true;
    }
}

/// <summary>Where an access is in its group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Offset">Where the access is, as the group got it.</param>
internal readonly record struct GroupedAccess(AccessGroup Group, int Offset)
{
    /// <summary>Bytes from the lowest byte of the group to the access.</summary>
    public int FromLowest => Group.FromLowest(Offset);
}
