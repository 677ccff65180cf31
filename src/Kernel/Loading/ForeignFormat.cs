using PpcJit.Kernel.Loading.DeviceTrees;

namespace PpcJit.Kernel.Loading;

/// <summary>Names files that are no images here, and says what to do with them.</summary>
internal static class ForeignFormat
{
    /// <summary>Describes a file of a format that is known and not read; null for anything else.</summary>
    public static string? Describe(ImageBytes file) => file.Memory.Span switch
    {
        [0xd0, 0x0d, 0xfe, 0xed, ..] when IsFit(file) =>
            "it is a FIT image (U-Boot's flattened image tree), which is not read here; take its kernel out with "
                + "'dumpimage -T flat_dt -p 0 -o FILE' and boot that",
        [0xd0, 0x0d, 0xfe, 0xed, ..] => "it is a flattened device tree, not a kernel; it goes with --dtb",
        [0x1f, 0x8b, ..] => "it is gzip inside gzip",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => Compression("bzip2", "bunzip2"),
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => Compression("xz", "unxz"),
        [0x5d, 0, 0, _, _, ..] => Compression("LZMA", "unlzma"),
        [0x89, (byte)'L', (byte)'Z', (byte)'O', ..] => Compression("LZO", "lzop -d"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression("Zstandard", "unzstd"),
        [0x04, 0x22, 0x4d, 0x18, ..] or [0x02, 0x21, 0x4c, 0x18, ..] => Compression("LZ4", "unlz4"),
        _ => null,
    };

    private static string Compression(string name, string tool) =>
        $"it is compressed with {name}, and only gzip is read here; decompress it with '{tool}' first";

    private static bool IsFit(ImageBytes file)
    {
        try
        {
            return FlattenedTreeReader.Read(file).Find("/images") is not null;
        }
        catch (InputException)
        {
            // Data may stand after the tree or make it larger than a kernel's: its strings still say what it is
            return file.Memory.Span.IndexOf("images\0"u8) >= 0;
        }
    }
}
