using System.Buffers.Binary;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Bits as Zstandard's coders write them: they are read from the end of the bytes to their start. The highest 1 of the last byte marks the end.
/// </summary>
internal ref struct BackwardBits
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Begins at the end of bytes.</summary>
    /// <param name="bytes">The bytes; the last one is not zero.</param>
    public BackwardBits(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        Left = (8 * (bytes.Length - 1)) + int.Log2(bytes[^1]);
    }

    /// <summary>How many bits have not been read; below zero when more were read than there are.</summary>
    public int Left { get; private set; }

    /// <summary>Gives the next bits without taking them; what is missing is 0.</summary>
    /// <param name="count">How many, up to 32.</param>
    public readonly uint Peek(int count)
    {
        int at = Left - count;
        if (at >= 0)
            return (uint)((Load(at >> 3) >> (at & 7)) & ((1ul << count) - 1));
        return Left <= 0 ? 0 : (uint)((Load(0) & ((1ul << Left) - 1)) << -at);
    }

    /// <summary>Takes bits that were looked at.</summary>
    public void Skip(int count) => Left -= count;

    /// <summary>Takes bits, the most significant one first.</summary>
    /// <param name="count">How many, up to 32.</param>
    public uint Take(int count)
    {
        uint value = Peek(count);
        Left -= count;
        return value;
    }

    private readonly ulong Load(int offset)
    {
        ReadOnlySpan<byte> from = _bytes[offset..];
        if (from.Length >= 8)
            return BinaryPrimitives.ReadUInt64LittleEndian(from);
        ulong value = 0;
        for (int n = from.Length - 1; n >= 0; n--)
            value = (value << 8) | from[n];
        return value;
    }
}
