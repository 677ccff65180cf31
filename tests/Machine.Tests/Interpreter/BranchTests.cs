using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Branches: every BO, every CR bit, CTR around zero, LK and AA.</summary>
internal sealed class BranchTests : InstructionBench
{
    private static readonly uint[] Counts = [0, 1, 2, 0x80000000];

    [TestCase(Op.Bc)]
    [TestCase(Op.Bclr)]
    [TestCase(Op.Bcctr)]
    [TestedOps(Op.Bc, Op.Bclr, Op.Bcctr)]
    public void A_conditional_branch_with_every_BO_and_CR_bit(Op op)
    {
        foreach (uint count in Counts)
        {
            Before.Ctr = count;
            for (int options = 0; options < 32 * 32 * 8; options++)
            {
                int bi = options & 31;
                Before.Cr = Values.Random(Random);
                Before.SetCrBit(bi, (options & 0x1000) != 0);
                uint word = Assembler.Word(op, ('O', (options >> 5) & 31), ('C', bi), ('l', (options >> 10) & 1));
                if (op == Op.Bc)
                    word += (uint)(4 * Random.Next(16384)) | (((uint)options >> 10) & 2);
                Check(word, (r, i) => Conditional(op, r, i));
            }
        }
    }

    [Test]
    [TestedOps(Op.B)]
    public void B_reaches_32_MB_both_ways_from_here_or_from_zero()
    {
        int[] words = [0, 1, -1, 2, 0x7fffff, -0x800000, 0x123456, -0x123456, .. Enumerable.Range(0, 24).Select(n => 1 << n)];
        foreach (int displacement in words)
        {
            for (int form = 0; form < 4; form++)
            {
                Check(Assembler.Word(Op.B, ('B', displacement), ('A', form >> 1), ('l', form & 1)), (r, i) =>
                {
                    if (i.Bits(31, 31) == 1)
                        r.Lr = r.Pc;
                    long target = (i.Bits(30, 30) == 1 ? 0 : TestMachine.CodeBase) + (4L * ((displacement << 8) >> 8));
                    r.Pc = (uint)(target & 0xffffffff);
                });
            }
        }
    }

    [TestCase(0x7ffc)]
    [TestCase(-0x8000)]
    [TestCase(-4)]
    [TestCase(0)]
    public void Bc_reaches_32_KB_both_ways_from_here_or_from_zero(int displacement)
    {
        uint bits = (uint)displacement & 0xfffc;
        Check(0x42800000 | bits, (r, _) => r.Pc = (uint)(TestMachine.CodeBase + displacement));
        Check(0x42800002 | bits, (r, _) => r.Pc = (uint)displacement);
    }

    [Test]
    public void The_low_two_bits_of_LR_and_CTR_do_not_count()
    {
        for (uint low = 0; low < 4; low++)
        {
            (Before.Lr, Before.Ctr) = (0x00012340 + low, 0x00056780 + low);
            Check(Assembler.Word("bclr 20,0"), (r, _) => r.Pc = 0x00012340);
            Check(Assembler.Word("bcctr 20,0"), (r, _) => r.Pc = 0x00056780);
            Check(Assembler.Word("bclrl 20,0"), (r, _) => (r.Pc, r.Lr) = (0x00012340, TestMachine.CodeBase + 4));
        }
    }

    [Test]
    public void A_counted_loop_runs_as_often_as_CTR_says()
    {
        Machine.Ctr = 10;
        Machine.Load("addi r3,r3,1", "bc 16,0,-4", "b 0").Run(20);
        Assert.That((Machine[3], Machine.Ctr, Machine.Pc), Is.EqualTo((10u, 0u, TestMachine.CodeBase + 8)));
    }

    private static void Conditional(Op op, Registers r, Instruction i)
    {
        string bo = Convert.ToString(i.Bits(6, 10), 2).PadLeft(5, '0');
        uint following = r.Pc;
        uint oldLink = r.Lr;
        bool taken = true;
        if (bo[2] == '0')
        {
            r.Ctr = r.Ctr == 0 ? 0xffffffff : r.Ctr - 1;
            taken = r.Ctr == 0 == (bo[3] == '1');
        }

        if (bo[0] == '0' && r.CrBit(i.Bits(11, 15)) != (bo[1] == '1'))
            taken = false;
        if (i.Bits(31, 31) == 1)
            r.Lr = following;
        if (!taken)
            return;
        r.Pc = op switch
        {
            Op.Bc => (uint)(((4L * (i.Bits(16, 29) - (i.Bits(16, 16) * 16384))) + (i.Bits(30, 30) == 1
                ? 0
                : TestMachine.CodeBase)) & 0xffffffff),
            Op.Bclr => oldLink / 4 * 4,
            _ => r.Ctr / 4 * 4,
        };
    }
}
