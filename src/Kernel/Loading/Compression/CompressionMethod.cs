namespace PpcJit.Kernel.Loading.Compression;

/// <summary>A method by which images are compressed.</summary>
/// <param name="Name">What it is called: in FIT images too.</param>
/// <param name="UImageNumber">Its number in the header of a uImage; null for one that uImages do not have.</param>
/// <param name="IsMagic">Tells a file that is compressed so by how it begins.</param>
/// <param name="Decompress">Decompresses a file to at most so many bytes, or throws an <see cref="InputException"/>.</param>
internal sealed record CompressionMethod(
    string Name, byte? UImageNumber, CompressionMethod.MagicTest IsMagic, Func<ImageBytes, uint, ImageBytes> Decompress)
{
    /// <summary>Looks at how a file begins.</summary>
    public delegate bool MagicTest(ReadOnlySpan<byte> bytes);

    /// <summary>All methods.</summary>
    public static IReadOnlyList<CompressionMethod> All { get; } =
    [
        new("gzip", 1, Gzip.IsGzip, Gzip.Decompress),
        new("bzip2", 2, Bzip2.IsBzip2, Bzip2.Decompress),
        new("lzma", 3, Lzma.IsLzma, Lzma.Decompress),
        new("lzo", 4, Lzop.IsLzop, Lzop.Decompress),
        new("lz4", 5, Lz4.IsLz4, Lz4.Decompress),
        new("zstd", 6, Zstd.IsZstd, Zstd.Decompress),
        new("xz", null, Xz.IsXz, Xz.Decompress),
    ];

    /// <summary>The names of all methods, for people.</summary>
    public static string Names => string.Join(", ", All.Select(method => method.Name));

    /// <summary>Finds the method by which a file is compressed; null for none.</summary>
    public static CompressionMethod? Of(ReadOnlySpan<byte> bytes)
    {
        foreach (CompressionMethod method in All)
        {
            if (method.IsMagic(bytes))
                return method;
        }

        return null;
    }
}
