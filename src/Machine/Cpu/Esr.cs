namespace PpcJit.Machine.Cpu;

/// <summary>Bits of the exception syndrome register.</summary>
public static class Esr
{
    /// <summary>Machine check on an instruction fetch (bit 0); stays until software clears it.</summary>
    public const uint Mci = 0x80000000;

    /// <summary>Program: illegal instruction (bit 4).</summary>
    public const uint Pil = 0x08000000;

    /// <summary>Program: privileged instruction in problem state (bit 5).</summary>
    public const uint Ppr = 0x04000000;

    /// <summary>Program: trap (bit 6).</summary>
    public const uint Ptr = 0x02000000;

    /// <summary>The data access was a store (bit 8).</summary>
    public const uint Dst = 0x00800000;

    /// <summary>The zone denied the access (bit 9).</summary>
    public const uint Diz = 0x00400000;

    /// <summary>The store hit U0 storage (bit 16).</summary>
    public const uint U0f = 0x00008000;

    /// <summary>The bits that exist.</summary>
    public const uint Implemented = Mci | Pil | Ppr | Ptr | Dst | Diz | 0x00080000 | 0x00040000 | U0f;
}
