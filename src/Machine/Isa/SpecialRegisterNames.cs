namespace PpcJit.Machine.Isa;

/// <summary>
/// The mnemonics that name a special-purpose or device control register, such as mflr. The names are those that GNU
/// objdump prints for the 405. They include registers of relatives that the 405 does not have, and the DCRs of the 403,
/// whose numbers mean other devices on 405 chips: the text is objdump's, so that listings can be compared.
/// </summary>
internal static class SpecialRegisterNames
{
    private const string MoveFromSpr = "011111 ttttt SSSSSSSSSS 0101010011 /", MoveToSpr = "011111 sssss SSSSSSSSSS 0111010011 /";
    private const string MoveFromDcr = "011111 ttttt SSSSSSSSSS 0101000011 /", MoveToDcr = "011111 sssss SSSSSSSSSS 0111000011 /";

    private static readonly (int Number, string Name)[] ReadWrite =
    [
        (1, "xer"), (8, "lr"), (9, "ctr"), (18, "dsisr"), (19, "dar"), (22, "dec"), (25, "sdr1"), (26, "srr0"), (27, "srr1"), (282, "ear"),
        (944, "zpr"), (945, "pid"), (947, "ccr0"), (948, "iac3"), (949, "iac4"), (950, "dvc1"), (951, "dvc2"),
        (953, "sgr"), (954, "dcwr"), (955, "sler"), (956, "su0r"), (957, "dbcr1"), (979, "icdbdr"), (980, "esr"),
            (981, "dear"), (982, "evpr"),
        (983, "cdbcr"), (984, "tsr"), (986, "tcr"), (987, "pit"), (988, "tbhi"), (989, "tblo"), (990, "srr2"), (991, "srr3"),
        (1008, "dbsr"), (1010, "dbcr0"), (1012, "iac1"), (1013, "iac2"), (1014, "dac1"), (1015, "dac2"),
        (1018, "dccr"), (1019, "iccr"), (1020, "pbl1"), (1021, "pbu1"), (1022, "pbl2"), (1023, "pbu2"),
    ];

    private static readonly (int Number, string Name)[] ReadOnly = [(4, "rtcu"), (5, "rtcl"), (287, "pvr")];

    private static readonly (int Number, string Name)[] WriteOnly = [(20, "rtcu"), (21, "rtcl"), (284, "tbl"), (285, "tbu")];

    private static readonly (int Number, string Name)[] DeviceControl =
    [
        (64, "exisr"), (66, "exier"), (128, "br0"), (129, "br1"), (130, "br2"), (131, "br3"), (132, "br4"),
            (133, "br5"), (134, "br6"), (135, "br7"),
        (144, "bear"), (145, "besr"), (160, "iocr"), (192, "dmacr0"), (193, "dmact0"), (194, "dmada0"), (195, "dmasa0"), (196, "dmacc0"),
        (200, "dmacr1"), (201, "dmact1"), (202, "dmada1"), (203, "dmasa1"), (204, "dmacc1"), (208, "dmacr2"),
            (209, "dmact2"), (210, "dmada2"),
        (211, "dmasa2"), (212, "dmacc2"), (216, "dmacr3"), (217, "dmact3"), (218, "dmada3"), (219, "dmasa3"),
            (220, "dmacc3"), (224, "dmasr"),
    ];

    /// <summary>
    /// Names under which the assembler alone knows registers of the 405: those that objdump gives no mnemonic, or only
    /// one for reading.
    /// </summary>
    private static readonly (int Number, string Name)[] NamesOnly =
    [
        (256, "usprg0"), (260, "sprg4read"), (261, "sprg5read"), (262, "sprg6read"), (263, "sprg7read"), (268, "tblread"), (269, "tburead"),
        .. Enumerable.Range(0, 8).Select(n => (272 + n, $"sprg{n}")),
    ];

    private static readonly Dictionary<string, int> Numbers = NumbersByName();

    private static readonly InstructionRow?[] FromSpr = Lines(Op.Mfspr), ToSpr = Lines(Op.Mtspr);
    private static readonly InstructionRow?[] FromDcr = Lines(Op.Mfdcr), ToDcr = Lines(Op.Mtdcr);

    /// <summary>
    /// The line that spells <paramref name="word"/>, an instruction <paramref name="op"/>, or null if the register has
    /// no name.
    /// </summary>
    public static InstructionRow? Find(Op op, uint word) => op switch
    {
        Op.Mfspr => FromSpr[Field.Spr(word)],
        Op.Mtspr => ToSpr[Field.Spr(word)],
        Op.Mfdcr => FromDcr[Field.Spr(word)],
        Op.Mtdcr => ToDcr[Field.Spr(word)],
        _ => null,
    };

    /// <summary>
    /// Finds the number of a special-purpose register; where reading and writing have different ones, the one for
    /// writing.
    /// </summary>
    public static bool TryFind(string name, out long number)
    {
        bool found = Numbers.TryGetValue(name, out int value);
        number = value;
        return found;
    }

    private static Dictionary<string, int> NumbersByName()
    {
        Dictionary<string, int> numbers = [];
        foreach ((int number, string name) in (IEnumerable<(int, string)>)[.. NamesOnly, .. WriteOnly, .. ReadWrite, .. ReadOnly])
            numbers.TryAdd(name, number);
        return numbers;
    }

    private static InstructionRow?[] Lines(Op op)
    {
        bool read = op is Op.Mfspr or Op.Mfdcr;
        InstructionRow?[] lines = new InstructionRow?[1024];
        if (op is Op.Mfdcr or Op.Mtdcr)
        {
            Add(lines, op, read ? MoveFromDcr : MoveToDcr, DeviceControl);
            return lines;
        }

        Add(lines, op, read ? MoveFromSpr : MoveToSpr, ReadWrite);
        Add(lines, op, read ? MoveFromSpr : MoveToSpr, read ? ReadOnly : WriteOnly);

        // Numbered registers: SPRG4 to SPRG7 can also be read in problem state, as SPRs 260 to 263.
        for (int number = read ? 260 : 272; number < 280; number++)
            if (number is < 264 or >= 272)
                lines[number] = Numbered(op, read, "sprg", "SPR&7");
        for (int number = 528; number < 544; number++)
            lines[number] = Numbered(op, read, $"{(number < 536 ? 'i' : 'd')}bat{((number & 1) == 0 ? 'u' : 'l')}", "BAT");
        return lines;
    }

    private static void Add(InstructionRow?[] lines, Op op, string pattern, (int Number, string Name)[] registers)
    {
        bool read = op is Op.Mfspr or Op.Mfdcr;
        foreach ((int number, string name) in registers)
            lines[number] = new(op, pattern, $"{(read ? "mf" : "mt")}{name}", read ? "rT" : "rS");
    }

    private static InstructionRow Numbered(Op op, bool read, string name, string index) =>
        read ? new(op, MoveFromSpr, $"mf{name}", $"rT,{index}") : new(op, MoveToSpr, $"mt{name}", $"{index},rS");
}
