using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>Functions that are called in the page where their callers are.</summary>
public sealed class NearCallTests
{
    private const ulong Many = 20_000;

    private const string Recursion = """
        loop:
        addi r3,r0,5
        bl function
        add r30,r30,r3
        b loop
        function:
        cmpwi 0,r3,2
        bclr 12,0
        mfspr r0,8
        stwu r1,-16(r1)
        stw r0,20(r1)
        stw r3,8(r1)
        addi r3,r3,-1
        bl function
        stw r3,12(r1)
        lwz r3,8(r1)
        addi r3,r3,-2
        bl function
        lwz r4,12(r1)
        add r3,r3,r4
        lwz r0,20(r1)
        mtspr 8,r0
        addi r1,r1,16
        bclr 20,0
        """;

    private const string ManyCallers = """
        b loop
        leaf:
        addi r3,r3,1
        xor r4,r4,r3
        bclr 20,0
        loop:
        bl leaf
        addi r5,r5,1
        bl leaf
        addi r5,r5,2
        bl leaf
        addi r5,r5,3
        bl leaf
        addi r5,r5,4
        bl leaf
        addi r5,r5,5
        bl leaf
        b loop
        """;

    private const string ReturnsElsewhere = """
        set r10,@other
        loop:
        bl function
        addi r3,r3,1
        back:
        addi r4,r4,1
        b loop
        function:
        rlwinm. r6,r4,0,30,31
        bc 4,2,straight
        mtspr 8,r10
        bclr 20,0
        straight:
        bclr 20,0
        other:
        addi r5,r5,1
        b back
        """;

    private const string Conditional = """
        loop:
        addi r3,r3,1
        rlwinm. r6,r3,0,29,31
        bcl 12,2,first
        addi r4,r4,1
        addi r9,r0,3
        mtspr 9,r9
        bl second
        bcl 4,2,first
        b loop
        first:
        cmpwi 0,r6,4
        addi r5,r5,1
        bclr 12,1
        addi r5,r5,16
        bclr 12,2
        addi r5,r5,256
        bclr 20,0
        second:
        addi r7,r7,1
        bclr 16,0
        addi r7,r7,2
        bc 16,0,second
        bclr 20,0
        """;

    private const string WhereAmI = """
        loop:
        bl next
        next:
        mfspr r3,8
        addi r3,r3,1
        bcl 20,31,after
        after:
        mfspr r4,8
        add r5,r5,r4
        bl function
        b loop
        function:
        mfspr r6,8
        bl inner
        inner:
        mtspr 8,r6
        b leaf
        leaf:
        addi r7,r7,1
        bclr 20,0
        """;

    private const string Links = """
        loop:
        bl function
        addi r4,r4,1
        b loop
        function:
        mfspr r10,8
        set r11,@leaf
        mtspr 8,r11
        bclrl 20,0
        addi r5,r5,1
        mtspr 9,r11
        bcctrl 20,0
        mtspr 8,r10
        leaf:
        addi r3,r3,1
        bclr 20,0
        """;

    private const string MissesAndSweeps = """
        loop:
        set r4,0x50000000
        addi r5,r1,0
        bl copy
        bl sum
        add r30,r30,r3
        b loop
        copy:
        addi r9,r0,12
        mtspr 9,r9
        again:
        lwz r8,0(r4)
        addi r8,r8,3
        stw r8,0(r4)
        stwu r8,4(r5)
        addi r4,r4,508
        bc 16,0,again
        bclr 20,0
        sum:
        lwz r8,0(r5)
        add r3,r3,r8
        rlwinm. r8,r5,0,26,31
        addi r5,r5,-4
        bc 4,2,sum
        bclr 20,0
        """;

    private const string CallsThatAreLoops = """
        addi r4,r1,0
        addi r9,r0,40
        mtspr 9,r9
        bl turn
        behind:
        lwz r8,0(r4)
        add r3,r3,r8
        stw r3,0(r4)
        addi r4,r4,4
        bclr 16,0
        loop:
        lwz r8,0(r4)
        addi r8,r8,1
        stw r8,0(r4)
        addi r4,r4,-4
        bl loop
        turn:
        addi r5,r5,1
        b behind
        """;

    [Test]
    public void Engines_agree_at_every_count(
        [Values(Recursion, ManyCallers, ReturnsElsewhere, Conditional, WhereAmI, Links, MissesAndSweeps, CallsThatAreLoops)] string code,
        [Values] bool nearCalls,
        [Values] bool moreEntries)
    {
        Twins.AgreeAtEveryCount(machine => Prepare(machine, code), 600, Twins.Eager with { NearCalls = nearCalls, MoreEntries = moreEntries });
    }

    [Test]
    public void A_region_that_ends_in_the_middle_of_a_function_agrees(
        [Values(Recursion, Conditional, WhereAmI)] string code, [Values(3, 7, 11, 16)] int size) =>
        Twins.AgreeAtEveryCount(machine => Prepare(machine, code), 400, Twins.Eager with { RegionSize = size });

    [Test]
    public void A_function_is_called_as_it_was_rewritten()
    {
        Twins.Agree(
            machine => Prepare(machine, """
                set r8,@function
                set r5,0x38630001
                loop:
                bl function
                addi r6,r6,1
                rlwinm. r7,r6,0,27,31
                bc 4,2,loop
                addi r5,r5,1
                stw r5,0(r8)
                dcbst r0,r8
                sync
                icbi r0,r8
                isync
                b loop
                function:
                addi r3,r3,1
                bclr 20,0
                """),
            [100, 250, 251, 252, 253, 254, 255, 256, 257, 258, 259, 260, 1000, 5000]);
    }

    [Test]
    public void Calls_and_returns_stay_in_the_region([Values(Recursion, Conditional, WhereAmI)] string code)
    {
        Assert.That(Dispatched(code, nearCalls: true), Is.LessThan(100));
        Assert.That(Dispatched(code, nearCalls: false), Is.GreaterThan(1000), "the same calls lead out of regions otherwise");
    }

    /// <summary>How often the dispatcher looked for the next region, which it must at each way out where there is no jump cache.</summary>
    private static long Dispatched(string code, bool nearCalls) =>
        Twins.Run(machine => Prepare(machine, code), Many, Twins.Eager with { NearCalls = nearCalls, JumpCache = false, SkipIdle = false })
            .Exits("Dispatch");

    private static void Prepare(TestMachine machine, string code)
    {
        machine.AddHandlers();
        machine.Put(TestMachine.CodeBase, $"set r1,{TestMachine.DataBase + 0x800}\n{code}");
        machine.Msr = Msr.Ir | Msr.Dr;
    }
}
