using System.Globalization;
using System.Text;

namespace PpcJit.Machine.Isa;

/// <summary>Prints operands as a line's syntax says.</summary>
internal static class OperandPrinter
{
    private static readonly string[] CrBits = ["lt", "gt", "eq", "so"];

    /// <summary>
    /// Appends the operands of <paramref name="word"/>. A name in the syntax prints that operand; one in square
    /// brackets, which is a CR field, is left out with its comma when it is cr0; commas and parentheses stand for
    /// themselves.
    /// </summary>
    /// <exception cref="ArgumentException">The syntax names an operand that does not exist.</exception>
    public static void Append(StringBuilder text, InstructionRow line, uint word, uint address)
    {
        ReadOnlySpan<char> syntax = line.Syntax;
        while (!syntax.IsEmpty)
        {
            int end = syntax.IndexOfAny(",()");
            if (end < 0)
                end = syntax.Length;
            bool printed = end > 0 && AppendOperand(text, syntax[..end], line, word, address);
            syntax = syntax[end..];
            if (syntax.IsEmpty)
                return;
            if (printed || end == 0)
                text.Append(syntax[0]);
            syntax = syntax[1..];
        }
    }

    private static bool AppendOperand(StringBuilder text, ReadOnlySpan<char> name, InstructionRow line, uint word, uint address)
    {
        switch (name)
        {
            case "[BFA]":
                return Field.Bfa(word) != 0 && AppendCrField(text, Field.Bfa(word));
            case "BF":
                return AppendCrField(text, Field.Bf(word));
            case "BFA":
                return AppendCrField(text, Field.Bfa(word));
            case "BT":
                return AppendCrBit(text, Field.Bt(word));
            case "BA" or "BI":
                return AppendCrBit(text, Field.Ba(word));
            case "BB":
                return AppendCrBit(text, Field.Bb(word));
            case "rT" or "rS":
                text.Append('r').Append(Field.Rt(word));
                return true;
            case "rA":
                bool zeroMeansNothing = Field.Ra(word) == 0 && line.TryGetField('z', out _);
                text.Append(zeroMeansNothing ? "0" : "r");
                if (!zeroMeansNothing)
                    text.Append(Field.Ra(word));
                return true;
            case "rB":
                text.Append('r').Append(Field.Rb(word));
                return true;
            case "BD":
                return AppendTarget(text, Field.Bd(word), word, address);
            case "LI":
                return AppendTarget(text, Field.Li(word), word, address);
            default:
                text.Append(CultureInfo.InvariantCulture, $"{Number(name, word)}");
                return true;
        }
    }

    private static int Number(ReadOnlySpan<char> name, uint word) => name switch
    {
        "SI" or "D" => Field.Simm(word),
        "UI" => (int)Field.Uimm(word),
        "SH" or "WS" => Field.Sh(word),
        "NB" => Field.Sh(word) == 0 ? 32 : Field.Sh(word),
        "MB" => Field.Mb(word),
        "ME" => Field.Me(word),
        "31-ME" => 31 - Field.Me(word),
        "TO" or "BO" => Field.To(word),
        "FXM" => (int)Field.Fxm(word),
        "SPR" or "TBR" or "DCR" => Field.Spr(word),
        "SPR&7" => Field.Spr(word) & 7,
        "BAT" => (Field.Spr(word) >> 1) & 3,
        "E" => Field.E(word) ? 1 : 0,
        _ => throw new ArgumentException($"The instruction table names an operand \"{name}\" that does not exist.", nameof(name)),
    };

    private static bool AppendTarget(StringBuilder text, int displacement, uint word, uint address)
    {
        uint target = (Field.Aa(word) ? 0 : address) + (uint)displacement;
        text.Append(CultureInfo.InvariantCulture, $"0x{target:x}");
        return true;
    }

    private static bool AppendCrField(StringBuilder text, int crField)
    {
        text.Append("cr").Append(crField);
        return true;
    }

    private static bool AppendCrBit(StringBuilder text, int bit)
    {
        if (bit >= 4)
            text.Append("4*cr").Append(bit >> 2).Append('+');
        text.Append(CrBits[bit & 3]);
        return true;
    }
}
