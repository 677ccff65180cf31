namespace PpcJit.Kernel.Loading;

/// <summary>A part of an image and the physical memory it goes to.</summary>
/// <param name="Address">First physical address.</param>
/// <param name="Bytes">Its contents.</param>
/// <param name="MemorySize">Bytes it occupies; what exceeds <paramref name="Bytes"/> is cleared.</param>
internal readonly record struct ImageSegment(uint Address, ReadOnlyMemory<byte> Bytes, uint MemorySize);
