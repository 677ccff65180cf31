using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Logical instructions, each defined bit by bit by its truth table.</summary>
internal sealed class LogicalTests : InstructionBench
{
    /// <summary>Results for the operand bits 00, 01, 10 and 11.</summary>
    private static readonly Dictionary<Op, string> TruthTables = new()
    {
        [Op.And] = "0001",
        [Op.Andc] = "0010",
        [Op.Nand] = "1110",
        [Op.Nor] = "1000",
        [Op.Or] = "0111",
        [Op.Orc] = "1011",
        [Op.Xor] = "0110",
        [Op.Eqv] = "1001",
    };

    private static readonly Dictionary<Op, (string TruthTable, bool Shifted, bool Records)> Immediates = new()
    {
        [Op.AndiRecord] = ("0001", false, true),
        [Op.AndisRecord] = ("0001", true, true),
        [Op.Ori] = ("0111", false, false),
        [Op.Oris] = ("0111", true, false),
        [Op.Xori] = ("0110", false, false),
        [Op.Xoris] = ("0110", true, false),
    };

    [TestedOps]
    public static IEnumerable<Op> RegisterOps => TruthTables.Keys;

    [TestedOps]
    public static IEnumerable<Op> ImmediateOps => Immediates.Keys;

    [TestCaseSource(nameof(RegisterOps))]
    public void A_logical_instruction_combines_bit_by_bit(Op op) =>
        Sweep(op, (r, i) => Finish(r, i, Combine(TruthTables[op], r.Gpr[i.Rs], r.Gpr[i.Rb]), i.Rc));

    [TestCaseSource(nameof(ImmediateOps))]
    public void A_logical_immediate_is_not_sign_extended(Op op)
    {
        (string table, bool shifted, bool records) = Immediates[op];
        Sweep(op, (r, i) => Finish(r, i, Combine(table, r.Gpr[i.Rs], shifted ? i.Ui * 65536 : i.Ui), records));
    }

    [Test]
    [TestedOps(Op.Extsb)]
    public void Extsb_copies_the_sign_of_the_low_byte() =>
        Sweep(Op.Extsb, (r, i) => Finish(r, i, (r.Gpr[i.Rs] % 256) + (r.Gpr[i.Rs] % 256 >= 128 ? 0xffffff00 : 0), i.Rc));

    [Test]
    [TestedOps(Op.Extsh)]
    public void Extsh_copies_the_sign_of_the_low_halfword() =>
        Sweep(Op.Extsh, (r, i) => Finish(r, i, (r.Gpr[i.Rs] % 65536) + (r.Gpr[i.Rs] % 65536 >= 32768 ? 0xffff0000 : 0), i.Rc));

    [Test]
    [TestedOps(Op.Cntlzw)]
    public void Cntlzw_counts_the_zeros_before_the_first_one() => Sweep(Op.Cntlzw, CountLeadingZeros);

    [Test]
    public void Cntlzw_finds_a_one_in_each_place()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            Before.Gpr[6] = (0x80000000 >> bit) | (Values.Random(Random) & (0x7fffffffu >> bit));
            Check(Assembler.Word("cntlzw. r4,r6"), CountLeadingZeros);
        }
    }

    [Test]
    [TestedOps(Op.Dlmzb)]
    public void Dlmzb_finds_the_first_zero_byte_of_eight() => Sweep(Op.Dlmzb, FindZeroByte);

    [Test]
    public void Dlmzb_with_every_combination_of_zero_bytes()
    {
        for (int zeros = 0; zeros < 256; zeros++)
        {
            for (int register = 5; register < 7; register++)
            {
                Before.Gpr[register] = 0;
                for (int n = 0; n < 4; n++)
                {
                    bool zero = (zeros >> (n + (4 * (register - 5))) & 1) != 0;
                    Before.Gpr[register] += (zero ? 0u : (uint)Random.Next(1, 256)) << (8 * n);
                }
            }

            Before.Xer = Values.Random(Random) & 0xe000007f;
            Check(Assembler.Word("dlmzb r4,r6,r5"), FindZeroByte);
            Check(Assembler.Word("dlmzb. r4,r6,r5"), FindZeroByte);
        }
    }

    [TestCase(0x61626300u, 0x00000000u, 4u, 0x4u)]
    [TestCase(0x00626364u, 0x65666768u, 1u, 0x4u)]
    [TestCase(0x61626364u, 0x00666768u, 5u, 0x8u)]
    [TestCase(0x61626364u, 0x65666700u, 8u, 0x8u)]
    [TestCase(0x61626364u, 0x65666768u, 8u, 0x2u)]
    public void Dlmzb_says_in_CR0_where_the_string_ends(uint high, uint low, uint count, uint cr0)
    {
        (Machine[3], Machine[4], Machine.Xer) = (high, low, 0x20000055);
        Machine.Execute("dlmzb. r5,r3,r4");
        Assert.That((Machine[5], Machine.Xer, Machine.Cr >> 28), Is.EqualTo((count, 0x20000000u + count, cr0)));
    }

    private static uint Combine(string truthTable, uint left, uint right)
    {
        uint result = 0;
        for (int bit = 0; bit < 32; bit++)
        {
            uint row = (2 * ((left >> bit) % 2)) + ((right >> bit) % 2);
            result += truthTable[(int)row] == '1' ? 1u << bit : 0;
        }

        return result;
    }

    private static void CountLeadingZeros(Registers r, Instruction i) =>
        Finish(r, i, (uint)Convert.ToString(r.Gpr[i.Rs], 2).PadLeft(32, '0').PadRight(33, '1')
            .IndexOf('1', StringComparison.Ordinal), i.Rc);

    private static void FindZeroByte(Registers r, Instruction i)
    {
        byte[] bytes = Convert.FromHexString($"{r.Gpr[i.Rs]:x8}{r.Gpr[i.Rb]:x8}");
        int place = Array.IndexOf(bytes, (byte)0);
        uint count = place < 0 ? 8 : (uint)place + 1;
        r.Gpr[i.Ra] = count;
        r.ByteCount = count;
        if (i.Rc)
            r.SetCrField(0, (place < 0 ? 2u : place < 4 ? 4u : 8u) + (r.So ? 1u : 0));
    }

    private static void Finish(Registers r, Instruction i, uint result, bool record)
    {
        r.Gpr[i.Ra] = result;
        if (record)
            r.Record(result);
    }
}
