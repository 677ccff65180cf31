using System.Buffers.Binary;
using System.IO.Compression;
using PpcJit.Machine;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Reads gzip files (RFC 1952): one or more members, whose contents follow each other, and whatever padding follows the
/// last. The BCL decompresses; what it does not say, whether a member is whole and where it ends, is found here.
/// </summary>
internal static class Gzip
{
    private const int HeaderSize = 10;
    private const int TrailerSize = 8;
    private const int HasHeaderCrc = 1 << 1;
    private const int HasExtra = 1 << 2;
    private const int HasName = 1 << 3;
    private const int HasComment = 1 << 4;

    /// <summary>
    /// Most members: far more than compressors that cut their input into blocks make of an image that fits into memory.
    /// </summary>
    private const int MaxMembers = 1 << 16;

    /// <summary>Whether a file begins as gzip files do.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1f, 0x8b, ..];

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out: what the board's memory holds.</param>
    /// <exception cref="InputException">It is damaged, cut off or decompresses to too much.</exception>
    public static ImageBytes Decompress(ImageBytes file, uint limit)
    {
        LimitedBuffer output = new(file, limit, StatedLength(file));
        long at = 0;
        for (int members = 0; members == 0 || IsMember(file, at = SkipZeros(file, at)); members++)
        {
            if (members == MaxMembers)
                throw file.Bad($"it has more than {MaxMembers} gzip members");
            at = ReadMember(file, at, output);
        }

        return new ImageBytes(file.Name, output.Contents);
    }

    /// <summary>
    /// What the file's end says of the last member's length, modulo 2 to the power of 32. It is a guess how much room
    /// is wanted, no more.
    /// </summary>
    private static uint StatedLength(ImageBytes file) =>
        file.Length < HeaderSize + TrailerSize ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(file.Memory.Span[^4..]);

    /// <summary>Whether another member begins at a place; anything else there is padding.</summary>
    private static bool IsMember(ImageBytes file, long at) => file.Memory.Span[(int)at..] is [0x1f, 0x8b, 8, ..];

    private static long SkipZeros(ImageBytes file, long at)
    {
        int zeros = file.Memory.Span[(int)at..].IndexOfAnyExcept((byte)0);
        return zeros < 0 ? file.Length : at + zeros;
    }

    /// <summary>Appends a member's contents and gives where it ends.</summary>
    private static long ReadMember(ImageBytes file, long start, LimitedBuffer output)
    {
        long data = SkipHeader(file, start);
        MeteredInput input = new(file.Slice(data, file.Length - data, "the compressed data"));
        int before = output.Length;
        try
        {
            using DeflateStream stream = new(input, CompressionMode.Decompress);
            output.Fill(stream);
        }
        catch (InvalidDataException)
        {
            throw file.Bad(CompressedInput.IsDamaged);
        }

        ReadOnlySpan<byte> contents = output.Contents.Span[before..];
        Span<byte> trailer = stackalloc byte[TrailerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.Of(contents));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)contents.Length);
        // The compressed data ends within the last piece that was taken: its trailer follows it, and nothing else
        // begins like that there.
        int first = (int)data + input.StartOfLastPiece;
        int last = Math.Min(file.Length, (int)data + input.Taken + TrailerSize);
        int found = file.Memory.Span[first..last].IndexOf(trailer);
        if (found >= 0)
            return first + found + TrailerSize;
        throw file.Bad(input.IsExhausted || last < data + input.Taken + TrailerSize
            ? "its compressed data is cut off, or its gzip checksum does not match"
            : "it is damaged: its gzip checksum does not match");
    }

    private static long SkipHeader(ImageBytes file, long start)
    {
        ReadOnlySpan<byte> header = file.Slice(start, HeaderSize, "the gzip header").Span;
        if (header[2] != 8)
            throw file.Bad($"its gzip compression method {header[2]} does not exist");
        int flags = header[3];
        long at = start + HeaderSize;
        if ((flags & HasExtra) != 0)
            at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(file.Slice(at, 2, "the gzip header").Span);
        if ((flags & HasName) != 0)
            at = SkipText(file, at);
        if ((flags & HasComment) != 0)
            at = SkipText(file, at);
        if ((flags & HasHeaderCrc) != 0)
            at += 2;
        return at;
    }

    private static long SkipText(ImageBytes file, long at)
    {
        int length = file.Slice(at, file.Length - at, "the gzip header").Span.IndexOf((byte)0);
        return length >= 0 ? at + length + 1 : throw file.Bad("it is truncated or damaged: its gzip header does not end");
    }
}
