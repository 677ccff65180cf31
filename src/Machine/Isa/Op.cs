namespace PpcJit.Machine.Isa;

/// <summary>
/// The instructions of the PowerPC 405. The o and <c>.</c> forms, and the AA and LK forms of branches, are the same
/// instruction with a bit set; an instruction whose <c>.</c> is part of its opcode has <c>Record</c> in its name.
/// <c>InstructionTable</c> says everything else about each of them.
/// </summary>
#pragma warning disable CS1591 // The mnemonics are the manual's; a sentence each would repeat the table.
public enum Op : ushort
{
    Illegal = 0,

    // Integer arithmetic
    Addi, Addis, Addic, AddicRecord, Subfic, Mulli,
    Add, Addc, Adde, Addme, Addze, Subf, Subfc, Subfe, Subfme, Subfze, Neg,
    Mullw, Mulhw, Mulhwu, Divw, Divwu,

    // Multiply-accumulate and multiply halfword
    Macchw, Macchws, Macchwu, Macchwsu, Machhw, Machhws, Machhwu, Machhwsu, Maclhw, Maclhws, Maclhwu, Maclhwsu,
    Nmacchw, Nmacchws, Nmachhw, Nmachhws, Nmaclhw, Nmaclhws,
    Mulchw, Mulchwu, Mulhhw, Mulhhwu, Mullhw, Mullhwu,

    // Logical, rotate and shift
    And, Andc, AndiRecord, AndisRecord, Nand, Nor, Or, Orc, Ori, Oris, Xor, Xori, Xoris, Eqv, Extsb, Extsh, Cntlzw, Dlmzb,
    Rlwimi, Rlwinm, Rlwnm, Slw, Sraw, Srawi, Srw,

    // Compare, condition register, trap
    Cmp, Cmpi, Cmpl, Cmpli,
    Crand, Crandc, Creqv, Crnand, Crnor, Cror, Crorc, Crxor, Mcrf, Mcrxr, Mfcr, Mtcrf,
    Tw, Twi,

    // Branch and interrupt control
    B, Bc, Bcctr, Bclr, Sc, Rfi, Rfci,

    // Load
    Lbz, Lbzu, Lbzux, Lbzx, Lha, Lhau, Lhaux, Lhax, Lhbrx, Lhz, Lhzu, Lhzux, Lhzx,
    Lmw, Lswi, Lswx, Lwarx, Lwbrx, Lwz, Lwzu, Lwzux, Lwzx,

    // Store
    Stb, Stbu, Stbux, Stbx, Sth, Sthbrx, Sthu, Sthux, Sthx,
    Stmw, Stswi, Stswx, Stw, Stwbrx, StwcxRecord, Stwu, Stwux, Stwx,

    // Cache management
    Dcba, Dcbf, Dcbi, Dcbst, Dcbt, Dcbtst, Dcbz, Dccci, Dcread, Icbi, Icbt, Iccci, Icread,

    // Processor control, synchronisation and TLB management
    Eieio, Isync, Sync, Mfmsr, Mtmsr, Mfspr, Mtspr, Mftb, Mfdcr, Mtdcr, Wrtee, Wrteei,
    Tlbia, Tlbre, Tlbsx, Tlbsync, Tlbwe,
}
