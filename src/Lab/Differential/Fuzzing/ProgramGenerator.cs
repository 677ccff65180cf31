using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>
/// Generates programs from the instruction table. Registers have parts, so that random programs do something: r0 to r13
/// are data, r14 to r19 hold values that mean something to the system, r20 to r27 point to data, r28 and r29 are small,
/// r30 is an MSR, r31 is the handlers'.
/// </summary>
internal sealed class ProgramGenerator(Random random)
{
    private const int Shortest = 4;
    private const int MaxLength = 48;

    private static readonly Dictionary<FuzzGroup, InstructionRow[]> RowsOf = new()
    {
        [FuzzGroup.Integer] = Where(row => !row.Is(
            InstructionFlags.Load | InstructionFlags.Store | InstructionFlags.CacheOp | InstructionFlags.Privileged
            | InstructionFlags.EndsBlock | InstructionFlags.ContextAltering) && row.Op is not (Op.Mfspr or Op.Mftb)),
        [FuzzGroup.Branch] = Where(row => row.Op is Op.B or Op.Bc or Op.Bc or Op.Bc or Op.Bclr or Op.Bcctr
            || row.Mnemonic.StartsWith("cr", StringComparison.Ordinal)
                || row.Op is Op.Cmp or Op.Cmpi or Op.Cmpl or Op.Cmpli or Op.Mcrf or Op.Mtcrf or Op.Mfcr),
        [FuzzGroup.Memory] = Where(row => row.Is(InstructionFlags.Load | InstructionFlags.Store | InstructionFlags.CacheOp)),
        [FuzzGroup.System] = Where(row => row.Is(InstructionFlags.Privileged | InstructionFlags.ContextAltering)
            || row.Op is Op.Mfspr or Op.Mftb or Op.Tw or Op.Twi),
        [FuzzGroup.Anything] = InstructionTable.Rows.ToArray(),
    };

    private static readonly byte[] GoodBo = [4, 4, 12, 12, 12, 16, 16, 18, 0, 2, 8, 10, 20];

    private static readonly int[] CommonSprs =
    [
        Spr.Xer, Spr.Lr, Spr.Ctr, Spr.Srr0, Spr.Srr1, Spr.Usprg0, Spr.Sprg0, Spr.Sprg0 + 2, Spr.Sprg0 + 3,
        Spr.Sprg0 + 4, Spr.Sprg4Read, Spr.Sprg7Read,
        Spr.TblRead, Spr.TbuRead, Spr.Tbl, Spr.Tbu, Spr.Pvr, Spr.Zpr, Spr.Pid, Spr.Esr, Spr.Dear, Spr.Tsr, Spr.Tcr, Spr.Pit, Spr.Srr2, Spr.Srr3,
    ];

    private static readonly int[] RareSprs =
    [
        Spr.Ccr0, Spr.Sgr, Spr.Dcwr, Spr.Sler, Spr.Su0r, Spr.Dccr, Spr.Iccr, Spr.Dbcr1, Spr.Dbsr, Spr.Dbcr0, Spr.Iac1, Spr.Iac2, Spr.Iac3, Spr.Iac4,
        Spr.Dac1, Spr.Dac2, Spr.Dvc1, Spr.Dvc2, Spr.Icdbdr, Spr.Evpr,
    ];

    /// <summary>Rows that no generated program contains, with the reason. Random words may still be one of them.</summary>
    public static IReadOnlyDictionary<Op, string> Exclusions { get; } = new Dictionary<Op, string>();

    /// <summary>Generates a program. It ends with a branch to its beginning, so it runs for ever.</summary>
    public uint[] Generate(FuzzGroup group)
    {
        uint[] program = new uint[random.Next(Shortest, MaxLength)];
        for (int n = 0; n < program.Length - 1; n++)
            program[n] = Word(group, n, program.Length);

        // A counted inner loop in most programs, so that something gets hot however the rest branches.
        if (program.Length > 8 && random.Next(4) != 0)
        {
            int end = random.Next(4, program.Length - 1);
            program[end] = Field("bc", ('O', 16), ('B', random.Next(-end, 0)));
        }

        program[^1] = Field("b", ('B', -(program.Length - 1)));
        return program;
    }

    private static InstructionRow[] Where(Func<InstructionRow, bool> wanted) => [.. InstructionTable.Rows.ToArray().Where(wanted)];

    private static uint Field(string mnemonic, params ReadOnlySpan<(char Letter, int Value)> fields)
    {
        InstructionRow row = mnemonic == "b" ? InstructionTable.Row(Op.B) : InstructionTable.Row(Op.Bc);
        uint word = row.BaseWord;
        foreach ((char letter, int value) in fields)
        {
            row.TryGetField(letter, out OperandField field);
            word = field.Insert(word, (uint)value & ((1u << field.Width) - 1));
        }

        return word;
    }

