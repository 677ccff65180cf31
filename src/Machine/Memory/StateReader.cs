using System.Buffers.Binary;

namespace PpcJit.Machine.Memory;

/// <summary>Reads back what a <see cref="StateWriter"/> wrote, in the same order.</summary>
/// <param name="bytes">The written state.</param>
public sealed class StateReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _rest = bytes;

    /// <summary>Number of bytes not read yet.</summary>
    public int Remaining => _rest.Length;

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

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new InvalidDataException($"The saved state ends early: {count} more bytes expected, {_rest.Length} left.");
        ReadOnlySpan<byte> taken = _rest.Span[..count];
        _rest = _rest[count..];
        return taken;
    }
}
