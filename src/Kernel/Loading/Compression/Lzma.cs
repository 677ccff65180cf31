namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Reads .lzma files ("LZMA specification", the format of LZMA Utils): properties, dictionary size, length, then the data. There is no checksum.
/// What follows the data is left alone.
/// </summary>
internal static class Lzma
{
    private const int LengthOffset = 5;
    private const int HeaderSize = 13;

    /// <summary>
    /// Whether a file begins as these files do. There is no magic number: the usual properties, a dictionary that is a power of two, and a length
    /// that is unknown or below 4 GB make one.
    /// </summary>
    public static bool IsLzma(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [0x5d, 0, 0, ..] || bytes.Length < HeaderSize)
            return false;
        uint dictionary = (uint)Little(bytes.Slice(1, 4));
        ulong length = Little(bytes.Slice(LengthOffset, 8));
        return dictionary != 0 && (dictionary & (dictionary - 1)) == 0 && (length == LzmaDecoder.Unknown || length >> 32 == 0);
    }

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <exception cref="InputException">It is damaged, cut off or decompresses to too much.</exception>
    public static ImageBytes Decompress(ImageBytes file, uint limit)
    {
        CompressedInput input = new(file);
        byte properties = input.Byte();
        input.Little(4); // The dictionary's size, which is not needed: what came out is the dictionary
        ulong length = input.Little(8);
        LimitedBuffer output = new(file, limit, length == LzmaDecoder.Unknown ? 0 : length);
        LzmaDecoder decoder = new(output);
        if (!decoder.TrySetProperties(properties))
            throw file.Bad($"its LZMA properties 0x{properties:x2} do not exist");
        decoder.Decode(input, length, mayHaveMarker: true);
        return new ImageBytes(file.Name, output.Contents);
    }

    private static ulong Little(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int n = bytes.Length - 1; n >= 0; n--)
            value = (value << 8) | bytes[n];
        return value;
    }
}
