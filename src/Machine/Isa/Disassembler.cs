using System.Globalization;
using System.Text;

namespace PpcJit.Machine.Isa;

/// <summary>Turns instruction words into the text that GNU objdump (-M405) prints for them.</summary>
public static class Disassembler
{
    // objdump pads mnemonics to this many characters; a space follows in any case.
    private const int MnemonicWidth = 7;

    /// <summary>
    /// The assembler text of <paramref name="word"/> at effective address <paramref name="address"/>: the mnemonic, and
    /// if there are operands, spaces up to column 8 (at least one) and the operands. Branch targets are absolute
    /// addresses. A word that is no instruction of the 405 gives <c>.long 0x...</c>. An invalid form, where objdump
    /// gives up, is printed as the instruction that the processor takes it for.
    /// </summary>
    public static string Disassemble(uint word, uint address)
    {
        Op op = Decoder.Decode(word);
        if (op == Op.Illegal)
            return string.Create(CultureInfo.InvariantCulture, $".long 0x{word:x}");
        InstructionRow line = SpecialRegisterNames.Find(op, word) ?? AliasTable.Find(op, word) ?? Decoder.Row(op);

        StringBuilder text = new();
        AppendMnemonic(text, line, word);
        if (line.Syntax.Length == 0)
            return text.ToString();
        int pad = Math.Max(MnemonicWidth - text.Length, 0) + 1;
        text.Append(' ', pad);
        int start = text.Length;
        OperandPrinter.Append(text, line, word, address);
        if (text.Length == start)
            text.Length = start - pad; // All operands were left out.
        return text.ToString();
    }

    private static void AppendMnemonic(StringBuilder text, InstructionRow line, uint word)
    {
        bool predicted = line.Mnemonic.EndsWith('+');
        text.Append(line.Mnemonic, 0, line.Mnemonic.Length - (predicted ? 1 : 0));
        if (IsSet(line, 'o', word))
            text.Append('o');
        if (IsSet(line, 'l', word))
            text.Append('l');
        if (IsSet(line, 'A', word))
            text.Append('a');
        if (IsSet(line, 'c', word))
            text.Append('.');
        if (predicted)
            text.Append('+');

        // The bit reverses the static prediction, which is "taken" for backward branches.
        if (line.TryGetField('y', out OperandField y))
            text.Append((y.Extract(word) != 0) != (line.Op == Op.Bc && Field.Bd(word) < 0) ? '+' : '-');
    }

    private static bool IsSet(InstructionRow line, char letter, uint word) =>
        line.TryGetField(letter, out OperandField field) && field.Extract(word) != 0;
}
