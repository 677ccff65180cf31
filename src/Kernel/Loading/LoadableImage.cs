namespace PpcJit.Kernel.Loading;

/// <summary>An image whose format has been read and checked, ready to be placed in memory.</summary>
/// <param name="Format">What it is, for people: "ELF", "uImage 'Linux-6.1'", "raw binary".</param>
/// <param name="Segments">Its parts by rising address, none overlapping another.</param>
/// <param name="EntryAddress">Physical address of the first instruction.</param>
/// <param name="Symbols">Its symbols; null when it has none.</param>
internal sealed record LoadableImage(string Format, IReadOnlyList<ImageSegment> Segments, uint EntryAddress, SymbolTable? Symbols)
{
    /// <summary>The initial RAM disk that it brings with it; null for none.</summary>
    public ImageBytes? Initrd { get; init; }

    /// <summary>The flattened device tree that it brings with it; null for none.</summary>
    public ImageBytes? DeviceTree { get; init; }
}
