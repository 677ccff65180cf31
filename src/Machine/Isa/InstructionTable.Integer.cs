using static PpcJit.Machine.Isa.InstructionFlags;

namespace PpcJit.Machine.Isa;

public static partial class InstructionTable
{
    private static InstructionRow[] Integer() =>
    [
        // Arithmetic
        new(Op.Addi,       "001110 ttttt zzzzz IIIIIIIIIIIIIIII",      "addi",      "rT,rA,SI"),
        new(Op.Addis,      "001111 ttttt zzzzz IIIIIIIIIIIIIIII",      "addis",     "rT,rA,SI"),
        new(Op.Addic,      "001100 ttttt aaaaa IIIIIIIIIIIIIIII",      "addic",     "rT,rA,SI", WritesCa),
        new(Op.AddicRecord, "001101 ttttt aaaaa IIIIIIIIIIIIIIII",     "addic.",    "rT,rA,SI", WritesCa | AlwaysRecords),
        new(Op.Subfic,     "001000 ttttt aaaaa IIIIIIIIIIIIIIII",      "subfic",    "rT,rA,SI", WritesCa),
        new(Op.Mulli,      "000111 ttttt aaaaa IIIIIIIIIIIIIIII",      "mulli",     "rT,rA,SI"),
        new(Op.Add,        "011111 ttttt aaaaa bbbbb o 100001010 c",   "add",       "rT,rA,rB"),
        new(Op.Addc,       "011111 ttttt aaaaa bbbbb o 000001010 c",   "addc",      "rT,rA,rB", WritesCa),
        new(Op.Adde,       "011111 ttttt aaaaa bbbbb o 010001010 c",   "adde",      "rT,rA,rB", ReadsCa | WritesCa),
        new(Op.Addme,      "011111 ttttt aaaaa ///// o 011101010 c",   "addme",     "rT,rA",    ReadsCa | WritesCa),
        new(Op.Addze,      "011111 ttttt aaaaa ///// o 011001010 c",   "addze",     "rT,rA",    ReadsCa | WritesCa),
        new(Op.Subf,       "011111 ttttt aaaaa bbbbb o 000101000 c",   "subf",      "rT,rA,rB"),
        new(Op.Subfc,      "011111 ttttt aaaaa bbbbb o 000001000 c",   "subfc",     "rT,rA,rB", WritesCa),
        new(Op.Subfe,      "011111 ttttt aaaaa bbbbb o 010001000 c",   "subfe",     "rT,rA,rB", ReadsCa | WritesCa),
        new(Op.Subfme,     "011111 ttttt aaaaa ///// o 011101000 c",   "subfme",    "rT,rA",    ReadsCa | WritesCa),
        new(Op.Subfze,     "011111 ttttt aaaaa ///// o 011001000 c",   "subfze",    "rT,rA",    ReadsCa | WritesCa),
        new(Op.Neg,        "011111 ttttt aaaaa ///// o 001101000 c",   "neg",       "rT,rA"),
        new(Op.Mullw,      "011111 ttttt aaaaa bbbbb o 011101011 c",   "mullw",     "rT,rA,rB"),
        new(Op.Mulhw,      "011111 ttttt aaaaa bbbbb / 001001011 c",   "mulhw",     "rT,rA,rB"),
        new(Op.Mulhwu,     "011111 ttttt aaaaa bbbbb / 000001011 c",   "mulhwu",    "rT,rA,rB"),
        new(Op.Divw,       "011111 ttttt aaaaa bbbbb o 111101011 c",   "divw",      "rT,rA,rB"),
        new(Op.Divwu,      "011111 ttttt aaaaa bbbbb o 111001011 c",   "divwu",     "rT,rA,rB"),

        // Multiply-accumulate and multiply halfword
        new(Op.Macchw,     "000100 uuuuu aaaaa bbbbb o 010101100 c",   "macchw",    "rT,rA,rB"),
        new(Op.Macchws,    "000100 uuuuu aaaaa bbbbb o 011101100 c",   "macchws",   "rT,rA,rB"),
        new(Op.Macchwsu,   "000100 uuuuu aaaaa bbbbb o 011001100 c",   "macchwsu",  "rT,rA,rB"),
        new(Op.Macchwu,    "000100 uuuuu aaaaa bbbbb o 010001100 c",   "macchwu",   "rT,rA,rB"),
        new(Op.Machhw,     "000100 uuuuu aaaaa bbbbb o 000101100 c",   "machhw",    "rT,rA,rB"),
        new(Op.Machhws,    "000100 uuuuu aaaaa bbbbb o 001101100 c",   "machhws",   "rT,rA,rB"),
        new(Op.Machhwsu,   "000100 uuuuu aaaaa bbbbb o 001001100 c",   "machhwsu",  "rT,rA,rB"),
        new(Op.Machhwu,    "000100 uuuuu aaaaa bbbbb o 000001100 c",   "machhwu",   "rT,rA,rB"),
        new(Op.Maclhw,     "000100 uuuuu aaaaa bbbbb o 110101100 c",   "maclhw",    "rT,rA,rB"),
        new(Op.Maclhws,    "000100 uuuuu aaaaa bbbbb o 111101100 c",   "maclhws",   "rT,rA,rB"),
        new(Op.Maclhwsu,   "000100 uuuuu aaaaa bbbbb o 111001100 c",   "maclhwsu",  "rT,rA,rB"),
        new(Op.Maclhwu,    "000100 uuuuu aaaaa bbbbb o 110001100 c",   "maclhwu",   "rT,rA,rB"),
        new(Op.Nmacchw,    "000100 uuuuu aaaaa bbbbb o 010101110 c",   "nmacchw",   "rT,rA,rB"),
        new(Op.Nmacchws,   "000100 uuuuu aaaaa bbbbb o 011101110 c",   "nmacchws",  "rT,rA,rB"),
        new(Op.Nmachhw,    "000100 uuuuu aaaaa bbbbb o 000101110 c",   "nmachhw",   "rT,rA,rB"),
        new(Op.Nmachhws,   "000100 uuuuu aaaaa bbbbb o 001101110 c",   "nmachhws",  "rT,rA,rB"),
        new(Op.Nmaclhw,    "000100 uuuuu aaaaa bbbbb o 110101110 c",   "nmaclhw",   "rT,rA,rB"),
        new(Op.Nmaclhws,   "000100 uuuuu aaaaa bbbbb o 111101110 c",   "nmaclhws",  "rT,rA,rB"),
        new(Op.Mulchw,     "000100 ttttt aaaaa bbbbb 0010101000 c",    "mulchw",    "rT,rA,rB"),
        new(Op.Mulchwu,    "000100 ttttt aaaaa bbbbb 0010001000 c",    "mulchwu",   "rT,rA,rB"),
        new(Op.Mulhhw,     "000100 ttttt aaaaa bbbbb 0000101000 c",    "mulhhw",    "rT,rA,rB"),
        new(Op.Mulhhwu,    "000100 ttttt aaaaa bbbbb 0000001000 c",    "mulhhwu",   "rT,rA,rB"),
        new(Op.Mullhw,     "000100 ttttt aaaaa bbbbb 0110101000 c",    "mullhw",    "rT,rA,rB"),
        new(Op.Mullhwu,    "000100 ttttt aaaaa bbbbb 0110001000 c",    "mullhwu",   "rT,rA,rB"),

        // Logical
        new(Op.And,        "011111 sssss ddddd bbbbb 0000011100 c",    "and",       "rA,rS,rB"),
        new(Op.Andc,       "011111 sssss ddddd bbbbb 0000111100 c",    "andc",      "rA,rS,rB"),
        new(Op.AndiRecord, "011100 sssss ddddd UUUUUUUUUUUUUUUU",      "andi.",     "rA,rS,UI", AlwaysRecords),
        new(Op.AndisRecord, "011101 sssss ddddd UUUUUUUUUUUUUUUU",     "andis.",    "rA,rS,UI", AlwaysRecords),
        new(Op.Nand,       "011111 sssss ddddd bbbbb 0111011100 c",    "nand",      "rA,rS,rB"),
        new(Op.Nor,        "011111 sssss ddddd bbbbb 0001111100 c",    "nor",       "rA,rS,rB"),
        new(Op.Or,         "011111 sssss ddddd bbbbb 0110111100 c",    "or",        "rA,rS,rB"),
        new(Op.Orc,        "011111 sssss ddddd bbbbb 0110011100 c",    "orc",       "rA,rS,rB"),
        new(Op.Ori,        "011000 sssss ddddd UUUUUUUUUUUUUUUU",      "ori",       "rA,rS,UI"),
        new(Op.Oris,       "011001 sssss ddddd UUUUUUUUUUUUUUUU",      "oris",      "rA,rS,UI"),
        new(Op.Xor,        "011111 sssss ddddd bbbbb 0100111100 c",    "xor",       "rA,rS,rB"),
        new(Op.Xori,       "011010 sssss ddddd UUUUUUUUUUUUUUUU",      "xori",      "rA,rS,UI"),
        new(Op.Xoris,      "011011 sssss ddddd UUUUUUUUUUUUUUUU",      "xoris",     "rA,rS,UI"),
        new(Op.Eqv,        "011111 sssss ddddd bbbbb 0100011100 c",    "eqv",       "rA,rS,rB"),
        new(Op.Extsb,      "011111 sssss ddddd ///// 1110111010 c",    "extsb",     "rA,rS"),
        new(Op.Extsh,      "011111 sssss ddddd ///// 1110011010 c",    "extsh",     "rA,rS"),
        new(Op.Cntlzw,     "011111 sssss ddddd ///// 0000011010 c",    "cntlzw",    "rA,rS"),
        new(Op.Dlmzb,      "011111 sssss ddddd bbbbb 0001001110 c",    "dlmzb",     "rA,rS,rB"),

        // Rotate and shift
        new(Op.Rlwimi,     "010100 sssss xxxxx HHHHH MMMMM EEEEE c",   "rlwimi",    "rA,rS,SH,MB,ME"),
        new(Op.Rlwinm,     "010101 sssss ddddd HHHHH MMMMM EEEEE c",   "rlwinm",    "rA,rS,SH,MB,ME"),
        new(Op.Rlwnm,      "010111 sssss ddddd bbbbb MMMMM EEEEE c",   "rlwnm",     "rA,rS,rB,MB,ME"),
        new(Op.Slw,        "011111 sssss ddddd bbbbb 0000011000 c",    "slw",       "rA,rS,rB"),
        new(Op.Sraw,       "011111 sssss ddddd bbbbb 1100011000 c",    "sraw",      "rA,rS,rB", WritesCa),
        new(Op.Srawi,      "011111 sssss ddddd HHHHH 1100111000 c",    "srawi",     "rA,rS,SH", WritesCa),
        new(Op.Srw,        "011111 sssss ddddd bbbbb 1000011000 c",    "srw",       "rA,rS,rB"),
    ];
}
