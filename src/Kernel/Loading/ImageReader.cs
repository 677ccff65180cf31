using PpcJit.Kernel.Loading.Compression;

namespace PpcJit.Kernel.Loading;

/// <summary>Finds out what kind of image a file is and reads it.</summary>
internal static class ImageReader
{
    /// <summary>
    /// Reads an image: ELF, uImage, FIT image, OpenBIOS image or, with a load address, a raw binary; each may be compressed as a whole.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="memorySize">Bytes of the board's RAM: nothing may decompress to more.</param>
    /// <param name="loadAddress">Where a raw binary goes; null for formats that say it themselves.</param>
    /// <param name="entryAddress">First instruction; null for the image's own, or the load address.</param>
    /// <param name="configuration">Which configuration of a FIT image; null for the one that it says itself, and for other formats.</param>
    /// <exception cref="InputException">The image cannot be used.</exception>
    public static LoadableImage Read(ImageBytes file, uint memorySize, uint? loadAddress, uint? entryAddress, string? configuration)
    {
        LoadableImage image = ReadFormat(file, memorySize, loadAddress, configuration);
        return image with { EntryAddress = CheckedEntry(file, image, entryAddress ?? image.EntryAddress) };
    }

    /// <summary>Reads firmware: an ELF, or a raw binary whose last byte is the last of the address space; each may be compressed.</summary>
    /// <exception cref="InputException">The image cannot be used.</exception>
    public static LoadableImage ReadFirmware(ImageBytes file, uint memorySize)
    {
        (file, string suffix, _) = Unpack(file, memorySize);
        LoadableImage image = ElfImage.IsElf(file.Memory.Span)
            ? WithSuffix(ElfImage.Read(file), suffix)
            : ReadRaw(file, 0 - (uint)file.Length, suffix);
        return image with { EntryAddress = 0xfffffffc };
    }

    private static LoadableImage ReadFormat(ImageBytes file, uint memorySize, uint? loadAddress, string? configuration)
    {
        if (file.Length == 0)
            throw file.Bad("it is empty");
        (file, string suffix, CompressionMethod? method) = Unpack(file, memorySize);
        ReadOnlySpan<byte> bytes = file.Memory.Span;
        if (configuration is not null && (loadAddress is not null || !FitImage.IsFit(file)))
            throw file.Bad($"it is no FIT image, which alone has configurations such as '{configuration}'");
        if (loadAddress is { } address)
            return ReadRaw(file, address, suffix);
        if (ElfImage.IsElf(bytes))
            return WithSuffix(ElfImage.Read(file), suffix);
        if (UImage.HasMagic(bytes))
            return WithSuffix(UImage.ReadKernel(file, memorySize), suffix);
        if (TreebootImage.IsTreeboot(bytes))
            return WithSuffix(TreebootImage.Read(file), suffix);
        if (FitImage.IsFit(file))
            return WithSuffix(FitImage.Read(file, memorySize, configuration), suffix);
        if (method is not null && CompressionMethod.Of(bytes) is { } inner)
            throw file.Bad($"it is {inner.Name} inside {method.Name}");
        throw file.Bad(ForeignFormat.Describe(file)
            ?? "it is neither an ELF nor a uImage, a FIT image nor an OpenBIOS image; a raw binary needs --load ADDRESS");
    }

    /// <summary>Decompresses a file that is compressed, and says by which method.</summary>
    private static (ImageBytes File, string Suffix, CompressionMethod? Method) Unpack(ImageBytes file, uint memorySize) =>
        CompressionMethod.Of(file.Memory.Span) is { } method
            ? (method.Decompress(file, memorySize), $" ({method.Name})", method)
            : (file, string.Empty, null);

    private static LoadableImage WithSuffix(LoadableImage image, string suffix) => image with { Format = image.Format + suffix };

    private static LoadableImage ReadRaw(ImageBytes file, uint address, string suffix)
    {
        if (ElfImage.IsElf(file.Memory.Span) || UImage.IsUImage(file.Memory.Span) || TreebootImage.IsTreeboot(file.Memory.Span)
            || FitImage.IsFit(file))
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
