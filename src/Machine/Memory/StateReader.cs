using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PpcJit.Machine.Memory;

/// <summary>Reads back what a <see cref="StateWriter"/> wrote, in the same order.</summary>
public sealed class StateReader
{
    private readonly byte[] _bytes;
    private readonly int _end;
    private int _next;

    /// <summary>Begins to read.</summary>
    /// <param name="bytes">The written state.</param>
    public StateReader(ReadOnlyMemory<byte> bytes)
    {
        // Trials of searches read thousands of states a second, and a span of an array costs less than one of a memory
        ArraySegment<byte> segment = MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> found) ? found : bytes.ToArray();
        (_bytes, _next, _end) = (segment.Array ?? [], segment.Offset, segment.Offset + segment.Count);
    }

    /// <summary>Number of bytes not read yet.</summary>
    public int Remaining => _end - _next;

    /// <summary>Reads one byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Reads a truth value.</summary>
    public bool ReadBoolean() => ReadByte() != 0;

    /// <summary>Reads 32 bits.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Reads a signed 32-bit value.</summary>
    public int ReadInt32() => (int)ReadUInt32();

    /// <summary>Reads 64 bits.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>Reads exactly as many bytes as <paramref name="target"/> holds.</summary>
    public void ReadBytes(Span<byte> target) => Take(target.Length).CopyTo(target);

    /// <summary>Reads as many words of 32 bits as <paramref name="target"/> holds.</summary>
    internal void ReadWords(Span<uint> target)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(Take(target.Length * sizeof(uint)));
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, target);
        else
            words.CopyTo(target);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
            throw new InvalidDataException($"The saved state ends early: {count} more bytes expected, {Remaining} left.");
        ReadOnlySpan<byte> taken = _bytes.AsSpan(_next, count);
        _next += count;
        return taken;
    }
}
