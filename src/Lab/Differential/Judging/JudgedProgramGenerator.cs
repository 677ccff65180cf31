using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>
/// Generates programs whose outcome the architecture defines wholly, so that emulators that share no code can be
/// compared. Registers have parts: r13 points into the scratch memory, r14 is a small offset, r15 the base of accesses
/// with update, r16 the divisor; the others are data.
/// </summary>
/// <param name="random">Where all choices come from.</param>
internal sealed class JudgedProgramGenerator(Random random)
{
    private const int ScratchBase = 13;
    private const int Offset = 14;
    private const int UpdateBase = 15;
    private const int Divisor = 16;
    private const int Shortest = 8;
    private const int MaxLength = 100;

    /// <summary>What no program contains, with the reason.</summary>
    public static IReadOnlyDictionary<Op, string> Exclusions { get; } = FindExclusions();

    /// <summary>What programs are made of.</summary>
    public static IReadOnlyList<InstructionRow> Rows { get; } = [.. InstructionTable.Rows.ToArray().Where(row => !Exclusions.ContainsKey(row.Op))];

    private static readonly uint[] Telling =
        [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff];

    private readonly List<uint> _code = [];

    /// <summary>Generates a program.</summary>
    public JudgedProgram Generate()
    {
        uint[] registers = new uint[JudgeImage.RegisterCount];
        for (int n = 0; n < registers.Length; n++)
            registers[n] = random.Next(3) == 0 ? Telling[random.Next(Telling.Length)] : (uint)random.NextInt64(1L << 32);
        registers[ScratchBase] = JudgeImage.ScratchStart + (JudgeImage.ScratchWords * 2);
        registers[UpdateBase] = registers[ScratchBase];
        registers[Divisor] = 7;
        registers[Offset] = (uint)random.Next(-8, 8) * 4;

        // SO, OV and CA, and the byte count of lswx and stswx
        registers[JudgeImage.XerIndex] = ((uint)random.Next(8) << 29) | (uint)random.Next(1, 17);
        uint[] scratch = new uint[JudgeImage.ScratchWords];
        for (int n = 0; n < scratch.Length; n++)
            scratch[n] = (uint)random.NextInt64(1L << 32);

        _code.Clear();
        int length = random.Next(Shortest, MaxLength);
        while (_code.Count < length)
            Add(Rows[random.Next(Rows.Count)]);

        // What the last branches go over
        for (int n = 0; n < 8; n++)
            Add(InstructionTable.Row(Op.Addi));
        return new JudgedProgram(registers, scratch, [.. _code]);
    }

    private static Dictionary<Op, string> FindExclusions()
    {
        Dictionary<Op, string> exclusions = [];
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            string? reason = row.Op switch
            {
                Op.Tw or Op.Twi => "takes an exception",
                Op.Mfspr or Op.Mtspr or Op.Mftb => "time and most SPRs differ between emulators, and invalid forms "
                    + "(numbers that the 405 lacks) trap on QEMU; LR, CTR and XER are compared at the end",
                Op.B or Op.Bclr or Op.Bcctr => "goes where a random register says, or only forward like bc",
                Op.Lwarx or Op.StwcxRecord => "QEMU also compares the address of a reservation, the 405 does not",
                Op.Dlmzb => "illegal on QEMU",
                _ when row.Is(InstructionFlags.Privileged | InstructionFlags.ContextAltering) => "privileged",
                _ when row.Is(InstructionFlags.CacheOp) => "QEMU has no caches",
                _ when IsMisaccumulated(row.Mnemonic) => "QEMU 7.2 does not write rT, or overflows and saturates wrongly",
                _ => null,
            };
            if (reason is not null)
                exclusions[row.Op] = reason;
        }

        return exclusions;
    }

    /// <summary>Of the multiply-accumulate instructions QEMU has right only those that are unsigned and saturate.</summary>
    private static bool IsMisaccumulated(string mnemonic) =>
        (mnemonic.StartsWith("mac", StringComparison.Ordinal) || mnemonic.StartsWith("nmac", StringComparison.Ordinal))
            && !mnemonic.EndsWith("su", StringComparison.Ordinal);

    private void Add(InstructionRow row)
    {
        bool storage = row.Is(InstructionFlags.Load | InstructionFlags.Store);
        if (row.Is(InstructionFlags.Update))
            AddImmediate(UpdateBase, ScratchBase, 4 * random.Next(-8, 8));
        if (row.Op is Op.Divw or Op.Divwu)
        {
            // Positive and odd: a quotient that the architecture leaves undefined is no evidence.
            _code.Add(Encode(InstructionTable.Row(Op.Rlwinm), ('s', random.Next(12)), ('d', Divisor), ('H', 0), ('M', 1), ('E', 31)));
            _code.Add(Encode(InstructionTable.Row(Op.Ori), ('s', Divisor), ('d', Divisor), ('U', 1)));
        }

        uint word = row.RandomWord(random);
        foreach (OperandField field in row.Fields)
        {
            if (Choose(row, field, storage) is { } value)
                word = field.Insert(word, (uint)value & (uint)((1ul << field.Width) - 1));
        }

        _code.Add(word);
    }

    private int? Choose(InstructionRow row, OperandField field, bool storage) => field.Letter switch
    {
        't' or 'u' or 's' when row.Op is Op.Lmw or Op.Stmw => random.Next(20, 32),
        't' or 'u' when row.Is(InstructionFlags.Multiple) => random.Next(9),
        't' or 'u' or 'd' => Data(),
        'x' when row.Is(InstructionFlags.Update) => UpdateBase,
        'x' => Data(),
        'z' when storage => ScratchBase,
        'b' when storage => Offset,
        'b' when row.Op is Op.Divw or Op.Divwu => Divisor,
        'D' when row.Op is Op.Lmw or Op.Stmw => 4 * random.Next(-16, 4),
        'D' when row.Is(InstructionFlags.Update) => 4 * random.Next(-8, 8),
        'D' => random.Next(-96, 96),
        'N' => random.Next(1, 17),
        'O' => (int[])[4, 12, 12, 4, 20, 16, 18, 0, 2, 8, 10] is var all ? all[random.Next(all.Length)] : null,
        'B' => random.Next(1, 8),
        'A' => 0,
        _ => null,
    };

    /// <summary>A register that may be written.</summary>
    private int Data() => random.Next(28) is var number && number < ScratchBase ? number : number + 4;

    private void AddImmediate(int target, int source, int value) =>
        _code.Add(Encode(InstructionTable.Row(Op.Addi), ('t', target), ('z', source), ('I', value)));

    private static uint Encode(InstructionRow row, params ReadOnlySpan<(char Letter, int Value)> fields)
    {
        uint word = row.BaseWord;
        foreach ((char letter, int value) in fields)
        {
            if (!row.TryGetField(letter, out OperandField field))
                throw new InvalidOperationException($"{row.Mnemonic} has no field {letter}.");
            word = field.Insert(word, (uint)value & (uint)((1ul << field.Width) - 1));
        }

        return word;
    }
}
