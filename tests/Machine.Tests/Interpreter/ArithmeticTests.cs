using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// Sums and differences. Each definition says the exact value that the instruction computes, from signed operands for
/// the overflow and from unsigned ones for the carry; a difference carries when it does not borrow.
/// </summary>
internal sealed class ArithmeticTests : InstructionBench
{
    private delegate Outcome Formula(Operand a, Operand b, int ca);

    private static readonly Dictionary<Op, Formula> Sums = new()
    {
        [Op.Add] = (a, b, _) => new(a.Signed + b.Signed),
        [Op.Addc] = (a, b, _) => new(a.Signed + b.Signed, a.Unsigned + b.Unsigned >= TwoTo32),
        [Op.Adde] = (a, b, ca) => new(a.Signed + b.Signed + ca, a.Unsigned + b.Unsigned + ca >= TwoTo32),
        [Op.Addme] = (a, _, ca) => new(a.Signed + ca - 1, a.Unsigned + ca - 1 >= 0),
        [Op.Addze] = (a, _, ca) => new(a.Signed + ca, a.Unsigned + ca >= TwoTo32),
        [Op.Subf] = (a, b, _) => new(b.Signed - a.Signed),
        [Op.Subfc] = (a, b, _) => new(b.Signed - a.Signed, b.Unsigned >= a.Unsigned),
        [Op.Subfe] = (a, b, ca) => new(b.Signed - a.Signed - (1 - ca), b.Unsigned - a.Unsigned - (1 - ca) >= 0),
        [Op.Subfme] = (a, _, ca) => new(-1 - a.Signed - (1 - ca), 0xffffffffL - a.Unsigned - (1 - ca) >= 0),
        [Op.Subfze] = (a, _, ca) => new(0 - a.Signed - (1 - ca), 0 - a.Unsigned - (1 - ca) >= 0),
        [Op.Neg] = (a, _, _) => new(-a.Signed),
        [Op.Mullw] = (a, b, _) => new(a.Signed * b.Signed),
    };

    private static readonly Dictionary<Op, Definition> Immediates = new()
    {
        [Op.Addi] = (r, i) => r.Gpr[i.Rt] = (uint)(r.GprOrZero(i.Ra) + (long)i.Si),
        [Op.Addis] = (r, i) => r.Gpr[i.Rt] = (uint)(r.GprOrZero(i.Ra) + (i.Si * 65536L)),
        [Op.Addic] = AddCarrying,
        [Op.AddicRecord] = (r, i) =>
        {
            AddCarrying(r, i);
            r.Record(r.Gpr[i.Rt]);
        },
        [Op.Subfic] = (r, i) =>
        {
            uint a = r.Gpr[i.Ra];
            r.Gpr[i.Rt] = (uint)((long)i.Si - a);
            r.Ca = (uint)i.Si >= a;
        },
        [Op.Mulli] = (r, i) => r.Gpr[i.Rt] = (uint)((long)(int)r.Gpr[i.Ra] * i.Si),
    };

    private const long TwoTo32 = 1L << 32;

    [TestedOps]
    public static IEnumerable<Op> SumOps => Sums.Keys;

    [TestedOps]
    public static IEnumerable<Op> ImmediateOps => Immediates.Keys;

    [TestCaseSource(nameof(SumOps))]
    public void A_sum_sets_result_carry_overflow_and_CR0(Op op)
    {
        Formula formula = Sums[op];
        Sweep(op, (r, i) =>
        {
            Outcome outcome = formula(new(r.Gpr[i.Ra]), new(r.Gpr[i.Rb]), r.Ca ? 1 : 0);
            uint result = (uint)(outcome.Exact & 0xffffffff);
            r.Gpr[i.Rt] = result;
            if (outcome.Carry is { } carry)
                r.Ca = carry;
            if (i.Oe)
                r.Overflow(outcome.Exact is < int.MinValue or > int.MaxValue);
            if (i.Rc)
                r.Record(result);
        });
    }

    [TestCaseSource(nameof(ImmediateOps))]
    public void An_immediate_operand_is_sign_extended(Op op) => Sweep(op, Immediates[op]);

    private static void AddCarrying(Registers r, Instruction i)
    {
        // A negative immediate is a large unsigned one.
        long sum = r.Gpr[i.Ra] + (i.Si < 0 ? TwoTo32 + i.Si : i.Si);
        r.Gpr[i.Rt] = (uint)(sum % TwoTo32);
        r.Ca = sum >= TwoTo32;
    }

    private readonly record struct Operand(uint Value)
    {
        public long Signed => (int)Value;

        public long Unsigned => Value;
    }

    /// <summary>The exact signed value, and the carry of an instruction that sets it.</summary>
    private readonly record struct Outcome(long Exact, bool? Carry = null);
}
