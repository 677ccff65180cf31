namespace PpcJit.Jit.Code;

/// <summary>A line of the listing of a region.</summary>
/// <param name="Address">
/// Effective address, where the line is a guest instruction; the IL that carries it out follows. Null for a line of IL.
/// </param>
/// <param name="Text">The instruction, or the IL.</param>
public readonly record struct ListingLine(uint? Address, string Text);
