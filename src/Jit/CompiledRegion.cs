using PpcJit.Jit.Code;

namespace PpcJit.Jit;

/// <summary>A compiled region as a person wants to see it.</summary>
/// <param name="EffectiveAddress">Effective address of its first instruction.</param>
/// <param name="PhysicalAddress">Physical address of the same.</param>
/// <param name="Instructions">How many guest instructions it has.</param>
/// <param name="IlBytes">Size of its IL in bytes.</param>
/// <param name="CompileMicroseconds">How long compiling took, in host microseconds.</param>
/// <param name="Code">Host address of its machine code, which stays while the engine keeps the region.</param>
/// <param name="Plan">What the analysis found, a line for each block, places as offsets in the page; empty unless listings are kept.</param>
/// <param name="Listing">Guest instructions, each with its IL.</param>
public sealed record CompiledRegion(
    uint EffectiveAddress, uint PhysicalAddress, int Instructions, int IlBytes, long CompileMicroseconds, nint Code,
    IReadOnlyList<string> Plan, IReadOnlyList<ListingLine> Listing);
