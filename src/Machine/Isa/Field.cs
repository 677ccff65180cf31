namespace PpcJit.Machine.Isa;

/// <summary>
/// Fields of a 32-bit instruction word, named as in the manual's instruction formats (bit 0 is the most significant).
/// </summary>
public static class Field
{
    /// <summary>Primary opcode, bits 0:5.</summary>
    public static int Opcd(uint word) => (int)(word >> 26);

    /// <summary>Extended opcode of the X forms, bits 21:30.</summary>
    public static int Xo(uint word) => (int)(word >> 1) & 0x3ff;

    /// <summary>Target register, bits 6:10.</summary>
    public static int Rt(uint word) => (int)(word >> 21) & 31;

    /// <summary>Source register of stores and logical instructions, bits 6:10.</summary>
    public static int Rs(uint word) => (int)(word >> 21) & 31;

    /// <summary>Register A, bits 11:15.</summary>
    public static int Ra(uint word) => (int)(word >> 16) & 31;

    /// <summary>Register B, bits 16:20.</summary>
    public static int Rb(uint word) => (int)(word >> 11) & 31;

    /// <summary>Shift amount, or byte count of lswi and stswi (NB), bits 16:20.</summary>
    public static int Sh(uint word) => (int)(word >> 11) & 31;

    /// <summary>First bit of the mask, bits 21:25.</summary>
    public static int Mb(uint word) => (int)(word >> 6) & 31;

    /// <summary>Last bit of the mask, bits 26:30.</summary>
    public static int Me(uint word) => (int)(word >> 1) & 31;

    /// <summary>Record bit 31: CR0 is set.</summary>
    public static bool Rc(uint word) => (word & 1) != 0;

    /// <summary>Overflow enable, bit 21: XER[OV] and XER[SO] are set.</summary>
    public static bool Oe(uint word) => (word & 0x400) != 0;

    /// <summary>Link bit 31: LR is set.</summary>
    public static bool Lk(uint word) => (word & 1) != 0;

    /// <summary>Absolute address, bit 30.</summary>
    public static bool Aa(uint word) => (word & 2) != 0;

    /// <summary>Signed immediate or displacement (D, SI), bits 16:31, sign-extended.</summary>
    public static int Simm(uint word) => (short)word;

    /// <summary>Unsigned immediate (UI), bits 16:31.</summary>
    public static uint Uimm(uint word) => word & 0xffff;

    /// <summary>Branch displacement of I form in bytes, sign-extended.</summary>
    public static int Li(uint word) => ((int)(word << 6) >> 6) & ~3;

    /// <summary>Branch displacement of B form in bytes, sign-extended.</summary>
    public static int Bd(uint word) => (short)word & ~3;

    /// <summary>Branch options, bits 6:10.</summary>
    public static int Bo(uint word) => (int)(word >> 21) & 31;

    /// <summary>CR bit of a conditional branch, bits 11:15.</summary>
    public static int Bi(uint word) => (int)(word >> 16) & 31;

    /// <summary>Target CR field, bits 6:8.</summary>
    public static int Bf(uint word) => (int)(word >> 23) & 7;

    /// <summary>Source CR field, bits 11:13.</summary>
    public static int Bfa(uint word) => (int)(word >> 18) & 7;

    /// <summary>Target CR bit of CR logic, bits 6:10.</summary>
    public static int Bt(uint word) => (int)(word >> 21) & 31;

    /// <summary>First source CR bit of CR logic, bits 11:15.</summary>
    public static int Ba(uint word) => (int)(word >> 16) & 31;

    /// <summary>Second source CR bit of CR logic, bits 16:20.</summary>
    public static int Bb(uint word) => (int)(word >> 11) & 31;

    /// <summary>Trap condition, bits 6:10.</summary>
    public static int To(uint word) => (int)(word >> 21) & 31;

    /// <summary>Field mask of mtcrf, bits 12:19.</summary>
    public static uint Fxm(uint word) => (word >> 12) & 0xff;

    /// <summary>SPR, TBR or DCR number: the two 5-bit halves of bits 11:20 swapped back.</summary>
    public static int Spr(uint word) => (int)(((word >> 16) & 31) | ((word >> 6) & 0x3e0));

    /// <summary>The E bit of wrteei, bit 16, which becomes MSR[EE].</summary>
    public static bool E(uint word) => (word & 0x8000) != 0;

    /// <summary>Word select of tlbre and tlbwe, bits 16:20: 0 TLBHI, 1 TLBLO.</summary>
    public static int Ws(uint word) => (int)(word >> 11) & 31;
}
