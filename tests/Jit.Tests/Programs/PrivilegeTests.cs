using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>Changes of the machine state in hot code.</summary>
public sealed class PrivilegeTests
{
    private const ulong Most = 300;

    [TestCase("mfmsr r5")]
    [TestCase("mtmsr r5")]
    [TestCase("wrteei 1")]
    [TestCase("wrtee r5")]
    [TestCase("mtspr 945,r5")]
    [TestCase("mfspr r5,945")]
    [TestCase("tlbwe r5,r6,0")]
    [TestCase("mtspr 276,r5")]
    [TestCase("mfspr r5,26")]
    [TestCase("rfi")]
    [TestCase("dcbi r0,r4")]
    public void A_privileged_instruction_in_problem_state_traps_and_does_not_act(string line) => Check(Msr.Pr, line);

    [TestCase("sc")]
    [TestCase("mfspr r5,256\naddi r5,r5,3\nmtspr 256,r5")]
    [TestCase("mfspr r5,260")]
    [TestCase("mftb r5,268\nmftb r7,269")]
    [TestCase("tw 31,r0,r0")]
    [TestCase(".long 0")]
    public void Problem_state_may_use(string line) => Check(Msr.Pr, line);

    [TestCase("sc")]
    [TestCase("mfmsr r5\nxori r5,r5,0x10\nmtmsr r5\nisync")]
    [TestCase("mfmsr r5\nori r5,r5,0x8000\nmtmsr r5\nwrteei 0\nwrtee r5")]
    [TestCase("set r5,@next\nmtspr 26,r5\nmfmsr r5\nmtspr 27,r5\nrfi\n.long 0\nnext:")]
    [TestCase("set r5,@next\nmtspr 990,r5\nmfmsr r5\nmtspr 991,r5\nrfci\n.long 0\nnext:")]
    [TestCase("addi r5,r5,1\nmtspr 276,r5\nmfspr r7,276\nmtspr 1,r3\nmfspr r8,1\nmcrxr 3\nmfcr r9")]
    [TestCase("set r6,0x80000\nlwz r5,0(r6)\ntlbia\nstw r3,0(r6)")]
    public void Supervisor_state_may_use(string lines) => Check(0, lines);

    [Test]
    public void A_timer_that_was_waiting_is_taken_when_a_hot_instruction_sets_EE(
        [Values("wrteei 1", "wrtee r10", "mtmsr r10")] string enable, [Values(5, 11, 30, 47)] int period)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                Load(machine, 0, $"{enable}\naddi r7,r7,1\nwrteei 0\naddi r7,r7,1");
                machine[10] = machine.Msr | Msr.Ee;
                machine.SetSpr(Spr.Tcr, 0x04400000);
                machine.SetSpr(Spr.Pit, (uint)period);
            },
            Most);
    }

    private static void Check(uint msr, string lines)
    {
        Twins.AgreeAtEveryCount(machine => Load(machine, msr, lines), Most);
        Twins.AgreeAtEveryCount(machine => Load(machine, msr, lines), Most, Twins.Eager with { ContextCalls = false, JumpCache = false });
    }

    private static void Load(TestMachine machine, uint msr, string lines)
    {
        machine.AddHandlers();
        machine.Put(TestMachine.CodeBase, $"loop:\naddi r3,r3,1\n{lines}\nadd r4,r4,r3\nb loop");
        machine.SetSpr(Spr.Zpr, 0x55555555);
        machine.Msr = msr | Msr.Ir | Msr.Dr;
    }
}
