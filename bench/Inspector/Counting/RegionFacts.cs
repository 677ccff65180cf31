namespace PpcJit.Inspector.Counting;

/// <summary>A region that a counted guest ran in.</summary>
/// <param name="Address">Guest's effective address of its first instruction.</param>
/// <param name="Start">Host address of its machine code.</param>
/// <param name="Code">The machine code.</param>
internal sealed record RegionFacts(uint Address, ulong Start, byte[] Code);
