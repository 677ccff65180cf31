namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// What comes out of a compressed file, up to a limit. It is also what decompressors copy from, so that none needs a window of the size that a file
/// claims: all they take is what came out, and room for as much again while it grows.
/// </summary>
/// <param name="file">The file, for messages.</param>
/// <param name="limit">Most bytes; at most the 2 GB that an array can have count.</param>
/// <param name="expected">How many will probably come: the right guess saves growing, and each time a copy.</param>
internal sealed class LimitedBuffer(ImageBytes file, uint limit, ulong expected)
{
    private const int FirstSize = 1 << 16;
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Min(limit, (uint)Array.MaxLength), Math.Max(expected, FirstSize)));

    /// <summary>Most bytes.</summary>
    public int Limit { get; } = (int)Math.Min(limit, (uint)Array.MaxLength);

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>Where the part begins from which may be copied: what stands before it belongs to another one.</summary>
    public int Start { get; private set; }

    /// <summary>How many bytes the part has.</summary>
    public int PartLength => Length - Start;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Contents => _bytes.AsMemory(0, Length);

    /// <summary>Gives the bytes from one on, which a filter may change.</summary>
    public Span<byte> From(int first) => _bytes.AsSpan(first, Length - first);

    /// <summary>Begins another part.</summary>
    public void BeginPart() => Start = Length;

    /// <summary>Appends a stream to its end.</summary>
    /// <exception cref="InputException">It has more bytes than there is room for.</exception>
    public void Fill(Stream stream)
    {
        while (true)
        {
            if (Length == _bytes.Length)
            {
                int next = stream.ReadByte();
                if (next < 0)
                    return;
                Add((byte)next);
            }

            int read = stream.Read(_bytes, Length, _bytes.Length - Length);
            if (read == 0 && Length < _bytes.Length)
                return;
            Length += read;
        }
    }

    /// <summary>Appends a byte.</summary>
    /// <exception cref="InputException">There is no room for it.</exception>
    public void Add(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);
        _bytes[Length++] = value;
    }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="InputException">There is no room for them.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - Length)
            Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Appends a byte many times.</summary>
    /// <exception cref="InputException">There is no room for that.</exception>
    public void Add(byte value, int count)
    {
        if (count > _bytes.Length - Length)
            Grow(count);
        _bytes.AsSpan(Length, count).Fill(value);
        Length += count;
    }

    /// <summary>Appends what stands a distance before the end, which may go on into what is appended.</summary>
    /// <param name="distance">1 for the last byte.</param>
    /// <param name="count">How many bytes, 0 or more.</param>
    /// <exception cref="InputException">The distance leads out of the part, or there is no room.</exception>
    public void Repeat(ulong distance, int count)
    {
        if (distance == 0 || distance > (ulong)PartLength)
            throw Damaged();
        if (count > _bytes.Length - Length)
            Grow(count);
        int from = Length - (int)distance;
        Span<byte> target = _bytes.AsSpan(Length, count);
        if ((int)distance >= count)
        {
            _bytes.AsSpan(from, count).CopyTo(target);
        }
        else
        {
            for (int n = 0; n < count; n++)
                target[n] = _bytes[from + n];
        }

        Length += count;
    }

    /// <summary>Gives the byte a distance before the end.</summary>
    /// <exception cref="InputException">The distance leads out of the part.</exception>
    public byte Before(ulong distance) =>
        distance - 1 < (ulong)PartLength ? _bytes[Length - (int)distance] : throw Damaged();

    private InputException Damaged() => file.Bad(CompressedInput.IsDamaged);

    private void Grow(int more)
    {
        if (Length + (long)more > Limit)
            throw file.Bad($"it decompresses to more than {Limit} bytes, which do not fit into memory");
        Array.Resize(ref _bytes, (int)Math.Min(Limit, Math.Max(Length + (long)more, Math.Max(FirstSize, _bytes.Length * 2L))));
    }
}
