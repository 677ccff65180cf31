using System.IO.Compression;

namespace PpcJit.Tests.Support;

/// <summary>Compresses with the host's gzip.</summary>
internal static class Compressed
{
    public static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Optimal)
    {
        if (bytes.Length == 0)
            return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]; // .NET writes no file at all for this
        using MemoryStream output = new();
        using (GZipStream stream = new(output, level))
            stream.Write(bytes);
        return output.ToArray();
    }
}
