using System.Buffers.Binary;

namespace PpcJit.Kernel;

/// <summary>
/// The bytes of a file somebody gave us, with the name to put into messages. Every read checks its bounds with 64-bit arithmetic, so that no offset
/// a hostile file contains can wrap: a parser over it can only succeed or throw <see cref="InputException"/>.
/// </summary>
/// <param name="Name">How the person named the file.</param>
/// <param name="Memory">The contents.</param>
public sealed record ImageBytes(string Name, ReadOnlyMemory<byte> Memory)
{
    /// <summary>Number of bytes.</summary>
    public int Length => Memory.Length;

    /// <summary>Takes a part of the file.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="what">What the bytes are, for the message: "the program headers".</param>
    /// <exception cref="InputException">The part reaches past the end.</exception>
    public ReadOnlyMemory<byte> Slice(long offset, long length, string what)
    {
        if (offset < 0 || length < 0 || offset > Length || length > Length - offset)
            throw Bad($"it is truncated or damaged: {what} would reach past its end");
        return Memory.Slice((int)offset, (int)length);
    }

    /// <summary>Opens the contents for reading from the start, without a copy where they are an array.</summary>
    public Stream Open() => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Memory, out ArraySegment<byte> array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(Memory.ToArray(), writable: false);

    /// <summary>Reads a big-endian 32-bit word.</summary>
    /// <exception cref="InputException">It reaches past the end.</exception>
    public uint Word(long offset, string what) => BinaryPrimitives.ReadUInt32BigEndian(Slice(offset, 4, what).Span);

    /// <summary>Reads a big-endian 16-bit halfword.</summary>
    /// <exception cref="InputException">It reaches past the end.</exception>
    public ushort Half(long offset, string what) => BinaryPrimitives.ReadUInt16BigEndian(Slice(offset, 2, what).Span);

    /// <summary>Makes the error that names this file and a reason.</summary>
    public InputException Bad(string reason) => new($"{Name} cannot be used: {reason}.");
}
