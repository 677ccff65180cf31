using PpcJit.Kernel.Texts;

namespace PpcJit.Kernel.Loading;

/// <summary>Reads the symbol table of an ELF file (System V ABI, chapter 4, "Symbol Table").</summary>
internal static class ElfSymbols
{
    private const int SectionHeaderSize = 40;
    private const int SymbolSize = 16;
    private const uint SectionSymbolTable = 2;
    private const uint SectionStrings = 3;
    private const int IndexAbsolute = 0xfff1;
    private const int MaxNameLength = 1024;
    private const int FirstReservedIndex = 0xff00;

    /// <summary>All names together: many symbols sharing one long name must not fill the host's memory.</summary>
    private const int MaxNamesLength = 32 << 20;

    /// <summary>Reads the symbols; the caller has checked the ELF header.</summary>
    /// <returns>Null when the file is stripped.</returns>
    /// <exception cref="InputException">The table is damaged.</exception>
    public static SymbolTable? Read(ImageBytes file)
    {
        long sections = file.Word(32, "the ELF header");
        int size = file.Half(46, "the ELF header");
        int count = file.Half(48, "the ELF header");
        if (sections == 0 || count == 0)
            return null;
        if (size != SectionHeaderSize)
            throw file.Bad($"its section headers are {size} bytes each instead of {SectionHeaderSize}");
        file.Slice(sections, (long)count * SectionHeaderSize, "the ELF section headers");
        for (int n = 0; n < count; n++)
        {
            long at = sections + ((long)n * SectionHeaderSize);
            if (file.Word(at + 4, "a section header") == SectionSymbolTable)
                return ReadTable(file, sections, count, at);
        }

        return null;
    }

    private static SymbolTable? ReadTable(ImageBytes file, long sections, int sectionCount, long table)
    {
        uint stringsIndex = file.Word(table + 24, "a section header");
        long stringsHeader = sections + (stringsIndex * (long)SectionHeaderSize);
        if (stringsIndex >= sectionCount || file.Word(stringsHeader + 4, "a section header") != SectionStrings)
            throw file.Bad($"its symbol table takes its names from section {stringsIndex}, which is no string table");
        ReadOnlySpan<byte> names = Contents(file, stringsHeader, "the symbol names").Span;
        ReadOnlyMemory<byte> entries = Contents(file, table, "the symbol table");
        ImageBytes reader = new(file.Name, entries);
        List<Symbol> symbols = [];
        int nameLengths = 0;
        for (int at = 0; at + SymbolSize <= entries.Length; at += SymbolSize)
        {
            if (ReadSymbol(reader, at, names) is not { } symbol)
                continue;
            symbols.Add(symbol);
            SymbolTable.CheckCount(file, symbols.Count);
            nameLengths += symbol.Name.Length;
            if (nameLengths > MaxNamesLength)
                throw file.Bad($"its symbols' names are longer than {MaxNamesLength >> 20} MB together");
        }

        return symbols.Count == 0 ? null : new SymbolTable(symbols);
    }

    private static ReadOnlyMemory<byte> Contents(ImageBytes file, long header, string what) =>
        file.Slice(file.Word(header + 16, "a section header"), file.Word(header + 20, "a section header"), what);

    /// <summary>
    /// Reads a symbol; null for those that name no place of the image: undefined ones, sections, source files.
    /// </summary>
    private static Symbol? ReadSymbol(ImageBytes entries, int at, ReadOnlySpan<byte> names)
    {
        uint name = entries.Word(at, "a symbol");
        byte info = entries.Memory.Span[at + 12];
        int section = entries.Half(at + 14, "a symbol");
        SymbolKind kind;
        switch (info & 0xf)
        {
            case 0: kind = SymbolKind.Label; break;
            case 1: kind = SymbolKind.Data; break;
            case 2: kind = SymbolKind.Function; break;
            default: return null;
        }

        if (section == 0 || name == 0 || (section >= FirstReservedIndex && section != IndexAbsolute))
            return null;
        if (name >= names.Length)
            throw entries.Bad("it is damaged: a symbol's name lies outside the string table");
        ReadOnlySpan<byte> text = names[(int)name..];
        int length = text.IndexOf((byte)0);
        if (length < 0 || length > MaxNameLength)
            throw entries.Bad("it is damaged: a symbol's name does not end");
        if (section == IndexAbsolute)
            kind = SymbolKind.Absolute;
        return new Symbol(TerminalText.Line(TerminalText.Decode(text[..length])), entries.Word(at + 4, "a symbol"),
            entries.Word(at + 8, "a symbol"), kind, info >> 4 != 0);
    }
}
