using System.Reflection.Emit;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// Accesses of a block whose addresses differ by constants: the first one finds the page of all of them, and the others
/// cannot fail.
/// </summary>
/// <param name="first">Index in the block of the first access.</param>
/// <param name="isStore">Whether the first access stores, so that all may.</param>
internal sealed class AccessGroup(int first, bool isStore)
{
    /// <summary>
    /// Accesses that lie farther apart, in bytes, are not in one group: they would often be in two pages. With 128,
    /// <c>matrix</c> takes 3.28 instead of 3.08 host instructions for each of the guest; with 2,048 no program takes fewer.
    /// </summary>
    private const long MaxSpan = 512;

    private int _lowest = int.MaxValue;
    private int _end = int.MinValue;
    private int _firstOffset;

    /// <summary>Index in the block of the first access.</summary>
    public int First => first;

    /// <summary>Whether the first access stores. What may be stored to may be loaded from, too.</summary>
    public bool IsStore => isStore;

    /// <summary>How many accesses there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes from the lowest to the highest that is accessed.</summary>
    public int Span => _end - _lowest;

    /// <summary>What to add to the address of the first access for the lowest byte.</summary>
    public int LowestFromFirst => _lowest - _firstOffset;

    /// <summary>Local for the host address of the lowest byte; null until the first access is emitted.</summary>
    public LocalBuilder? Pointer { get; set; }

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
