namespace PpcJit.Machine.Isa;

/// <summary>
/// The simplified mnemonics, in the selection and spelling of GNU objdump for the 405. Of several that match, the first
/// is printed.
/// </summary>
internal static class AliasTable
{
    private static readonly AliasRow[][] ByOp = Index([.. Integer(), .. Traps(), .. System(), .. Branches()]);

    /// <summary>The line that spells <paramref name="word"/>, an instruction <paramref name="op"/>, or null.</summary>
    public static InstructionRow? Find(Op op, uint word)
    {
        foreach (AliasRow alias in ByOp[(int)op])
            if (alias.Matches(word))
                return alias.Line;
        return null;
    }

    private static AliasRow[] Integer() =>
    [
        Row(Op.Addi,    "001110 ttttt 00000 IIIIIIIIIIIIIIII",    "li",     "rT,SI"),
        Row(Op.Addis,   "001111 ttttt 00000 IIIIIIIIIIIIIIII",    "lis",    "rT,SI"),
        Row(Op.Ori,     "011000 00000 00000 0000000000000000",    "nop",    ""),
        Row(Op.Xori,    "011010 00000 00000 0000000000000000",    "xnop",   ""),
        Row(Op.Or,      "011111 sssss ddddd bbbbb 0110111100 c",  "mr",     "rA,rS",     w => Field.Rs(w) == Field.Rb(w)),
        Row(Op.Nor,     "011111 sssss ddddd bbbbb 0001111100 c",  "not",    "rA,rS",     w => Field.Rs(w) == Field.Rb(w)),
        Row(Op.Rlwinm,  "010101 sssss ddddd HHHHH 00000 11111 c", "rotlwi", "rA,rS,SH"),
        Row(Op.Rlwinm,  "010101 sssss ddddd 00000 MMMMM 11111 c", "clrlwi", "rA,rS,MB"),
        Row(Op.Rlwinm,  "010101 sssss ddddd HHHHH 00000 EEEEE c", "slwi",   "rA,rS,SH",  w => Field.Sh(w) == 31 - Field.Me(w)),
        Row(Op.Rlwinm,  "010101 sssss ddddd HHHHH MMMMM 11111 c", "srwi",   "rA,rS,MB",  w => Field.Sh(w) == 32 - Field.Mb(w)),
        Row(Op.Rlwinm,  "010101 sssss ddddd 00000 00000 EEEEE c", "clrrwi", "rA,rS,31-ME"),
        Row(Op.Rlwnm,   "010111 sssss ddddd bbbbb 00000 11111 c", "rotlw",  "rA,rS,rB"),
    ];

    private static AliasRow[] System() =>
    [
        Row(Op.Cmp,     "011111 000 // aaaaa bbbbb 0000000000 /",  "cmpw",   "rA,rB"),
        Row(Op.Cmpi,    "001011 000 // aaaaa IIIIIIIIIIIIIIII",    "cmpwi",  "rA,SI"),
        Row(Op.Cmpl,    "011111 000 // aaaaa bbbbb 0000100000 /",  "cmplw",  "rA,rB"),
        Row(Op.Cmpli,   "001010 000 // aaaaa UUUUUUUUUUUUUUUU",    "cmplwi", "rA,UI"),
        Row(Op.Creqv,   "010011 ppppp qqqqq rrrrr 0100100001 /",  "crset",  "BT",        w => Field.Bt(w) == Field.Ba(w) && SameSources(w)),
        Row(Op.Crxor,   "010011 ppppp qqqqq rrrrr 0011000001 /",  "crclr",  "BT",        w => Field.Bt(w) == Field.Ba(w) && SameSources(w)),
        Row(Op.Cror,    "010011 ppppp qqqqq rrrrr 0111000001 /",  "crmove", "BT,BA",     SameSources),
        Row(Op.Crnor,   "010011 ppppp qqqqq rrrrr 0000100001 /",  "crnot",  "BT,BA",     SameSources),
        Row(Op.Mtcrf,   "011111 sssss / 11111111 / 0010010000 /", "mtcr",   "rS"),
        Row(Op.Mftb,    "011111 ttttt 01100 01000 0101110011 /",  "mftb",   "rT"),
        Row(Op.Mftb,    "011111 ttttt 01101 01000 0101110011 /",  "mftbu",  "rT"),
        Row(Op.Tlbre,   "011111 ttttt aaaaa 00000 1110110010 /",  "tlbrehi", "rT,rA"),
        Row(Op.Tlbre,   "011111 ttttt aaaaa 00001 1110110010 /",  "tlbrelo", "rT,rA"),
        Row(Op.Tlbwe,   "011111 sssss aaaaa 00000 1111010010 /",  "tlbwehi", "rS,rA"),
        Row(Op.Tlbwe,   "011111 sssss aaaaa 00001 1111010010 /",  "tlbwelo", "rS,rA"),
        Row(Op.Tlbsx,   "011111 00000 zzzzz bbbbb 1110010010 c",  "tlbsx",  "rA,rB"),

        // objdump prints rA of these three as a register even where number 0 means the value 0, and leaves out operands
        // that are 0.
        Row(Op.Icbt,    "011111 ///// aaaaa bbbbb 0100000110 /",  "icbt",   "rA,rB"),
        Row(Op.Dccci,   "011111 ///// 00000 00000 0111000110 /",  "dccci",  ""),
        Row(Op.Dccci,   "011111 ///// aaaaa 00000 0111000110 /",  "dccci",  "rA"),
        Row(Op.Dccci,   "011111 ///// aaaaa bbbbb 0111000110 /",  "dccci",  "rA,rB"),
        Row(Op.Iccci,   "011111 ///// 00000 00000 1111000110 /",  "iccci",  ""),
        Row(Op.Iccci,   "011111 ///// aaaaa 00000 1111000110 /",  "iccci",  "rA"),
        Row(Op.Iccci,   "011111 ///// aaaaa bbbbb 1111000110 /",  "iccci",  "rA,rB"),
    ];

