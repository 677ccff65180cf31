using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// An endless loop of random instructions with random operands. r28 and r29 (base and index of accesses) are set anew
/// in each round, r27 counts rounds, lmw loads r30 and r31 only; every other register holds whatever comes.
/// </summary>
internal static class RandomProgram
{
    private const uint Data = 0x000c_0000;
    private const int Base = 28;
    private const int Index = 29;
    private const int FirstReserved = 26;

    private static readonly HashSet<Op> Excluded =
    [
        Op.Lswx, Op.B, Op.Bcctr, Op.Bclr, Op.Sc, Op.Rfi, Op.Rfci, Op.Mtmsr, Op.Mfdcr, Op.Mtdcr,
        Op.Tlbia, Op.Tlbre, Op.Tlbsx, Op.Tlbsync, Op.Tlbwe,
    ];

    /// <summary>Special registers without side effects.</summary>
    private static readonly int[] Registers = [Spr.Xer, Spr.Xer, Spr.Lr, Spr.Ctr, Spr.Usprg0, Spr.Sprg7, Spr.Sprg0 + 5, Spr.Dear, Spr.Esr, Spr.Srr0];

    /// <summary>The instructions that may occur.</summary>
    public static InstructionRow[] Rows { get; } = [.. InstructionTable.Rows.ToArray().Where(row => !Excluded.Contains(row.Op))];

    /// <summary>Puts a machine at the start of a program that uses one instruction much and others a little.</summary>
    public static void Prepare(TestMachine machine, InstructionRow focus, int seed, bool translated)
    {
        Random random = new(seed);
        machine.AddHandlers();
        for (uint address = Data - 0x2000; address < Data + 0x2000; address += 4)
            machine.Write(address, Values.Any(random));
        for (int n = 0; n < 32; n++)
            machine[n] = Values.Any(random);
        machine.Cr = Values.Random(random);
        machine.Xer = Values.Random(random) & 0xe000007f;
        machine.Lr = Values.Any(random);
        machine.Ctr = Values.Any(random);
        machine.SetSpr(Spr.Dccr, random.Next(2) == 0 ? 0 : uint.MaxValue);
        machine.SetSpr(Spr.Zpr, 0x55555555);
        if (translated)
            machine.Msr = Msr.Ir | Msr.Dr;

        List<string> lines = ["loop:", $"set r{Base},{Data + (uint)random.Next(0x400)}", $"set r{Index},{random.Next(8) * random.Next(0x80)}"];
        int length = random.Next(6, 14);
        for (int n = 0; n < length; n++)
            lines.Add($".long {Operands(n % 2 == 0 ? focus : Rows[random.Next(Rows.Length)], random)}");
        bool counts = random.Next(2) == 0;
        lines.AddRange(["mfcr r26", "addi r27,r27,-1", "cmpwi 7,r27,0", counts ? "bc 16,0,loop" : "bc 4,30,loop", "b loop"]);
        machine.Put(TestMachine.CodeBase, string.Join('\n', lines));
    }

    private static uint Operands(InstructionRow row, Random random)
    {
        uint word = row.RandomWord(random);
        bool storage = row.Is(InstructionFlags.Load | InstructionFlags.Store | InstructionFlags.CacheOp);
        foreach (OperandField field in row.Fields)
        {
            uint value = field.Extract(word);
            word = field.Insert(word, field.Letter switch
            {
                't' or 'u' when row.Op == Op.Lmw => 30 + (value & 1),
                't' when row.Op == Op.Lswi => value % 16,
                't' or 'u' or 'd' => value % FirstReserved,
                'x' when !storage => value % FirstReserved,
                'x' or 'z' when storage => Base,
                'b' when storage => Index,
                'D' => (uint)(random.Next(2) == 0 ? random.Next(-0x100, 0x100) * 4 : random.Next(-0x400, 0x400)),
                'O' when row.Op == Op.Bc => value | 4,
                'B' => (uint)random.Next(2, 4),
                'A' => 0,
                'S' when row.Op is Op.Mfspr or Op.Mtspr => Swapped(Registers[random.Next(Registers.Length)]),
                'S' => Swapped(random.Next(2) == 0 ? Spr.TblRead : Spr.TbuRead),
                _ => value,
            });
        }

        return word;
    }

    private static uint Swapped(int register) => (uint)(((register & 31) << 5) | (register >> 5));
}
