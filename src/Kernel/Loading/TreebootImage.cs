namespace PpcJit.Kernel.Loading;

/// <summary>
/// Reads the images that IBM's OpenBIOS loads over the network (Linux's treeImage, NetBSD's netbsd.img): a 32-byte
/// big-endian header, then what goes to the address that it names. The checksum is not looked at: those who make such
/// images fill in different things, or nothing.
/// </summary>
internal static class TreebootImage
{
    private const int HeaderSize = 32;
    private const int BlockSize = 512;

    /// <summary>Whether a file begins as these images do.</summary>
    public static bool IsTreeboot(ReadOnlySpan<byte> bytes) => bytes is [0x00, 0x52, 0x50, 0x4f, ..];

    /// <summary>Reads an image.</summary>
    /// <exception cref="InputException">It is truncated or empty.</exception>
    public static LoadableImage Read(ImageBytes file)
    {
        const string header = "the OpenBIOS header";
        uint destination = file.Word(4, header);
        long length = (long)file.Word(8, header) * BlockSize;
        uint entry = file.Word(16, header);
        ReadOnlyMemory<byte> payload = file.Slice(HeaderSize, file.Length - HeaderSize, "the image");
        if (payload.IsEmpty || length == 0)
            throw file.Bad("it holds nothing after its header");
        if (payload.Length > length)
            payload = payload[..(int)length]; // the size is rounded up to whole blocks; the file may end before, and must not go on after
        return new LoadableImage("OpenBIOS image", [new ImageSegment(destination, payload, (uint)payload.Length)], entry, null);
    }
}
