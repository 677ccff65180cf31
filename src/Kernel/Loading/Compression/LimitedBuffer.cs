namespace PpcJit.Kernel.Loading.Compression;

/// <summary>Bytes that are collected up to a limit.</summary>
/// <param name="limit">Most bytes; at most the 2 GB that an array can have count.</param>
/// <param name="expected">How many will probably come: the right guess saves growing, and each time a copy.</param>
internal sealed class LimitedBuffer(uint limit, uint expected)
{
    private const int FirstSize = 1 << 16;
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Min(limit, (uint)Array.MaxLength), Math.Max(expected, FirstSize)));

    /// <summary>Most bytes.</summary>
    public int Limit { get; } = (int)Math.Min(limit, (uint)Array.MaxLength);

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Contents => _bytes.AsMemory(0, Length);

    /// <summary>Appends a stream to its end.</summary>
    /// <returns>
    /// False when it has more bytes than there is room for; then no more than the limit and one have been read.
    /// </returns>
    public bool TryFill(Stream stream)
    {
        while (true)
        {
            if (Length == _bytes.Length)
            {
                int next = stream.ReadByte();
                if (next < 0)
                    return true;
                if (Length == Limit)
                    return false;
                Array.Resize(ref _bytes, (int)Math.Min(Limit, Math.Max(FirstSize, _bytes.Length * 2L)));
                _bytes[Length++] = (byte)next;
            }

            int read = stream.Read(_bytes, Length, _bytes.Length - Length);
            if (read == 0 && Length < _bytes.Length)
                return true;
            Length += read;
        }
    }
}
