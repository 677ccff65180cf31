using PpcJit.Kernel.Loading;

namespace PpcJit.Kernel.Booting;

/// <summary>A guest that stands in the board's memory, with the processor at its first instruction.</summary>
/// <param name="Description">One line for people: what the image is and how it was entered.</param>
/// <param name="EntryAddress">Physical address of the first instruction.</param>
/// <param name="Symbols">Names of the guest's code and data; null when nothing gave any.</param>
/// <param name="Ranges">What was placed in memory, by rising address: image segments, initial RAM disk, boot information.</param>
public sealed record LoadedGuest(string Description, uint EntryAddress, SymbolTable? Symbols, IReadOnlyList<LoadedRange> Ranges)
{
    /// <summary>Names of programs that run on the guest's kernel, for those who look at it: <c>NAME.main</c>.</summary>
    public IReadOnlyList<SymbolTable> ProgramSymbols { get; init; } = [];

    /// <summary>All tables, the guest's own first.</summary>
    public IReadOnlyList<SymbolTable> AllSymbols => Symbols is null ? ProgramSymbols : [Symbols, .. ProgramSymbols];
}

/// <summary>A range of physical memory that a loader filled.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Start">First address.</param>
/// <param name="Size">Bytes, those that are only cleared included.</param>
public sealed record LoadedRange(string Name, uint Start, uint Size);
