namespace PpcJit.Kernel.Loading;

/// <summary>A part of an image and the physical memory it goes to.</summary>
/// <param name="Address">First physical address.</param>
/// <param name="Bytes">Its contents.</param>
/// <param name="MemorySize">Bytes it occupies; what exceeds <paramref name="Bytes"/> is cleared.</param>
internal sealed record ImageSegment(uint Address, ReadOnlyMemory<byte> Bytes, uint MemorySize)
{
    /// <summary>
    /// First effective address for which it was linked; other than <see cref="Address"/> for a kernel that maps itself
    /// elsewhere.
    /// </summary>
    public uint LinkAddress { get; init; } = Address;
}