    /// <summary>Traps whose condition has a name. The other conditions stay numbers.</summary>
    private static AliasRow[] Traps()
    {
        List<AliasRow> rows = [Row(Op.Tw, "011111 11111 00000 00000 0000000100 /", "trap", "")];
        (string To, string Name)[] conditions =
        [
            ("00001", "lgt"), ("00010", "llt"), ("00100", "eq"), ("00101", "lge"), ("00110", "lle"), ("01000", "gt"),
            ("01100", "ge"),  ("10000", "lt"),  ("10100", "le"), ("11000", "ne"),  ("11111", "u"),
        ];
        foreach ((string to, string name) in conditions)
        {
            rows.Add(Row(Op.Tw, $"011111 {to} aaaaa bbbbb 0000000100 /", $"tw{name}", "rA,rB"));
            rows.Add(Row(Op.Twi, $"000011 {to} aaaaa IIIIIIIIIIIIIIII", $"tw{name}i", "rA,SI"));
        }

        return [.. rows];
    }

    /// <summary>Conditional branches: each condition, to an address, to LR and, unless CTR is the counter, to CTR.</summary>
    private static AliasRow[] Branches()
    {
        List<AliasRow> rows =
        [
            Row(Op.Bclr,  "010011 1/1// 00000 ///// 0000010000 l", "blr",  ""),
            Row(Op.Bcctr, "010011 1/1// 00000 ///// 1000010000 l", "bctr", ""),
        ];
        (string BoBi, string Name, string Operand)[] conditions =
        [
            ("0000y CCCCC", "bdnzf", "BI"), ("0001y CCCCC", "bdzf", "BI"), ("0100y CCCCC", "bdnzt", "BI"), ("0101y CCCCC", "bdzt", "BI"),
            ("1/00y 00000", "bdnz",  ""),   ("1/01y 00000", "bdz",  ""),
            ("001/y GGG 00", "bge", "[BFA]"), ("001/y GGG 01", "ble", "[BFA]"), ("001/y GGG 10", "bne", "[BFA]"),
                ("001/y GGG 11", "bns", "[BFA]"),
            ("011/y GGG 00", "blt", "[BFA]"), ("011/y GGG 01", "bgt", "[BFA]"), ("011/y GGG 10", "beq", "[BFA]"),
                ("011/y GGG 11", "bso", "[BFA]"),
        ];
        foreach ((string condition, string name, string operand) in conditions)
        {
            rows.Add(Row(Op.Bc, $"010000 {condition} BBBBBBBBBBBBBB A l", name, operand.Length == 0 ? "BD" : $"{operand},BD"));
            rows.Add(Row(Op.Bclr, $"010011 {condition} ///// 0000010000 l", $"{name}lr", operand));
            if (condition[2] == '1')
                rows.Add(Row(Op.Bcctr, $"010011 {condition} ///// 1000010000 l", $"{name}ctr", operand));
        }

        // What is left keeps its numbers, and shows the prediction bit only where it reverses to "taken".
        rows.Add(Row(Op.Bc,    "010000 OOOO1 CCCCC BBBBBBBBBBBBBB A l",   "bc+",    "BO,BI,BD", w => Field.Bd(w) >= 0));
        rows.Add(Row(Op.Bclr,  "010011 OOOO1 CCCCC ///// 0000010000 l",   "bclr+",  "BO,BI"));
        rows.Add(Row(Op.Bcctr, "010011 OOOO1 CCCCC ///// 1000010000 l",   "bcctr+", "BO,BI"));
        return [.. rows];
    }

    private static bool SameSources(uint word) => Field.Ba(word) == Field.Bb(word);

    private static AliasRow Row(Op op, string pattern, string mnemonic, string syntax, Func<uint, bool>? when = null) =>
        new(new InstructionRow(op, pattern, mnemonic, syntax), when);

    private static AliasRow[][] Index(AliasRow[] rows)
    {
        int ops = InstructionTable.Rows.Length + 1;
        List<AliasRow>[] lists = new List<AliasRow>[ops];
        for (int op = 0; op < ops; op++)
            lists[op] = [];
        foreach (AliasRow row in rows)
            lists[(int)row.Line.Op].Add(row);
        return Array.ConvertAll(lists, list => list.ToArray());
    }
}
