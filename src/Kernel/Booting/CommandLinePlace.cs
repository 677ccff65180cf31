namespace PpcJit.Kernel.Booting;

/// <summary>Where a command line goes that a kernel gets as two addresses.</summary>
internal static class CommandLinePlace
{
    private const uint Alignment = 256;

    /// <summary>Places the command line just under an address, with a terminator that its end does not include.</summary>
    /// <returns>Its first address and the one past its last character; twice <paramref name="limit"/> when there is none.</returns>
    /// <exception cref="InputException">There is no room for it.</exception>
    public static (uint Start, uint End) Choose(BootRequest request, Placement placement, uint limit)
    {
        ReadOnlyMemory<byte> text = request.CommandLine ?? default;
        if (text.IsEmpty)
            return (limit, limit);
        uint size = (uint)text.Length + 1;
        uint start = limit - ((size + Alignment - 1) & ~(Alignment - 1));
        placement.Add("the command line", start, text, size);
        return (start, start + (uint)text.Length);
    }
}
