using System.Globalization;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests;

/// <summary>
/// Turns a line such as <c>addo. r3,r4,r5</c>, <c>lwz r3,-8(r4)</c>, <c>bc 12,2,16</c> or <c>mtspr 26,r3</c> into a word, from the instruction table and
/// nothing else. Registers are r0 to r31, numbers are decimal or 0x hexadecimal, branch targets are byte displacements (addresses for the a forms), and a
/// line of <c>.long</c> is the word itself. There are no extended mnemonics.
/// </summary>
internal static class Assembler
{
    private static readonly Dictionary<string, uint> Suffixes = new() { ["o"] = 'o', ["."] = 'c', ["l"] = 'l', ["a"] = 'A' };
    private static readonly Dictionary<string, (InstructionRow Row, uint Word)> Mnemonics = Index();

    public static uint Word(string line)
    {
        int space = line.IndexOf(' ');
        string mnemonic = space < 0 ? line : line[..space];
        string[] operands = space < 0 ? [] : line[space..].Split([',', '(', ')'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (mnemonic == ".long")
            return (uint)Number(operands[0]);
        if (!Mnemonics.TryGetValue(mnemonic, out (InstructionRow Row, uint Word) found))
            throw new ArgumentException($"There is no instruction {mnemonic}.", nameof(line));
        string[] names = found.Row.Syntax.Split([',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        if (names.Length != operands.Length)
            throw new ArgumentException($"\"{line}\" should have the operands {found.Row.Syntax}.", nameof(line));
        uint word = found.Word;
        for (int n = 0; n < names.Length; n++)
            word = Insert(found.Row, word, names[n], Number(operands[n]));
        return word;
    }

    /// <summary>A word of an instruction whose fields, by the letters of its pattern, have the values given; all other fields are zero.</summary>
    public static uint Word(Op op, params ReadOnlySpan<(char Letter, long Value)> fields)
    {
        InstructionRow row = InstructionTable.Row(op);
        uint word = row.BaseWord;
        foreach ((char letter, long value) in fields)
            word = row.TryGetField(letter, out OperandField field)
                ? field.Insert(word, (uint)value)
                : throw new ArgumentException($"{op} has no field {letter}.", nameof(fields));
        return word;
    }

    private static uint Insert(InstructionRow row, uint word, string name, long value)
    {
        (string letters, long bits) = name switch
        {
            "rT" => ("tu", value),
            "rA" => ("azxd", value),
            "rB" => ("b", value),
            "rS" => ("s", value),
            "SI" => ("I", value),
            "UI" => ("U", value),
            "D" => ("D", value),
            "SH" => ("H", value),
            "NB" => ("N", value),
            "MB" => ("M", value),
            "ME" => ("E", value),
            "TO" => ("T", value),
            "BO" => ("O", value),
            "BI" => ("C", value),
            "BF" => ("F", value),
            "BFA" => ("G", value),
            "BT" => ("p", value),
            "BA" => ("q", value),
            "BB" => ("r", value),
            "FXM" => ("X", value),
            "WS" => ("W", value),
            "E" => ("V", value),
            "LI" or "BD" => ("B", value >> 2),
            "SPR" or "TBR" or "DCR" => ("S", ((value & 31) << 5) | (value >> 5)),
            _ => throw new ArgumentException($"The operand {name} of {row} is unknown.", nameof(name)),
        };
        foreach (char letter in letters)
        {
            if (row.TryGetField(letter, out OperandField field))
                return field.Insert(word, (uint)bits);
        }

        throw new ArgumentException($"{row} has no field for {name}.", nameof(name));
    }

    private static long Number(string text)
    {
        if (text[0] == 'r')
            text = text[1..];
        bool negative = text[0] == '-';
        if (negative)
            text = text[1..];
        long value = text.StartsWith("0x", StringComparison.Ordinal)
            ? long.Parse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return negative ? -value : value;
    }

    /// <summary>All spellings: each row's mnemonic with every combination of the suffixes that its pattern allows.</summary>
    private static Dictionary<string, (InstructionRow Row, uint Word)> Index()
    {
        Dictionary<string, (InstructionRow, uint)> index = [];
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            List<(string Name, uint Word)> spellings = [(row.Mnemonic, row.BaseWord)];
            foreach ((string suffix, uint letter) in Suffixes)
            {
                if (row.TryGetField((char)letter, out OperandField field))
                    spellings.AddRange(spellings.Select(one => (one.Name + suffix, field.Insert(one.Word, 1))).ToList());
            }

            foreach ((string name, uint word) in spellings)
                index.Add(name, (row, word));
        }

        return index;
    }
}
