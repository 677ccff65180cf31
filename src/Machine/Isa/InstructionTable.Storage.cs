using static PpcJit.Machine.Isa.InstructionFlags;

namespace PpcJit.Machine.Isa;

public static partial class InstructionTable
{
    private static InstructionRow[] Storage() =>
    [
        // Load
        new(Op.Lbz,        "100010 ttttt zzzzz DDDDDDDDDDDDDDDD",      "lbz",       "rT,D(rA)", Load | ByteSized),
        new(Op.Lbzu,       "100011 ttttt xxxxx DDDDDDDDDDDDDDDD",      "lbzu",      "rT,D(rA)", Load | Update | ByteSized),
        new(Op.Lbzux,      "011111 ttttt xxxxx bbbbb 0001110111 /",    "lbzux",     "rT,rA,rB", Load | Update | ByteSized),
        new(Op.Lbzx,       "011111 ttttt zzzzz bbbbb 0001010111 /",    "lbzx",      "rT,rA,rB", Load | ByteSized),
        new(Op.Lha,        "101010 ttttt zzzzz DDDDDDDDDDDDDDDD",      "lha",       "rT,D(rA)", Load | HalfSized | Signed),
        new(Op.Lhau,       "101011 ttttt xxxxx DDDDDDDDDDDDDDDD",      "lhau",      "rT,D(rA)", Load | Update | HalfSized | Signed),
        new(Op.Lhaux,      "011111 ttttt xxxxx bbbbb 0101110111 /",    "lhaux",     "rT,rA,rB", Load | Update | HalfSized | Signed),
        new(Op.Lhax,       "011111 ttttt zzzzz bbbbb 0101010111 /",    "lhax",      "rT,rA,rB", Load | HalfSized | Signed),
        new(Op.Lhbrx,      "011111 ttttt zzzzz bbbbb 1100010110 /",    "lhbrx",     "rT,rA,rB", Load | HalfSized | Reversed),
        new(Op.Lhz,        "101000 ttttt zzzzz DDDDDDDDDDDDDDDD",      "lhz",       "rT,D(rA)", Load | HalfSized),
        new(Op.Lhzu,       "101001 ttttt xxxxx DDDDDDDDDDDDDDDD",      "lhzu",      "rT,D(rA)", Load | Update | HalfSized),
        new(Op.Lhzux,      "011111 ttttt xxxxx bbbbb 0100110111 /",    "lhzux",     "rT,rA,rB", Load | Update | HalfSized),
        new(Op.Lhzx,       "011111 ttttt zzzzz bbbbb 0100010111 /",    "lhzx",      "rT,rA,rB", Load | HalfSized),
        new(Op.Lmw,        "101110 ttttt zzzzz DDDDDDDDDDDDDDDD",      "lmw",       "rT,D(rA)", Load | Multiple | WordSized),
        new(Op.Lswi,       "011111 ttttt zzzzz NNNNN 1001010101 /",    "lswi",      "rT,rA,NB", Load | Multiple | ByteSized),
        new(Op.Lswx,       "011111 ttttt zzzzz bbbbb 1000010101 /",    "lswx",      "rT,rA,rB", Load | Multiple | ByteSized),
        new(Op.Lwarx,      "011111 ttttt zzzzz bbbbb 0000010100 /",    "lwarx",     "rT,rA,rB", Load | WordSized),
        new(Op.Lwbrx,      "011111 ttttt zzzzz bbbbb 1000010110 /",    "lwbrx",     "rT,rA,rB", Load | WordSized | Reversed),
        new(Op.Lwz,        "100000 ttttt zzzzz DDDDDDDDDDDDDDDD",      "lwz",       "rT,D(rA)", Load | WordSized),
        new(Op.Lwzu,       "100001 ttttt xxxxx DDDDDDDDDDDDDDDD",      "lwzu",      "rT,D(rA)", Load | Update | WordSized),
        new(Op.Lwzux,      "011111 ttttt xxxxx bbbbb 0000110111 /",    "lwzux",     "rT,rA,rB", Load | Update | WordSized),
        new(Op.Lwzx,       "011111 ttttt zzzzz bbbbb 0000010111 /",    "lwzx",      "rT,rA,rB", Load | WordSized),

        // Store. Bit 31 of stwcx. is part of its opcode.
        new(Op.Stb,        "100110 sssss zzzzz DDDDDDDDDDDDDDDD",      "stb",       "rS,D(rA)", Store | ByteSized),
        new(Op.Stbu,       "100111 sssss xxxxx DDDDDDDDDDDDDDDD",      "stbu",      "rS,D(rA)", Store | Update | ByteSized),
        new(Op.Stbux,      "011111 sssss xxxxx bbbbb 0011110111 /",    "stbux",     "rS,rA,rB", Store | Update | ByteSized),
        new(Op.Stbx,       "011111 sssss zzzzz bbbbb 0011010111 /",    "stbx",      "rS,rA,rB", Store | ByteSized),
        new(Op.Sth,        "101100 sssss zzzzz DDDDDDDDDDDDDDDD",      "sth",       "rS,D(rA)", Store | HalfSized),
        new(Op.Sthbrx,     "011111 sssss zzzzz bbbbb 1110010110 /",    "sthbrx",    "rS,rA,rB", Store | HalfSized | Reversed),
        new(Op.Sthu,       "101101 sssss xxxxx DDDDDDDDDDDDDDDD",      "sthu",      "rS,D(rA)", Store | Update | HalfSized),
        new(Op.Sthux,      "011111 sssss xxxxx bbbbb 0110110111 /",    "sthux",     "rS,rA,rB", Store | Update | HalfSized),
        new(Op.Sthx,       "011111 sssss zzzzz bbbbb 0110010111 /",    "sthx",      "rS,rA,rB", Store | HalfSized),
        new(Op.Stmw,       "101111 sssss zzzzz DDDDDDDDDDDDDDDD",      "stmw",      "rS,D(rA)", Store | Multiple | WordSized),
        new(Op.Stswi,      "011111 sssss zzzzz NNNNN 1011010101 /",    "stswi",     "rS,rA,NB", Store | Multiple | ByteSized),
        new(Op.Stswx,      "011111 sssss zzzzz bbbbb 1010010101 /",    "stswx",     "rS,rA,rB", Store | Multiple | ByteSized),
        new(Op.Stw,        "100100 sssss zzzzz DDDDDDDDDDDDDDDD",      "stw",       "rS,D(rA)", Store | WordSized),
        new(Op.Stwbrx,     "011111 sssss zzzzz bbbbb 1010010110 /",    "stwbrx",    "rS,rA,rB", Store | WordSized | Reversed),
        new(Op.StwcxRecord, "011111 sssss zzzzz bbbbb 0010010110 1",   "stwcx.",    "rS,rA,rB", Store | AlwaysRecords | WordSized),
        new(Op.Stwu,       "100101 sssss xxxxx DDDDDDDDDDDDDDDD",      "stwu",      "rS,D(rA)", Store | Update | WordSized),
        new(Op.Stwux,      "011111 sssss xxxxx bbbbb 0010110111 /",    "stwux",     "rS,rA,rB", Store | Update | WordSized),
        new(Op.Stwx,       "011111 sssss zzzzz bbbbb 0010010111 /",    "stwx",      "rS,rA,rB", Store | WordSized),

        // Cache management
        new(Op.Dcba,       "011111 ///// zzzzz bbbbb 1011110110 /",    "dcba",      "rA,rB",    CacheOp),
        new(Op.Dcbf,       "011111 ///// zzzzz bbbbb 0001010110 /",    "dcbf",      "rA,rB",    CacheOp),
        new(Op.Dcbi,       "011111 ///// zzzzz bbbbb 0111010110 /",    "dcbi",      "rA,rB",    CacheOp | Privileged),
        new(Op.Dcbst,      "011111 ///// zzzzz bbbbb 0000110110 /",    "dcbst",     "rA,rB",    CacheOp),
        new(Op.Dcbt,       "011111 ///// zzzzz bbbbb 0100010110 /",    "dcbt",      "rA,rB",    CacheOp),
        new(Op.Dcbtst,     "011111 ///// zzzzz bbbbb 0011110110 /",    "dcbtst",    "rA,rB",    CacheOp),
        new(Op.Dcbz,       "011111 ///// zzzzz bbbbb 1111110110 /",    "dcbz",      "rA,rB",    CacheOp | Store),
        new(Op.Dccci,      "011111 ///// zzzzz bbbbb 0111000110 /",    "dccci",     "rA,rB",    CacheOp | Privileged),
        new(Op.Dcread,     "011111 ttttt zzzzz bbbbb 0111100110 /",    "dcread",    "rT,rA,rB", CacheOp | Privileged),
        new(Op.Icbi,       "011111 ///// zzzzz bbbbb 1111010110 /",    "icbi",      "rA,rB",    CacheOp | ContextAltering),
        new(Op.Icbt,       "011111 ///// zzzzz bbbbb 0100000110 /",    "icbt",      "rA,rB",    CacheOp),
        new(Op.Iccci,      "011111 ///// zzzzz bbbbb 1111000110 /",    "iccci",     "rA,rB",    CacheOp | ContextAltering | Privileged),
        new(Op.Icread,     "011111 ///// zzzzz bbbbb 1111100110 /",    "icread",    "rA,rB",    CacheOp | Privileged),
    ];
}
