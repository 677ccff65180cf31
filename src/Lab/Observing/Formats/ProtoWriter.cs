using System.Text;

namespace PpcJit.Lab.Observing.Formats;

/// <summary>Writes messages of Protocol Buffers: fields one after the other, each with its number.</summary>
internal sealed class ProtoWriter
{
    private const int Varint = 0, Bytes = 2, GroupBits = 7, WireBits = 3;

    private byte[] _bytes = new byte[64];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Begins anew.</summary>
    public ProtoWriter Clear()
    {
        Length = 0;
        return this;
    }

    /// <summary>Writes a number; a negative one as int64 takes it.</summary>
    public ProtoWriter Number(int field, ulong value)
    {
        Raw(((ulong)field << WireBits) | Varint);
        Raw(value);
        return this;
    }

    /// <summary>Writes a text.</summary>
    public ProtoWriter Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a message that has been written.</summary>
    public ProtoWriter Message(int field, ReadOnlySpan<byte> message)
    {
        Raw(((ulong)field << WireBits) | Bytes);
        Raw((ulong)message.Length);
        Room(message.Length);
        message.CopyTo(_bytes.AsSpan(Length));
        Length += message.Length;
        return this;
    }

    /// <summary>Writes numbers one after the other.</summary>
    public ProtoWriter Packed(int field, IEnumerable<ulong> values)
    {
        ProtoWriter packed = new();
        foreach (ulong value in values)
            packed.Raw(value);
        return Message(field, packed.Written);
    }

    private void Raw(ulong value)
    {
        Room(10);
        for (; value > 0x7f; value >>= GroupBits)
            _bytes[Length++] = (byte)(value | 0x80);
        _bytes[Length++] = (byte)value;
    }

    private void Room(int length)
    {
        if (_bytes.Length - Length < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
    }
}
