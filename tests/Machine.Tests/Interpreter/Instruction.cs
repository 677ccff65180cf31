namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// An instruction word with its fields as the manual's formats number them; bit 0 is the most significant.
/// </summary>
internal readonly record struct Instruction(uint Word)
{
    public int Rt => Bits(6, 10);

    public int Rs => Bits(6, 10);

    public int Ra => Bits(11, 15);

    public int Rb => Bits(16, 20);

    public int Sh => Bits(16, 20);

    public int Mb => Bits(21, 25);

    public int Me => Bits(26, 30);

    public bool Oe => Bits(21, 21) == 1;

    public bool Rc => Bits(31, 31) == 1;

    /// <summary>The signed immediate or displacement.</summary>
    public int Si => Bits(16, 16) == 1 ? Bits(16, 31) - 65536 : Bits(16, 31);

    /// <summary>The unsigned immediate.</summary>
    public uint Ui => (uint)Bits(16, 31);

    public int Bits(int first, int last)
    {
        int value = 0;
        for (int bit = first; bit <= last; bit++)
            value = (value * 2) + (int)((Word >> (31 - bit)) & 1);
        return value;
    }
}
