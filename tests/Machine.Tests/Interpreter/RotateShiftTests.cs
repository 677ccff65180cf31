using System.Numerics;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// Rotates with all masks, and shifts by all amounts. Rotation moves the digits of a binary numeral; a shift multiplies
/// or divides.
/// </summary>
internal sealed class RotateShiftTests : InstructionBench
{
    private static readonly Dictionary<Op, Definition> Rotates = new()
    {
        [Op.Rlwimi] = (r, i) => Insert(r, i, i.Sh, r.Gpr[i.Ra]),
        [Op.Rlwinm] = (r, i) => Insert(r, i, i.Sh, 0),
        [Op.Rlwnm] = (r, i) => Insert(r, i, (int)(r.Gpr[i.Rb] % 32), 0),
    };

    private static readonly Dictionary<Op, Definition> Shifts = new()
    {
        [Op.Slw] = (r, i) => Finish(r, i, (r.Gpr[i.Rs] * BigInteger.Pow(2, Amount(r, i))) % (1L << 32)),
        [Op.Srw] = (r, i) => Finish(r, i, r.Gpr[i.Rs] / BigInteger.Pow(2, Amount(r, i))),
        [Op.Sraw] = (r, i) => ShiftAlgebraic(r, i, Amount(r, i)),
        [Op.Srawi] = (r, i) => ShiftAlgebraic(r, i, i.Sh),
    };

    [TestedOps]
    public static IEnumerable<Op> RotateOps => Rotates.Keys;

    [TestedOps]
    public static IEnumerable<Op> ShiftOps => Shifts.Keys;

    [TestCaseSource(nameof(RotateOps))]
    public void A_rotate_with_every_amount_and_every_mask(Op op)
    {
        Definition definition = Rotates[op];
        (char source, char target) = ('s', op == Op.Rlwimi ? 'x' : 'd');
        (Before.Gpr[4], Before.Gpr[6]) = (0x0f1e2d3c, 0x8421fedb);
        for (int amount = 0; amount < 32; amount++)
        {
            // In rlwnm only the low five bits of rB count.
            Before.Gpr[5] = (Values.Random(Random) & ~31u) + (uint)amount;
            for (int mask = 0; mask < 1024; mask++)
            {
                Before.Xer ^= 0x80000000;
                Check(
                    Assembler.Word(op, (source, 6), (target, 4),
                        (op == Op.Rlwnm ? 'b' : 'H', op == Op.Rlwnm ? 5 : amount), ('M', mask >> 5), ('E', mask & 31), ('c', mask & 1)),
                    definition);
            }
        }
    }

    [TestCaseSource(nameof(RotateOps))]
    public void A_rotate_of_boundary_and_random_operands(Op op) => Sweep(op, Rotates[op]);

    [TestCaseSource(nameof(ShiftOps))]
    public void A_shift_by_every_amount(Op op)
    {
        Definition definition = Shifts[op];
        InstructionRow row = InstructionTable.Row(op);
        foreach (uint source in Values.Words)
        {
            Before.Gpr[6] = source;
            for (int amount = 0; amount < 64; amount++)
            {
                // Only the low six bits of rB count.
                Before.Gpr[5] = (Values.Random(Random) & ~63u) + (uint)amount;
                Before.Xer = Values.Random(Random) & 0xe000007f;
                uint word = Assembler.Word(op, ('s', 6), ('d', 4), row.TryGetField('H', out _) ? ('H', amount & 31) : ('b', 5));
                Check(word, definition);
                Check(word | 1, definition);
            }
        }
    }

    [TestCaseSource(nameof(ShiftOps))]
    public void A_shift_of_boundary_and_random_operands(Op op) => Sweep(op, Shifts[op]);

    [TestCase("srawi. r4,r3,4", 0xfffffff0u, 0xffffffffu, false)]
    [TestCase("srawi. r4,r3,4", 0xfffffff1u, 0xffffffffu, true)]
    [TestCase("srawi. r4,r3,4", 0x7fffffffu, 0x07ffffffu, false)]
    [TestCase("srawi. r4,r3,0", 0x80000001u, 0x80000001u, false)]
    [TestCase("sraw. r4,r3,r5", 0x80000000u, 0xffffffffu, true)]
    [TestCase("sraw. r4,r3,r5", 0x7fffffffu, 0u, false)]
    public void CA_says_that_a_negative_number_was_rounded_down(string line, uint source, uint result, bool carry)
    {
        (Machine[3], Machine[5], Machine.Xer) = (source, 32, carry ? 0 : 0x20000000u);
        Machine.Execute(line);
        Assert.That((Machine[4], Machine.Xer), Is.EqualTo((result, carry ? 0x20000000u : 0)));
    }

    private static int Amount(Registers r, Instruction i) => (int)(r.Gpr[i.Rb] % 64);

    private static void ShiftAlgebraic(Registers r, Instruction i, int amount)
    {
        // Division that rounds down; CA says that it was inexact for a negative number.
        BigInteger source = (int)r.Gpr[i.Rs];
        BigInteger divisor = BigInteger.Pow(2, amount);
        BigInteger quotient = BigInteger.DivRem(source, divisor, out BigInteger remainder);
        if (remainder < 0)
            quotient--;
        r.Ca = remainder < 0;
        Finish(r, i, quotient & uint.MaxValue);
    }

    private static void Insert(Registers r, Instruction i, int amount, uint under)
    {
        // Digit n of the numeral is bit n of the word; the mask starts at MB and goes on, past bit 31 to bit 0, until ME.
        string digits = Convert.ToString(r.Gpr[i.Rs], 2).PadLeft(32, '0');
        string rotated = digits[amount..] + digits[..amount];
        char[] result = Convert.ToString(under, 2).PadLeft(32, '0').ToCharArray();
        for (int bit = i.Mb; ; bit = (bit + 1) % 32)
        {
            result[bit] = rotated[bit];
            if (bit == i.Me)
                break;
        }

        Finish(r, i, Convert.ToUInt32(new string(result), 2));
    }

    private static void Finish(Registers r, Instruction i, BigInteger result)
    {
        r.Gpr[i.Ra] = (uint)result;
        if (i.Rc)
            r.Record((uint)result);
    }
}
