using System.Buffers.Binary;
using PpcJit.Machine;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>Reads gzip files (RFC 1952): one member, whatever padding follows it.</summary>
internal static class Gzip
{
    private const int HeaderSize = 10;
    private const int TrailerSize = 8;
    private const int HasHeaderCrc = 1 << 1;
    private const int HasExtra = 1 << 2;
    private const int HasName = 1 << 3;
    private const int HasComment = 1 << 4;

    /// <summary>Whether a file begins as gzip files do.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1f, 0x8b, ..];

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out: what the board's memory holds.</param>
    /// <exception cref="InputException">It is damaged, cut off or decompresses to too much.</exception>
    public static ImageBytes Decompress(ImageBytes file, int limit)
    {
        long start = SkipHeader(file);
        Inflater inflater = new(file.Slice(start, file.Length - start, "the compressed data").Span, limit);
        if (!inflater.TryRun(out ReadOnlyMemory<byte> output))
            throw file.Bad(inflater.Error!);
        ReadOnlySpan<byte> trailer = file.Slice(start + inflater.Consumed, TrailerSize, "the gzip checksum").Span;
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != Crc32.Of(output.Span) ||
            BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)output.Length)
            throw file.Bad("it is damaged: its gzip checksum does not match");
        return new ImageBytes(file.Name, output);
    }

    private static long SkipHeader(ImageBytes file)
    {
        ReadOnlySpan<byte> header = file.Slice(0, HeaderSize, "the gzip header").Span;
        if (header[2] != 8)
            throw file.Bad($"its gzip compression method {header[2]} does not exist");
        int flags = header[3];
        long at = HeaderSize;
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
