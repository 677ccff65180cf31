namespace PpcJit.Machine.Cpu;

/// <summary>Bits of the machine state register (PPC405 User's Manual, "Machine State Register").</summary>
public static class Msr
{
    /// <summary>Auxiliary processor available (bit 6).</summary>
    public const uint Ap = 1u << (31 - 6);

    /// <summary>APU exception enable (bit 12).</summary>
    public const uint Ape = 1u << (31 - 12);

    /// <summary>Wait state enable (bit 13): the processor stops until an interrupt.</summary>
    public const uint We = 1u << (31 - 13);

    /// <summary>Critical interrupt enable (bit 14).</summary>
    public const uint Ce = 1u << (31 - 14);

    /// <summary>External (non-critical) interrupt enable (bit 16).</summary>
    public const uint Ee = 1u << (31 - 16);

    /// <summary>Problem state: set in user mode (bit 17).</summary>
    public const uint Pr = 1u << (31 - 17);

    /// <summary>Floating point available (bit 18); the 405 has no FPU.</summary>
    public const uint Fp = 1u << (31 - 18);

    /// <summary>Machine check enable (bit 19).</summary>
    public const uint Me = 1u << (31 - 19);

    /// <summary>Floating-point exception mode 0 (bit 20).</summary>
    public const uint Fe0 = 1u << (31 - 20);

    /// <summary>Debug wait enable (bit 21).</summary>
    public const uint Dwe = 1u << (31 - 21);

    /// <summary>Debug interrupt enable (bit 22).</summary>
    public const uint De = 1u << (31 - 22);

    /// <summary>Floating-point exception mode 1 (bit 23).</summary>
    public const uint Fe1 = 1u << (31 - 23);

    /// <summary>Instruction relocate: instruction addresses are translated (bit 26).</summary>
    public const uint Ir = 1u << (31 - 26);

    /// <summary>Data relocate: data addresses are translated (bit 27).</summary>
    public const uint Dr = 1u << (31 - 27);

    /// <summary>The bits that exist; all others read as zero.</summary>
    public const uint Implemented = Ap | Ape | We | Ce | Ee | Pr | Fp | Me | Fe0 | Dwe | De | Fe1 | Ir | Dr;
}
