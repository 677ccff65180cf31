using System.Globalization;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Texts;

namespace PpcJit.Kernel.Loading;

/// <summary>
/// Reads symbols from a file of their own: a System.map, the output of <c>nm</c> (also <c>nm -S</c>), or an ELF that
/// was not stripped.
/// </summary>
internal static class SymbolListing
{
    private const long MaxBytes = 64 << 20;

    /// <summary>What such a file may have; an ELF may have any amount of debug information, which is not kept.</summary>
    public static InputLimit Limit { get; } =
        new(MaxBytes, "which is the most that a listing of symbols may have") { Exempts = start => ElfImage.IsElf(start.Span) };

    /// <summary>Reads the symbols.</summary>
    /// <exception cref="InputException">The file has no symbols, or a line that is not of a listing.</exception>
    public static SymbolTable Read(ImageBytes file)
    {
        if (ElfImage.IsElf(file.Memory.Span))
        {
            ElfImage.CheckHeader(file);
            return ElfSymbols.Read(file) ?? throw file.Bad("it is an ELF without symbols");
        }

        List<Symbol> symbols = [];
        int number = 0;
        for (ReadOnlySpan<byte> left = file.Memory.Span; !left.IsEmpty;)
        {
            number++;
            int length = left.IndexOf((byte)'\n') is var end and >= 0 ? end : left.Length;
            ReadOnlySpan<byte> line = left[..length];
            if (ReadLine(file, TerminalText.Decode(line.EndsWith("\r"u8) ? line[..^1] : line), number) is { } symbol)
            {
                symbols.Add(symbol);
                SymbolTable.CheckCount(file, symbols.Count);
            }

            left = left[Math.Min(length + 1, left.Length)..];
        }

        return symbols.Count != 0 ? new SymbolTable(WithLabels(symbols)) : throw file.Bad("it has no symbols");
    }

    /// <summary>
    /// nm has one letter for functions and for labels in code. Where the listing gives sizes, what has none and is seen by its own object file
    /// alone is a label of assembly code.
    /// </summary>
    private static IEnumerable<Symbol> WithLabels(List<Symbol> symbols) => symbols.Exists(symbol => symbol.Size != 0)
        ? symbols.Select(symbol =>
            symbol is { Kind: SymbolKind.Function, Size: 0, IsGlobal: false } ? symbol with { Kind = SymbolKind.Label } : symbol)
        : symbols;

    /// <summary>Reads a line; null for an empty one, and for an undefined symbol, which has no address.</summary>
    private static Symbol? ReadLine(ImageBytes file, string line, int number)
    {
        string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || (words.Length == 2 && words[0] is "U" or "w" or "v"))
            return null;
        uint size = 0;
        bool sized = words.Length == 4 && TryHex(words[1], out size);
        int kind = sized ? 2 : 1;
        if (words.Length < kind + 2 || words[kind].Length != 1 || !IsType(words[kind][0]) || !TryHex(words[0], out uint address))
            throw file.Bad($"its line {number} is not 'ADDRESS TYPE NAME', as in a System.map or a listing of nm");
        return new Symbol(words[kind + 1], address, size, Kind(words[kind][0]), char.IsAsciiLetterUpper(words[kind][0]));
    }

    private static bool TryHex(string text, out uint value) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    /// <summary>nm writes a letter, or a question mark where it knows none.</summary>
    private static bool IsType(char letter) => letter == '?' || char.IsAsciiLetter(letter);

    private static SymbolKind Kind(char letter) => char.ToLowerInvariant(letter) switch
    {
        't' or 'w' or 'i' => SymbolKind.Function,
        'a' => SymbolKind.Absolute,
        '?' => SymbolKind.Label,
        _ => SymbolKind.Data,
    };
}
