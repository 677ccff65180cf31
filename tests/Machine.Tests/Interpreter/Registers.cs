namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// The registers that ordinary instructions change, as plain values in the manual's form: what a definition is applied
/// to.
/// </summary>
internal sealed class Registers
{
    public uint[] Gpr { get; } = new uint[32];

    public uint Cr { get; set; }

    public uint Xer { get; set; }

    public uint Lr { get; set; }

    public uint Ctr { get; set; }

    /// <summary>When a definition is applied, already the address of the following instruction.</summary>
    public uint Pc { get; set; }

    public uint Msr { get; set; }

    public uint Reservation { get; set; }

    public bool So { get => XerBit(0); set => SetXerBit(0, value); }

    public bool Ov { get => XerBit(1); set => SetXerBit(1, value); }

    public bool Ca { get => XerBit(2); set => SetXerBit(2, value); }

    public uint ByteCount { get => Xer & 127; set => Xer = (Xer & ~127u) | value; }

    /// <summary>(rA|0)</summary>
    public uint GprOrZero(int number) => number == 0 ? 0 : Gpr[number];

    /// <summary>What OE asks for.</summary>
    public void Overflow(bool overflow)
    {
        Ov = overflow;
        So |= overflow;
    }

    /// <summary>What Rc asks for: CR0 tells a result's sign, and XER[SO].</summary>
    public void Record(uint result) =>
        SetCrField(0, (result >= 0x80000000 ? 8u : result != 0 ? 4u : 2u) + (So ? 1u : 0));

    public uint CrField(int number) => (Cr >> (4 * (7 - number))) % 16;

    public void SetCrField(int number, uint bits)
    {
        uint place = 1u << (4 * (7 - number));
        Cr = Cr - (CrField(number) * place) + (bits * place);
    }

    public bool CrBit(int number) => (Cr & (0x80000000 >> number)) != 0;

    public void SetCrBit(int number, bool value)
    {
        uint bit = 0x80000000 >> number;
        Cr = value ? Cr | bit : Cr & ~bit;
    }

    public void CopyFrom(Registers other)
    {
        other.Gpr.CopyTo(Gpr, 0);
        (Cr, Xer, Lr, Ctr, Pc, Msr, Reservation) = (other.Cr, other.Xer, other.Lr, other.Ctr, other.Pc, other.Msr, other.Reservation);
    }

    /// <summary>Gives every register a random or boundary value; the PC and the MSR stay.</summary>
    public void Scramble(Random random)
    {
        for (int n = 0; n < 32; n++)
            Gpr[n] = Values.Any(random);
        Cr = Values.Random(random);
        Xer = Values.Random(random) & 0xe000007f;
        Lr = Values.Any(random);
        Ctr = Values.Any(random);
        Reservation = Values.Random(random) & 1;
    }

    private bool XerBit(int number) => (Xer & (0x80000000 >> number)) != 0;

    private void SetXerBit(int number, bool value)
    {
        uint bit = 0x80000000 >> number;
        Xer = value ? Xer | bit : Xer & ~bit;
    }
}