    private uint Word(FuzzGroup group, int index, int length)
    {
        int dice = random.Next(100);
        FuzzGroup kind = group switch
        {
            FuzzGroup.Integer => dice < 85 ? FuzzGroup.Integer : dice < 95 ? FuzzGroup.Branch : FuzzGroup.Memory,
            FuzzGroup.Branch => dice < 50 ? FuzzGroup.Branch : dice < 95 ? FuzzGroup.Integer : FuzzGroup.Memory,
            FuzzGroup.Memory => dice < 55 ? FuzzGroup.Memory : dice < 90 ? FuzzGroup.Integer : dice < 98 ? FuzzGroup.Branch : FuzzGroup.System,
            FuzzGroup.System => dice < 35 ? FuzzGroup.System : dice < 65 ? FuzzGroup.Integer : dice < 85 ? FuzzGroup.Memory : FuzzGroup.Branch,
            FuzzGroup.SelfModifying => dice < 40 ? FuzzGroup.Memory : dice < 80 ? FuzzGroup.Integer : FuzzGroup.Branch,
            _ => FuzzGroup.Anything,
        };
        if (kind == FuzzGroup.Anything && random.Next(8) == 0)
            return (uint)random.NextInt64(1L << 32);
        InstructionRow[] rows = RowsOf[kind];
        InstructionRow row = rows[random.Next(rows.Length)];
        uint word = row.RandomWord(random);
        if (kind == FuzzGroup.Anything && random.Next(2) == 0)
            return word;
        foreach (OperandField field in row.Fields)
            word = Choose(row, field, word, index, length);
        return word;
    }

    /// <summary>Replaces the random operand of a field by a more telling one.</summary>
    private uint Choose(InstructionRow row, OperandField field, uint word, int index, int length)
    {
        bool storage = row.Is(InstructionFlags.Load | InstructionFlags.Store | InstructionFlags.CacheOp);
        int value;
        switch (field.Letter)
        {
            case 't' or 'u' or 'd':
                value = random.Next(50) == 0 ? random.Next(32) : row.Is(InstructionFlags.Multiple)
                    && random.Next(4) != 0 ? random.Next(28, 32) : random.Next(14);
                break;
            case 's' when row.Op is Op.Mtmsr or Op.Wrtee:
                value = random.Next(8) == 0 ? random.Next(32) : 30;
                break;
            case 's' when row.Op == Op.Tlbwe:
                value = random.Next(14, 16);
                break;
            case 'a' when row.Op is Op.Tlbwe or Op.Tlbre:
                value = 28 + random.Next(2);
                break;
            case 'z' or 'x' when storage:
                value = random.Next(24) == 0 ? random.Next(32) : random.Next(20, 28);
                break;
            case 'x' or 's' or 'a' or 'z':
                value = random.Next(6) == 0 ? random.Next(32) : random.Next(14);
                break;
            case 'b':
                value = storage && random.Next(12) != 0 ? random.Next(28, 30) : random.Next(6) == 0 ? random.Next(32) : random.Next(14);
                break;
            case 'D':
                value = row.Is(InstructionFlags.Update) ? random.Next(-32, 33) : random.Next(-256, 256);
                if (random.Next(5) != 0)
                    value &= ~3;
                break;
            case 'B':
                value = random.Next(12) == 0 ? random.Next(-index, 1) : random.Next(1, Math.Min(9, length - index));
                break;
            case 'A':
                value = 0;
                break;
            case 'O':
                value = random.Next(16) == 0 ? random.Next(32) : GoodBo[random.Next(GoodBo.Length)];
                break;
            case 'S':
                return ChooseSpr(row, field, word);
            case 'I' when random.Next(2) == 0:
                value = random.Next(-4, 5);
                break;
            case 'W':
                value = random.Next(16) == 0 ? random.Next(32) : random.Next(2); // Others than 0 and 1 are invalid forms, which execute.
                break;
            default:
                return word;
        }

        return field.Insert(word, (uint)value & (uint)((1ul << field.Width) - 1));
    }

    private uint ChooseSpr(InstructionRow row, OperandField field, uint word)
    {
        int number = random.Next(16) switch
        {
            0 => random.Next(1024),
            1 => RareSprs[random.Next(RareSprs.Length)],
            _ => CommonSprs[random.Next(CommonSprs.Length)],
        };
        word = field.Insert(word, (uint)(((number & 31) << 5) | (number >> 5)));
        if (row.Op != Op.Mtspr || random.Next(8) == 0)
            return word;
        int? source = number switch
        {
            Spr.Tcr => 17,
            Spr.Zpr => 18,
            Spr.Pid => 19,
            Spr.Pit => 28,
            Spr.Srr1 or Spr.Srr3 => 30,
            Spr.Dbcr0 => 16,
            Spr.Ctr or Spr.Tbl => 28,
            _ => null,
        };
        return source is { } register && row.TryGetField('s', out OperandField s) ? s.Insert(word, (uint)register) : word;
    }
}
