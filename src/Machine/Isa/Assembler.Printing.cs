namespace PpcJit.Machine.Isa;

/// <summary>From words back to lines.</summary>
public static partial class Assembler
{
    /// <summary>Writes a word as a line that <see cref="TryAssemble"/> turns back into the same word.</summary>
    public static string Print(uint word)
    {
        Op op = Decoder.Decode(word);
        if (op != Op.Illegal)
        {
            string text = Print(Decoder.Row(op), word);
            if (TryAssemble(text, 0, NoLabels, out uint again, out _, out _) && again == word)
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
}
