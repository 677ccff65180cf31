namespace PpcJit.Kernel.Loading;

/// <summary>Names files that are no images here, and says what to do with them.</summary>
internal static class ForeignFormat
{
    /// <summary>Describes a file of a format that is known and no image; null for anything else.</summary>
    public static string? Describe(ImageBytes file) => file.Memory.Span is [0xd0, 0x0d, 0xfe, 0xed, ..]
        ? "it is a flattened device tree, not a kernel; it goes with --dtb"
        : null;
}
