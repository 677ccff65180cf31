namespace PpcJit.Machine.Isa;

/// <summary>One line of the instruction table, with its bit pattern taken apart.</summary>
public sealed class InstructionRow
{
    private readonly OperandField[] _fields;

    /// <summary>
    /// A bit for the letter of each field: most questions are about fields that are not there, and a boot decodes a hundred thousand words.
    /// </summary>
    private readonly ulong _letters;

    internal InstructionRow(Op op, string pattern, string mnemonic, string syntax, InstructionFlags flags = InstructionFlags.None)
    {
        BitPattern bits = new(pattern);
        Op = op;
        Pattern = pattern;
        Mnemonic = mnemonic;
        Syntax = syntax;
        Flags = flags;
        FixedMask = bits.Fixed;
        FixedBits = bits.Value;
        ReservedMask = bits.Ignored;
        _fields = bits.Fields;
        foreach (OperandField field in _fields)
            _letters |= Bit(field.Letter);
    }

    /// <summary>The instruction.</summary>
    public Op Op { get; }

    /// <summary>The bit pattern as written in the table.</summary>
    public string Pattern { get; }

    /// <summary>The mnemonic without the suffixes that OE, Rc, LK and AA add.</summary>
    public string Mnemonic { get; }

    /// <summary>
    /// The operands in assembler order, as <see cref="InstructionTable"/> describes; empty when there are none.
    /// </summary>
    public string Syntax { get; }

    /// <summary>Properties that the pattern does not show.</summary>
    public InstructionFlags Flags { get; }

    /// <summary>The bits that select this instruction.</summary>
    public uint FixedMask { get; }

    /// <summary>The values of the selecting bits.</summary>
    public uint FixedBits { get; }

    /// <summary>The word whose operands and reserved bits are all 0.</summary>
    public uint BaseWord => FixedBits;

    /// <summary>The bits that the processor ignores.</summary>
    public uint ReservedMask { get; }

    /// <summary>The named _fields of the pattern, from left to right.</summary>
    public ReadOnlySpan<OperandField> Fields => _fields;

    /// <summary>Whether any of <paramref name="any"/> is set.</summary>
    public bool Is(InstructionFlags any) => (Flags & any) != 0;

    /// <summary>Whether <paramref name="word"/> is this instruction, whatever its ignored bits.</summary>
    public bool Matches(uint word) => (word & FixedMask) == FixedBits;

    /// <summary>Finds the field of the pattern letter <paramref name="letter"/>.</summary>
    public bool TryGetField(char letter, out OperandField found)
    {
        if ((_letters & Bit(letter)) != 0)
        {
            foreach (OperandField candidate in _fields)
            {
                if (candidate.Letter == letter)
                {
                    found = candidate;
                    return true;
                }
            }
        }

        found = default;
        return false;
    }

    /// <summary>
    /// The word whose operand _fields are taken from <paramref name="operandBits"/>, bit for bit in place, and whose
    /// reserved bits are 0. Random bits give a random instruction of this row; a caller that wants particular operands
    /// uses <see cref="OperandField.Insert"/>.
    /// </summary>
    public uint Encode(uint operandBits) => BaseWord | (operandBits & ~(FixedMask | ReservedMask));

    /// <summary>A word of this row with random operands, invalid forms (such as lwzu with rA = 0) included.</summary>
    public uint RandomWord(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Encode((uint)random.NextInt64(1L << 32));
    }

    /// <summary>Letters of the alphabet have a bit each, small and capital ones.</summary>
    private static ulong Bit(char letter) => 1ul << (letter & 63);

    /// <inheritdoc/>
    public override string ToString() => $"{Mnemonic} {Syntax}".TrimEnd();
}
