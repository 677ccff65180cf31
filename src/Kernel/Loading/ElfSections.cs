using System.IO.Compression;
using System.Text;

namespace PpcJit.Kernel.Loading;

/// <summary>Finds sections of an ELF file by name (System V ABI, chapter 4, "Sections").</summary>
public static class ElfSections
{
    private const int HeaderSize = 40;
    private const uint NoBits = 8;
    private const uint Compressed = 0x800;
    private const int CompressionHeaderSize = 12;
    private const uint CompressedByZlib = 1;

    /// <summary>Most bytes of a section when it is no longer compressed: more than the debug information of any kernel has.</summary>
    private const uint MaxContents = 128 << 20;

    /// <summary>Bytes at most for which a byte of what deflate (RFC 1951) makes stands.</summary>
    private const int MaxRatio = 1032;

    /// <summary>Finds a section.</summary>
    /// <param name="file">An ELF for this processor.</param>
    /// <param name="name">The section's name: <c>.debug_line</c>.</param>
    /// <returns>Null when there is none with contents that are readable as they are.</returns>
    /// <exception cref="InputException">The file is damaged, or no ELF for this processor.</exception>
    public static ImageBytes? Find(ImageBytes file, string name)
    {
        ElfImage.CheckHeader(file);
        long sections = file.Word(32, "the ELF header");
        int count = file.Half(48, "the ELF header");
        int strings = file.Half(50, "the ELF header");
        if (sections == 0 || count == 0 || strings >= count || file.Half(46, "the ELF header") != HeaderSize)
            return null;
        long names = file.Word(sections + ((long)strings * HeaderSize) + 16, "a section header");
        byte[] wanted = Encoding.ASCII.GetBytes(name + "\0");
        for (int n = 0; n < count; n++)
        {
            long header = sections + ((long)n * HeaderSize);
            long at = names + file.Word(header, "a section header");
            if (at + wanted.Length > file.Length || !file.Slice(at, wanted.Length, "a section's name").Span.SequenceEqual(wanted))
                continue;
            if (file.Word(header + 4, "a section header") == NoBits)
                return null;
            ImageBytes contents = new($"{file.Name} ({name})", file.Slice(file.Word(header + 16, "a section header"),
                file.Word(header + 20, "a section header"), $"section {name}"));
            return (file.Word(header + 8, "a section header") & Compressed) == 0 ? contents : Decompress(contents);
        }

        return null;
    }

    private static ImageBytes? Decompress(ImageBytes section)
    {
        const string what = "the header of a compressed section";
        uint length = section.Word(4, what);
        if (section.Word(0, what) != CompressedByZlib)
            return null;
        if (length > MaxContents)
            throw section.Bad($"it is compressed, and has more than {MaxContents >> 20} MB");
        if (length > (long)MaxRatio * section.Length)
            throw section.Bad("it is damaged: it says that it has more bytes than its compressed ones can give");
        byte[] contents = new byte[length];
        try
        {
            using ZLibStream stream = new((section with { Memory = section.Slice(CompressionHeaderSize, section.Length - CompressionHeaderSize,
                what) }).Open(), CompressionMode.Decompress);
            stream.ReadExactly(contents);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw section.Bad("what is compressed in it is damaged");
        }

        return section with { Memory = contents };
    }
}
