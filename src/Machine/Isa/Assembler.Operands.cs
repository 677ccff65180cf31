using System.Globalization;

namespace PpcJit.Machine.Isa;

/// <summary>The operands of a line.</summary>
public static partial class Assembler
{
    private static bool TryOperand(
        InstructionRow row, string name, string text, uint address, IReadOnlyDictionary<string, uint> labels, ref uint word)
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
            // A bare number is a register too, as for the GNU assembler: "0" reads better where r0 stands for nothing.
            if (!int.TryParse(text.AsSpan(text[0] == 'r' ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture,
                out int number) || number > 31)
                return false;
            value = number;
        }
        else if (name is "LI" or "BD" && labels.TryGetValue(text, out uint target))
        {
            bool absolute = row.TryGetField('A', out OperandField a) && a.Extract(word) != 0;
            value = (int)(absolute ? target : target - address);
        }
        else if (!(name is "SPR" or "TBR" && SpecialRegisterNames.TryFind(text, out value)) && !TryNumber(text, out value))
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
        "NB" => (0, 32), // 0 and 32 are the same
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
}
