using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>tw and twi with all conditions; a trap is a program exception with ESR[PTR].</summary>
internal sealed class TrapTests : InstructionBench
{
    [TestCase(Op.Tw)]
    [TestCase(Op.Twi)]
    [TestedOps(Op.Tw, Op.Twi)]
    public void A_trap_is_taken_exactly_when_a_condition_of_TO_holds(Op op)
    {
        Machine.SetSpr(Spr.Evpr, 0x000c0000);
        Before.Msr = Msr.Ce | Msr.Me | Msr.Ee | Msr.Pr;
        foreach (uint a in Values.Words)
        {
            foreach (uint second in op == Op.Tw ? Values.Words : Values.Halfwords)
            {
                uint b = op == Op.Tw || second < 0x8000 ? second : 0xffff0000 + second;
                (Before.Gpr[4], Before.Gpr[5]) = (a, b);
                for (int to = 0; to < 32; to++)
                    CheckTrap(Assembler.Word(op, ('T', to), ('a', 4), op == Op.Tw ? ('b', 5) : ('I', second)), Holds(to, a, b));
            }
        }
    }

    private unsafe void CheckTrap(uint word, bool taken)
    {
        ulong count = Machine.Count;
        if (!taken)
        {
            Check(word, (_, _) => { });
            Assert.That(Machine.Count, Is.EqualTo(count + 1));
            return;
        }

        Machine.State->Esr = Esr.Dst;
        Check(word, (r, _) => (r.Pc, r.Msr) = (0x000c0700, Msr.Ce | Msr.Me));
        bool exact = (Machine.State->Srr0, Machine.State->Srr1, Machine.State->Esr) == (TestMachine.CodeBase, Before.Msr, Esr.Ptr);
        Assert.That(exact, Is.True, "SRR0 is the trap's address, SRR1 the MSR, and ESR has PTR alone");
        Assert.That(Machine.Count, Is.EqualTo(count), "an instruction that traps does not complete");
    }

    private static bool Holds(int to, uint a, uint b)
    {
        string conditions = Convert.ToString(to, 2).PadLeft(5, '0');
        bool[] outcomes = [(int)a < (int)b, (int)a > (int)b, a == b, a < b, a > b];
        return outcomes.Where((outcome, n) => outcome && conditions[n] == '1').Any();
    }
}
