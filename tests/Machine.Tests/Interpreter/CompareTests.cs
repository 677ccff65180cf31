using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Comparisons, into every CR field.</summary>
internal sealed class CompareTests : InstructionBench
{
    private static readonly Dictionary<Op, Func<Registers, Instruction, (long Left, long Right)>> Operands = new()
    {
        [Op.Cmp] = (r, i) => ((int)r.Gpr[i.Ra], (int)r.Gpr[i.Rb]),
        [Op.Cmpi] = (r, i) => ((int)r.Gpr[i.Ra], i.Si),
        [Op.Cmpl] = (r, i) => (r.Gpr[i.Ra], r.Gpr[i.Rb]),
        [Op.Cmpli] = (r, i) => (r.Gpr[i.Ra], i.Ui),
    };

    [TestedOps]
    public static IEnumerable<Op> Ops => Operands.Keys;

    [TestCaseSource(nameof(Ops))]
    public void A_comparison_sets_its_field_and_copies_SO(Op op) => Sweep(op, Definition(op));

    [TestCaseSource(nameof(Ops))]
    public void A_comparison_reaches_every_field_and_leaves_the_others(Op op)
    {
        InstructionRow row = InstructionTable.Row(op);
        foreach (uint left in Values.Words)
        {
            foreach (uint right in Values.Words)
            {
                for (int field = 0; field < 8; field++)
                {
                    (Before.Gpr[4], Before.Gpr[5], Before.Cr) = (left, right, Values.Random(Random));
                    Before.Xer ^= 0x80000000;
                    (char, long) second = row.TryGetField('I', out _) ? ('I', right) : row.TryGetField('U', out _)
                        ? ('U', right)
                        : ('b', 5);
                    Check(Assembler.Word(op, ('F', field), ('a', 4), second), Definition(op));
                }
            }
        }
    }

    private static Definition Definition(Op op) => (r, i) =>
    {
        (long left, long right) = Operands[op](r, i);
        r.SetCrField(i.Bits(6, 8), (left < right ? 8u : left > right ? 4u : 2u) + (r.So ? 1u : 0));
    };
}
