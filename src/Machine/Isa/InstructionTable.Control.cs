using static PpcJit.Machine.Isa.InstructionFlags;

namespace PpcJit.Machine.Isa;

public static partial class InstructionTable
{
    private static InstructionRow[] Control() =>
    [
        // Compare and trap. Bit 10 (L) of a comparison means 64 bits elsewhere and is reserved here.
        new(Op.Cmp,        "011111 FFF // aaaaa bbbbb 0000000000 /",   "cmpw",      "BF,rA,rB"),
        new(Op.Cmpi,       "001011 FFF // aaaaa IIIIIIIIIIIIIIII",     "cmpwi",     "BF,rA,SI"),
        new(Op.Cmpl,       "011111 FFF // aaaaa bbbbb 0000100000 /",   "cmplw",     "BF,rA,rB"),
        new(Op.Cmpli,      "001010 FFF // aaaaa UUUUUUUUUUUUUUUU",     "cmplwi",    "BF,rA,UI"),
        new(Op.Tw,         "011111 TTTTT aaaaa bbbbb 0000000100 /",    "tw",        "TO,rA,rB", Traps),
        new(Op.Twi,        "000011 TTTTT aaaaa IIIIIIIIIIIIIIII",      "twi",       "TO,rA,SI", Traps),

        // Condition register
        new(Op.Crand,      "010011 ppppp qqqqq rrrrr 0100000001 /",    "crand",     "BT,BA,BB"),
        new(Op.Crandc,     "010011 ppppp qqqqq rrrrr 0010000001 /",    "crandc",    "BT,BA,BB"),
        new(Op.Creqv,      "010011 ppppp qqqqq rrrrr 0100100001 /",    "creqv",     "BT,BA,BB"),
        new(Op.Crnand,     "010011 ppppp qqqqq rrrrr 0011100001 /",    "crnand",    "BT,BA,BB"),
        new(Op.Crnor,      "010011 ppppp qqqqq rrrrr 0000100001 /",    "crnor",     "BT,BA,BB"),
        new(Op.Cror,       "010011 ppppp qqqqq rrrrr 0111000001 /",    "cror",      "BT,BA,BB"),
        new(Op.Crorc,      "010011 ppppp qqqqq rrrrr 0110100001 /",    "crorc",     "BT,BA,BB"),
        new(Op.Crxor,      "010011 ppppp qqqqq rrrrr 0011000001 /",    "crxor",     "BT,BA,BB"),
        new(Op.Mcrf,       "010011 FFF // GGG // ///// 0000000000 /",  "mcrf",      "BF,BFA"),
        new(Op.Mcrxr,      "011111 FFF // ///// ///// 1000000000 /",   "mcrxr",     "BF"),
        new(Op.Mfcr,       "011111 ttttt ///// ///// 0000010011 /",    "mfcr",      "rT"),
        new(Op.Mtcrf,      "011111 sssss / XXXXXXXX / 0010010000 /",   "mtcrf",     "FXM,rS"),

        // Branch and interrupt control
        new(Op.B,          "010010 BBBBBBBBBBBBBBBBBBBBBBBB A l",      "b",         "LI",       EndsBlock),
        new(Op.Bc,         "010000 OOOOO CCCCC BBBBBBBBBBBBBB A l",    "bc",        "BO,BI,BD", EndsBlock),
        new(Op.Bcctr,      "010011 OOOOO CCCCC ///// 1000010000 l",    "bcctr",     "BO,BI",    EndsBlock),
        new(Op.Bclr,       "010011 OOOOO CCCCC ///// 0000010000 l",    "bclr",      "BO,BI",    EndsBlock),
        new(Op.Sc,         "010001 ///// ///// ////////////// 1 /",    "sc",        "",         EndsBlock | ContextAltering),
        new(Op.Rfi,        "010011 ///// ///// ///// 0000110010 /",    "rfi",       "",         EndsBlock | ContextAltering | Privileged),
        new(Op.Rfci,       "010011 ///// ///// ///// 0000110011 /",    "rfci",      "",         EndsBlock | ContextAltering | Privileged),
    ];
}
