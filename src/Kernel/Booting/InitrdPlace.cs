namespace PpcJit.Kernel.Booting;

/// <summary>Where an initial RAM disk goes.</summary>
internal static class InitrdPlace
{
    private const uint UsualAddress = 24 << 20;
    private const uint PageSize = 4096;

    /// <summary>Places the RAM disk at 24 MB or, where memory is too small or that place is taken, as high as possible.</summary>
    /// <returns>Its first address and the one past its last; zeros when there is none.</returns>
    /// <exception cref="InputException">There is no room for it.</exception>
    public static (uint Start, uint End) Choose(BootRequest request, Placement placement)
    {
        if (request.Initrd is not { } initrd)
            return (0, 0);
        uint size = (uint)initrd.Length;
        uint start = UsualAddress;
        if (placement.IsFree(start, size))
            placement.Add(initrd.Name, start, initrd.Memory, size);
        else
            start = placement.AddBelow(initrd.Name, initrd.Memory, request.Board.Memory.RamSize, PageSize);
        return (start, start + size);
    }
}
