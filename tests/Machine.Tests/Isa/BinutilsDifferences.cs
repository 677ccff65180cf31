using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Isa;

/// <summary>Where this project and binutils see a word differently, and why. Nothing else may differ.</summary>
internal static class BinutilsDifferences
{
    /// <summary>
    /// Invalid forms: objdump prints <c>.long</c>, the processor executes them (PPC405 Core User's Manual, 9.2), and the disassembler
    /// prints the instruction that it executes.
    /// </summary>
    public static string? InvalidForm(InstructionRow row, uint word)
    {
        int rt = Field.Rt(word), ra = Field.Ra(word), bo = Field.Bo(word), bi = Field.Bi(word);
        if (row.Is(InstructionFlags.Update) && ra == 0)
            return "update form with rA = 0: there is no register to update";
        if (row.Is(InstructionFlags.Update) && row.Is(InstructionFlags.Load) && ra == rt)
            return "load with update into its own base register";
        if (row.Op == Op.Lmw && ra >= rt)
            return "lmw whose range of registers includes the base register";
        if (row.Op == Op.Lswi && ra == rt)
            return "lswi whose first register is the base register (objdump does not look at the others)";
        if (row.Op == Op.Lswx && (ra == rt || Field.Rb(word) == rt))
            return "lswx whose first register is part of the address";
        if (row.Op == Op.Mftb && Field.Spr(word) is not (268 or 269))
            return "mftb of a register that is no time base";
        if (row.Op is Op.Bc or Op.Bclr or Op.Bcctr && (bo is 21 or 22 or 23 or >= 28 || (bo is >= 24 and <= 27 && (bi != 0 || row.Op != Op.Bc))))
            return "BO with a set bit that means nothing";
        if (row.Op is Op.Bclr or Op.Bcctr && bo is 6 or 7 or 14 or 15)
            return "BO with a set bit that means nothing, in a branch to a register";
        return null;
    }

    /// <summary>Instructions that binutils offers for the 405 (or for every PowerPC) and that are illegal without an FPU or coprocessor.</summary>
    public static string? NotOnThe405(uint word, string text)
    {
        string mnemonic = text.Split(' ', '.')[0];
        uint opcode = word >> 26;
        if (opcode is (>= 48 and <= 55) or 59 or 63)
            return "floating point: there is no FPU";
        if (mnemonic is "lfsx" or "lfsux" or "lfdx" or "lfdux" or "stfsx" or "stfsux" or "stfdx" or "stfdux" or "stfiwx")
            return "floating-point load or store: there is no FPU";
        if (mnemonic.Contains("fcm", StringComparison.Ordinal))
            return "auxiliary processor: none is attached";
        if (mnemonic is "get" or "cget" or "nget" or "ncget" or "put" or "cput" or "nput" or "ncput")
            return "fast simplex link of FPGA versions";
        if (mnemonic is "mtsr" or "mtsrin" or "mfsr" or "mfsrin" or "tlbie" or "tlbli" or "tlbld")
            return "segment registers and hardware page tables of other PowerPCs";
        if (mnemonic is "eciwx" or "ecowx")
            return "external control of other PowerPCs";
        return null;
    }
}
