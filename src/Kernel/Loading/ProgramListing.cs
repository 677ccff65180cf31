using System.Buffers.Binary;
using PpcJit.Kernel.Files;
using PpcJit.Machine.Isa;

namespace PpcJit.Kernel.Loading;

/// <summary>The contents of an image as assembler text, at the addresses for which it was linked.</summary>
public sealed class ProgramListing
{
    /// <summary>What a compressed image may grow to; it is listed without a board whose memory would say it.</summary>
    private const uint LargestImage = 128 << 20;

    private readonly List<ImageSegment> _segments;

    private ProgramListing(IEnumerable<ImageSegment> segments, SymbolTable? symbols)
    {
        _segments = [.. segments.OrderBy(segment => segment.LinkAddress)];
        Symbols = symbols;
    }

    /// <summary>The names of its code and data; null when nothing gave any.</summary>
    public SymbolTable? Symbols { get; }

    /// <summary>Reads an image.</summary>
    /// <param name="imagePath">Its path.</param>
    /// <param name="loadAddress">Where a raw binary goes; null for an image that says so itself.</param>
    /// <param name="symbolsPath">A file with names; null for the image's own.</param>
    /// <exception cref="InputException">It cannot be used.</exception>
    public static ProgramListing Read(string imagePath, uint? loadAddress, string? symbolsPath)
    {
        LoadableImage image = ImageReader.Read(InputFile.Read(imagePath), LargestImage, loadAddress, entryAddress: null, configuration: null);
        SymbolTable? symbols = symbolsPath is not null ? SymbolListing.Read(InputFile.Read(symbolsPath, SymbolListing.Limit)) : image.Symbols;
        return new ProgramListing(image.Segments, symbols);
    }

    /// <summary>Gives every word of the image whose address lies in a range, by rising address.</summary>
    /// <param name="first">First address; rounded up to a multiple of 4.</param>
    /// <param name="last">Last address, inclusive.</param>
    public IEnumerable<ListingLine> Lines(uint first, uint last)
    {
        foreach (ImageSegment segment in _segments)
        {
            for (int offset = 0; offset + 4 <= segment.Bytes.Length; offset += 4)
            {
                uint address = segment.LinkAddress + (uint)offset;
                if (address < first || address > last)
                    continue;
                uint word = BinaryPrimitives.ReadUInt32BigEndian(segment.Bytes.Span[offset..]);
                yield return new ListingLine(address, word, Disassembler.Disassemble(word, address));
            }
        }
    }
}

/// <summary>An instruction of a listing.</summary>
/// <param name="Address">Effective address.</param>
/// <param name="Word">The 32 bits.</param>
/// <param name="Text">The assembler text.</param>
public readonly record struct ListingLine(uint Address, uint Word, string Text);
