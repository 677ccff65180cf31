namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Gives bytes in small pieces and knows which were taken: whoever decompresses asks for a piece only when the ones
/// before did not suffice, so the data's end lies in the last one.
/// </summary>
/// <param name="bytes">The bytes.</param>
internal sealed class MeteredInput(ReadOnlyMemory<byte> bytes) : Stream
{
    private const int PieceSize = 256;

    /// <summary>How many bytes have been taken.</summary>
    public int Taken { get; private set; }

    /// <summary>How many had been taken before the last piece.</summary>
    public int StartOfLastPiece { get; private set; }

    /// <summary>Whether more was asked for than there is.</summary>
    public bool IsExhausted { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(buffer.Length, PieceSize), bytes.Length - Taken);
        if (count == 0)
        {
            IsExhausted = true;
            return 0;
        }

        bytes.Span.Slice(Taken, count).CopyTo(buffer);
        StartOfLastPiece = Taken;
        Taken += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
