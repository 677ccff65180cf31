using System.Globalization;
using System.Reflection;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>
/// The assembler of case files, made from the instruction table and nothing else: <c>addo. r3,r4,r5</c>, <c>lwz r3,-8(r4)</c>, <c>bc 16,0,loop</c>,
/// <c>mtspr srr0,r3</c>, <c>.long 0x7c0004ac</c>. A branch goes to a label or by a distance in bytes (<c>b -8</c>), the <c>a</c> forms to an address.
/// </summary>
public static class CaseAssembler
{
    private static readonly Dictionary<string, string> SprNames = NamesOfSprs();
    private static readonly Dictionary<string, (InstructionRow Row, uint Word)> Mnemonics = Index();

    /// <summary>Assembles one line.</summary>
    /// <param name="line">Mnemonic and operands.</param>
    /// <param name="address">Where the instruction stands, for branches to labels.</param>
    /// <param name="labels">Addresses of labels.</param>
    /// <param name="word">The instruction.</param>
    /// <param name="error">What is wrong, when it returns false.</param>
    /// <param name="column">Index of the offending character in the line.</param>
    public static bool TryAssemble(string line, uint address, IReadOnlyDictionary<string, uint> labels, out uint word, out string error, out int column)
    {
        word = 0;
        column = 0;
        error = "";
        int space = line.IndexOf(' ');
        string mnemonic = space < 0 ? line : line[..space];
        List<(string Text, int Column)> operands = Split(line, space < 0 ? line.Length : space);
        if (mnemonic == ".long")
        {
            if (operands.Count == 1 && TryNumber(operands[0].Text, out long value) && value is >= int.MinValue and <= uint.MaxValue)
            {
                word = (uint)value;
                return true;
            }

            (error, column) = ("expected one 32-bit number after .long", space < 0 ? 0 : space + 1);
            return false;
        }

        if (!Mnemonics.TryGetValue(mnemonic, out (InstructionRow Row, uint Word) found))
        {
            error = $"expected an instruction of the 405; there is no '{mnemonic}'";
            return false;
        }

        string[] names = found.Row.Syntax.Split([',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        if (names.Length != operands.Count)
        {
            (error, column) = ($"expected the operands {(names.Length == 0 ? "none" : found.Row.Syntax)} of {mnemonic}", Math.Max(space, 0));
            return false;
        }

        word = found.Word;
        for (int n = 0; n < names.Length; n++)
        {
            if (!TryOperand(found.Row, names[n], operands[n].Text, address, labels, ref word))
            {
                (error, column) = ($"expected {Describe(names[n])}, not '{operands[n].Text}'", operands[n].Column);
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes a word as a line that <see cref="TryAssemble"/> turns back into the same word.</summary>
    public static string Print(uint word)
    {
        Op op = Decoder.Decode(word);
        if (op != Op.Illegal)
        {
            string text = Print(Decoder.Row(op), word);
            if (TryAssemble(text, 0, new Dictionary<string, uint>(), out uint again, out _, out _) && again == word)
                return text;
        }

        return $".long 0x{word:x8}";
    }

    private static string Print(InstructionRow row, uint word)
    {
        string Suffix(char letter, string text) => row.TryGetField(letter, out OperandField field) && field.Extract(word) != 0 ? text : "";
        string mnemonic = row.Mnemonic + Suffix('o', "o") + Suffix('l', "l") + Suffix('A', "a") + Suffix('c', ".");
        string operands = "";
        string name = "";
        foreach (char letter in row.Syntax + '\0')
        {
            if (letter is not (',' or '(' or ')' or '\0'))
            {
                name += letter;
                continue;
            }

            if (name.Length > 0)
                operands += Operand(row, name, word);
            operands += letter == '\0' ? "" : letter;
            name = "";
        }

        return operands.Length == 0 ? mnemonic : $"{mnemonic} {operands}";
    }

    private static string Operand(InstructionRow row, string name, uint word)
    {
        uint value = 0;
        foreach (char letter in Letters(name))
        {
            if (row.TryGetField(letter, out OperandField field))
                value = field.Extract(word);
        }

        return name switch
        {
            "rT" or "rA" or "rB" or "rS" => $"r{value}",
            "SI" or "D" => $"{(short)value}",
            "BD" => $"{Field.Bd(word)}",
            "LI" => $"{Field.Li(word)}",
            "SPR" or "TBR" or "DCR" => $"{Field.Spr(word)}",
            _ => $"{value}",
        };
    }

    private static List<(string Text, int Column)> Split(string line, int from)
    {
        List<(string, int)> parts = [];
        int start = -1;
        for (int n = from; n <= line.Length; n++)
        {
            bool ends = n == line.Length || line[n] is ',' or '(' or ')' or ' ';
            if (!ends && start < 0)
                start = n;
            if (ends && start >= 0)
            {
                parts.Add((line[start..n], start));
                start = -1;
            }
        }

        return parts;
    }

    private static bool TryOperand(InstructionRow row, string name, string text, uint address, IReadOnlyDictionary<string, uint> labels, ref uint word)
    {
        OperandField found = default;
        foreach (char letter in Letters(name))
        {
            if (row.TryGetField(letter, out OperandField field))
                found = field;
        }

        bool register = name is "rT" or "rA" or "rB" or "rS";
        long value;
        if (register)
        {
            if (text.Length < 2 || text[0] != 'r' || !int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > 31)
                return false;
            value = number;
        }
        else if (name is "LI" or "BD" && labels.TryGetValue(text, out uint target))
        {
            bool absolute = row.TryGetField('A', out OperandField a) && a.Extract(word) != 0;
            value = (int)(absolute ? target : target - address);
        }
        else if (!TryNumber(name is "SPR" or "TBR" ? SprNames.GetValueOrDefault(text, text) : text, out value))
        {
            return false;
        }

        (long low, long high) = Range(name, found.Width);
        if (value < low || value > high || (name is "LI" or "BD" && (value & 3) != 0))
            return false;
        uint bits = name switch
        {
            "LI" or "BD" => (uint)(value >> 2),
            "SPR" or "TBR" or "DCR" => (uint)(((value & 31) << 5) | (value >> 5)),
            _ => (uint)value,
        };
        word = found.Insert(word, bits & (uint)((1ul << found.Width) - 1));
        return true;
    }

    private static (long Low, long High) Range(string name, int width) => name switch
    {
        "SI" or "D" => (-32768, 32767),
        "LI" or "BD" => (-(2L << width), (2L << width) - 4),
        _ => (0, (1L << width) - 1),
    };

    private static string Describe(string name) => name switch
    {
        "rT" or "rA" or "rB" or "rS" => $"a register r0 to r31 for {name}",
        "SI" or "D" => $"a number from -32768 to 32767 for {name}",
        "LI" or "BD" => "a label or a distance in bytes within reach",
        "SPR" => "the name or number of an SPR",
        _ => $"a number that fits {name}",
    };

    private static string Letters(string name) => name switch
    {
        "rT" => "tu",
        "rA" => "azxd",
        "rB" => "b",
        "rS" => "s",
        "SI" => "I",
        "UI" => "U",
        "D" => "D",
        "SH" => "H",
        "NB" => "N",
        "MB" => "M",
        "ME" => "E",
        "TO" => "T",
        "BO" => "O",
        "BI" => "C",
        "BF" => "F",
        "BFA" => "G",
        "BT" => "p",
        "BA" => "q",
        "BB" => "r",
        "FXM" => "X",
        "WS" => "W",
        "E" => "V",
        "LI" or "BD" => "B",
        _ => "S",
    };

    private static bool TryNumber(string text, out long value)
    {
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> digits = text.AsSpan(negative ? 1 : 0);
        bool valid = digits.StartsWith("0x")
            ? long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        value = negative ? -value : value;
        return valid;
    }

    private static Dictionary<string, string> NamesOfSprs()
    {
        Dictionary<string, string> names = typeof(Spr)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => field.Name.ToLowerInvariant(), field => $"{field.GetRawConstantValue()}");
        for (int n = 0; n < 8; n++)
            names[$"sprg{n}"] = $"{Spr.Sprg0 + n}";
        return names;
    }

    /// <summary>All spellings: each row's mnemonic with every combination of the suffixes that its pattern allows.</summary>
    private static Dictionary<string, (InstructionRow Row, uint Word)> Index()
    {
        Dictionary<string, (InstructionRow, uint)> index = [];
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            List<(string Name, uint Word)> spellings = [(row.Mnemonic, row.BaseWord)];
            foreach ((string suffix, char letter) in (ReadOnlySpan<(string, char)>)[("o", 'o'), ("l", 'l'), ("a", 'A'), (".", 'c')])
            {
                if (row.TryGetField(letter, out OperandField field))
                    spellings.AddRange(spellings.Select(one => (one.Name + suffix, field.Insert(one.Word, 1))).ToList());
            }

            foreach ((string name, uint word) in spellings)
                index.Add(name, (row, word));
        }

        return index;
    }
}
