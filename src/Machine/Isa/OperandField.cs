namespace PpcJit.Machine.Isa;

/// <summary>One named run of bits in an instruction's pattern.</summary>
/// <param name="Letter">The letter of the pattern; <see cref="InstructionTable"/> lists them.</param>
/// <param name="Shift">Position of the least significant bit, counted from the right end of the word.</param>
/// <param name="Width">Number of bits.</param>
public readonly record struct OperandField(char Letter, int Shift, int Width)
{
    /// <summary>The bits of the word that the field occupies.</summary>
    public uint Mask => (uint)((1UL << Width) - 1) << Shift;

    /// <summary>
    /// The field's bits in <paramref name="word"/>, right-aligned; the two halves of an SPR number are not swapped.
    /// </summary>
    public uint Extract(uint word) => (word & Mask) >> Shift;

    /// <summary><paramref name="word"/> with the field replaced by the low bits of <paramref name="value"/>.</summary>
    public uint Insert(uint word, uint value) => (word & ~Mask) | ((value << Shift) & Mask);
}
