using System.Buffers;
using System.Buffers.Binary;

namespace PpcJit.Machine.Memory;

/// <summary>
/// Collects the architected state of devices and processor as bytes, always in the same order and byte order
/// (big-endian), so that one stream serves the state hash, snapshots and comparisons between engines.
/// </summary>
public sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Everything written so far.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Everything written so far, valid until more is written.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.WrittenMemory;

    /// <summary>Forgets everything written, keeping the buffer.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>Writes one byte.</summary>
    public void Write(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>Writes a truth value as one byte.</summary>
    public void Write(bool value) => Write((byte)(value ? 1 : 0));

    /// <summary>Writes 32 bits.</summary>
    public void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    /// <summary>Writes a signed 32-bit value.</summary>
    public void Write(int value) => Write((uint)value);

    /// <summary>Writes 64 bits.</summary>
    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>Writes bytes as they are; their number is not recorded.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);
}
