using PpcJit.Kernel.Loading.Compression;

namespace PpcJit.Kernel.Loading;

/// <summary>Finds out what kind of image a file is and reads it.</summary>
internal static class ImageReader
{
    /// <summary>
    /// Reads an image: ELF, uImage, OpenBIOS image or, with a load address, a raw binary; each may be compressed with
    /// gzip as a whole.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="memorySize">Bytes of the board's RAM: nothing may decompress to more.</param>
    /// <param name="loadAddress">Where a raw binary goes; null for formats that say it themselves.</param>
    /// <param name="entryAddress">First instruction; null for the image's own, or the load address.</param>
    /// <exception cref="InputException">The image cannot be used.</exception>
    public static LoadableImage Read(ImageBytes file, uint memorySize, uint? loadAddress, uint? entryAddress)
    {
        LoadableImage image = ReadFormat(file, memorySize, loadAddress);
        return image with { EntryAddress = CheckedEntry(file, image, entryAddress ?? image.EntryAddress) };
    }

    /// <summary>Reads firmware: an ELF, or a raw binary whose last byte is the last of the address space; each may be compressed with gzip.</summary>
    /// <exception cref="InputException">The image cannot be used.</exception>
    public static LoadableImage ReadFirmware(ImageBytes file, uint memorySize)
    {
        bool compressed = Gzip.IsGzip(file.Memory.Span);
        if (compressed)
            file = Gzip.Decompress(file, memorySize);
        string suffix = compressed ? " (gzip)" : string.Empty;
        LoadableImage image = ElfImage.IsElf(file.Memory.Span)
            ? WithSuffix(ElfImage.Read(file), suffix)
            : ReadRaw(file, 0 - (uint)file.Length, suffix);
        return image with { EntryAddress = 0xfffffffc };
    }

    private static LoadableImage ReadFormat(ImageBytes file, uint memorySize, uint? loadAddress)
    {
        if (file.Length == 0)
            throw file.Bad("it is empty");
        bool compressed = Gzip.IsGzip(file.Memory.Span);
        if (compressed)
            file = Gzip.Decompress(file, memorySize);
        ReadOnlySpan<byte> bytes = file.Memory.Span;
        string suffix = compressed ? " (gzip)" : string.Empty;
        if (loadAddress is { } address)
            return ReadRaw(file, address, suffix);
        if (ElfImage.IsElf(bytes))
            return WithSuffix(ElfImage.Read(file), suffix);
        if (UImage.HasMagic(bytes))
            return WithSuffix(UImage.ReadKernel(file, memorySize), suffix);
        if (TreebootImage.IsTreeboot(bytes))
            return WithSuffix(TreebootImage.Read(file), suffix);
        throw file.Bad(ForeignFormat.Describe(file)
            ?? "it is neither an ELF nor a uImage nor an OpenBIOS image; a raw binary needs --load ADDRESS");
    }

    private static LoadableImage WithSuffix(LoadableImage image, string suffix) => image with { Format = image.Format + suffix };

    private static LoadableImage ReadRaw(ImageBytes file, uint address, string suffix)
    {
        if (ElfImage.IsElf(file.Memory.Span) || UImage.IsUImage(file.Memory.Span) || TreebootImage.IsTreeboot(file.Memory.Span))
            throw file.Bad("it says itself where it goes; --load is for raw binaries only");
        if (file.Length == 0)
            throw file.Bad("it is empty");
        return new LoadableImage($"raw binary{suffix}", [new ImageSegment(address, file.Memory, (uint)file.Length)], address, null);
    }

    private static uint CheckedEntry(ImageBytes file, LoadableImage image, uint entry)
    {
        if ((entry & 3) != 0)
            throw file.Bad($"its entry point 0x{entry:x8} is not a multiple of 4, as every instruction's address is");
        foreach (ImageSegment segment in image.Segments)
        {
            if (entry - segment.Address < segment.Bytes.Length)
                return entry;
            if (entry - segment.Address < segment.MemorySize)
            {
                throw file.Bad(
                    $"its entry point 0x{entry:x8} lies where it has no bytes; a file that holds debug information "
                        + "alone is like that: give it with --symbols, "
                    + "and boot the program it was split from");
            }
        }

        throw file.Bad($"its entry point 0x{entry:x8} lies outside of what it loads");
    }
}
