namespace PpcJit.Jit.Decoding;

/// <summary>What the cold tier does for an instruction; everything that is not listed is left to the interpreter.</summary>
internal enum ColdCode : ushort
{
    /// <summary>Not executed yet: the memory of a new page is zero.</summary>
    Undecoded = 0,

    /// <summary>Behind the last instruction of a page.</summary>
    PageEnd,

    /// <summary>The interpreter executes it.</summary>
    Interpret,

    /// <summary>Has no effect here.</summary>
    Nop,

    // As the instruction of the same name; immediate operands are already shifted.
    Li, Addi, Addic, AddicRecord, Subfic, Mulli, Add, Addc, Adde, Addze, Addme, Subf, Subfc, Subfe, Subfze, Neg,
    Mullw, Mulhw, Mulhwu, Divw, Divwu,
    And, Andc, AndiRecord, Nand, Nor, Or, Orc, Ori, Xor, Xori, Eqv, Extsb, Extsh, Cntlzw,
    Rlwimi, Rlwinm, Rlwnm, Slw, Srw, Sraw, Srawi,
    Cmp, Cmpi, Cmpl, Cmpli, CrLogic, Mcrf, Mfcr, Mtcrf, Tw, Twi,
    B, Bc, Bcctr, Bclr,
    Lbz, Lbzu, Lbzx, Lbzux, Lhz, Lhzu, Lhzx, Lhzux, Lha, Lhau, Lhax, Lhaux, Lwz, Lwzu, Lwzx, Lwzux,
    Lhbrx, Lwbrx, Lwarx, Lmw,
    Stb, Stbu, Stbx, Stbux, Sth, Sthu, Sthx, Sthux, Stw, Stwu, Stwx, Stwux, Sthbrx, Stwbrx, Stwcx, Stmw,
    Touch, Dcbz,
    Mfmsr, Wrteei, Mflr, Mtlr, Mfctr, Mtctr,

    // In regions only; the interpreter executes them until there is one. An o at the end sets XER[OV] and XER[SO].
    Subfme, Addo, Addco, Addeo, Addzeo, Addmeo, Subfo, Subfco, Subfeo, Subfzeo, Subfmeo, Nego, Mullwo, Divwo, Divwuo,
    Dlmzb, Mcrxr, Lswi, Stswi, Mftb, Tlbsync,

    /// <summary>Those of the multiply-accumulate group that set XER[OV] and XER[SO].</summary>
    Halfwordo,

    /// <summary>wrtee.</summary>
    Wrtee,

    /// <summary>Any of the multiply-accumulate group; the immediate is its <see cref="HalfwordForm"/>.</summary>
    Halfword,

    // From here on the cold tier leaves the instruction to the interpreter, and regions have a way of their own.

    /// <summary>tlbwe.</summary>
    Tlbwe,

    /// <summary>mtspr PID.</summary>
    MtPid,

    /// <summary>mtmsr.</summary>
    Mtmsr,

    /// <summary>rfi.</summary>
    Rfi,

    /// <summary>sc.</summary>
    Sc,

    // From here on both tiers execute it again.

    /// <summary>mfspr XER.</summary>
    MfXer,

    /// <summary>mtspr XER.</summary>
    MtXer,

    /// <summary>mfspr of a register that is a plain word of the state; the immediate is its offset.</summary>
    MfWord,

    /// <summary>The same for mtspr.</summary>
    MtWord,
}
