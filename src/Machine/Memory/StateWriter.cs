using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PpcJit.Machine.Memory;

/// <summary>
/// Collects the architected state of devices and processor as bytes, always in the same order and byte order
/// (big-endian), so that one stream serves the state hash, snapshots and comparisons between engines.
/// </summary>
public sealed class StateWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>Everything written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Everything written so far, valid until more is written.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>Forgets everything written, keeping the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>Writes one byte.</summary>
    public void Write(byte value) => Extend(1)[0] = value;

    /// <summary>Writes a truth value as one byte.</summary>
    public void Write(bool value) => Write((byte)(value ? 1 : 0));

    /// <summary>Writes 32 bits.</summary>
    public void Write(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Extend(4), value);

    /// <summary>Writes a signed 32-bit value.</summary>
    public void Write(int value) => Write((uint)value);

    /// <summary>Writes 64 bits.</summary>
    public void Write(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Extend(8), value);

    /// <summary>Writes bytes as they are; their number is not recorded.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    /// <summary>Writes words of 32 bits each.</summary>
    internal void Write(ReadOnlySpan<uint> words)
    {
        Span<uint> target = MemoryMarshal.Cast<byte, uint>(Extend(words.Length * sizeof(uint)));
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, target);
        else
            words.CopyTo(target);
    }

    private Span<byte> Extend(int count)
    {
        int start = _length;
        if (count > _bytes.Length - start)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, checked(start + count)));
        _length = start + count;
        return _bytes.AsSpan(start, count);
    }
}
