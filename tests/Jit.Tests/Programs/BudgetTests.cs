using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>A run may be told to end, and an interrupt may come, at any instruction of a region.</summary>
public sealed class BudgetTests
{
    private const ulong Most = 260;

    /// <summary>Two loops, a call, an instruction for the interpreter (divwo), a store and a trap that is taken.</summary>
    private const string Mixed = """
        set r4,0x80000
        set r9,7
        outer:
        addi r5,0,3
        inner:
        addic. r5,r5,-1
        stwu r5,4(r4)
        adde r6,r6,r5
        bc 4,2,inner
        divwo. r7,r6,r9
        bl leaf
        twi 4,r5,0
        lhz r8,-2(r4)
        cmpw 3,r8,r6
        bc 12,13,outer
        xor r6,r6,r8
        b outer
        leaf:
        addi r10,r10,1
        rlwinm. r11,r10,3,5,20
        bclr 20,0
        """;

    private const string Straight = """
        loop:
        addi r3,r3,1
        add r4,r4,r3
        xor r5,r4,r3
        b loop
        """;

    [TestCase(Mixed, 200)]
    [TestCase(Mixed, 3)]
    [TestCase(Straight, 200)]
    [TestCase(Straight, 1)]
    public void A_run_ends_at_exactly_the_count_asked_for(string program, int regionSize) =>
        Twins.AgreeAtEveryCount(machine => Load(machine, program), Most, Twins.Eager with { RegionSize = regionSize });

    [Test]
    public void A_run_ends_at_exactly_the_count_asked_for_with_every_switch_but_regions_off()
    {
        Assert.That(Twins.Eager.TryApply("all=off", out JitOptions options), Is.True);
        Twins.AgreeAtEveryCount(machine => Load(machine, Mixed), Most, options with { Regions = true });
    }

    [Test]
    public void A_timer_interrupt_is_taken_between_the_same_two_instructions([Range(1, 60)] int period)
    {
        ulong[] counts = [700, 701, 702, 1000, 1999, 4000];
        Twins.Agree(
            machine =>
            {
                Load(machine, Mixed);
                machine.SetSpr(Spr.Tcr, 0x04400000);
                machine.SetSpr(Spr.Pit, (uint)period);
                machine.Msr = Msr.Ee;
            },
            counts,
            Twins.Eager with { Threshold = 1 });
    }

    [Test]
    public void A_timer_interrupt_is_taken_between_the_same_two_instructions_under_translation([Range(20, 100, 5)] int period)
    {
        ulong[] counts = [700, 701, 702, 1000, 1999, 4000, 9000];
        Twins.Agree(
            machine =>
            {
                Load(machine, Mixed);
                machine.SetSpr(Spr.Tcr, 0x04c00000);
                machine.SetSpr(Spr.Pit, (uint)period);
                machine.Msr = Msr.Ee | Msr.Ir | Msr.Dr;
            },
            counts,
            Twins.Eager with { Threshold = 1 });
    }

    private static void Load(TestMachine machine, string program)
    {
        machine.AddHandlers();
        machine.Put(TestMachine.CodeBase, program);
    }
}
