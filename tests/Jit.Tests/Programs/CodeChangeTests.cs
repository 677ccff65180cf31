using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>Code that changes, or goes elsewhere, while it runs.</summary>
public sealed class CodeChangeTests
{
    private const uint First = 0x0004_0000;
    private const uint Second = 0x0005_0000;

    private static readonly ulong[] Counts = [97, 500, 501, 502, 503, 504, 505, 506, 2000, 2001, 5000];

    /// <summary>
    /// The immediate of one instruction of the loop is changed in each round: at <c>ahead</c>, behind the store, or at
    /// <c>behind</c>, before it.
    /// </summary>
    [Test]
    public void A_store_into_the_running_page_changes_what_runs_next(
        [Values("ahead", "behind", "other")] string target, [Values("", "icbi r0,r4", "icbi r0,r4\nisync")] string announce, [Values] bool translated)
    {
        Twins.Agree(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, $"""
                    set r4,@{target}
                    set r5,0x38630001
                    loop:
                    behind:
                    addi r3,r3,0
                    addi r6,r6,1
                    rlwinm. r7,r6,0,29,31
                    bc 4,2,ahead
                    addi r5,r5,1
                    stw r5,0(r4)
                    {announce}
                    ahead:
                    addi r3,r3,0
                    b loop
                    other:
                    addi r3,r3,0
                    """);
                if (translated)
                    machine.Msr = Msr.Ir | Msr.Dr;
            },
            Counts);
    }

    [Test]
    public void A_store_through_another_mapping_of_the_page_changes_what_runs_next([Values] bool announced)
    {
        Twins.Agree(
            machine =>
            {
                machine.AddHandlers();
                Dictionary<string, uint> labels = machine.Put(TestMachine.CodeBase, $"""
                    set r5,0x38630001
                    loop:
                    addi r6,r6,1
                    rlwinm. r7,r6,0,29,31
                    bc 4,2,target
                    addi r5,r5,1
                    stw r5,0(r4)
                    {(announced ? "icbi r0,r8" : "")}
                    target:
                    addi r3,r3,0
                    b loop
                    """);

                // The miss handler maps every megabyte to the same memory.
                machine[4] = labels["target"] + 0x0730_0000;
                machine[8] = labels["target"];
                machine.Msr = Msr.Ir | Msr.Dr;
            },
            Counts);
    }

    [Test]
    public void A_page_that_holds_code_and_data_runs_on()
    {
        Twins.Agree(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, """
                    set r4,@data
                    loop:
                    lwz r5,0(r4)
                    addi r5,r5,1
                    stw r5,0(r4)
                    stb r5,9(r4)
                    add r3,r3,r5
                    b loop
                    data:
                    """);
            },
            Counts);
    }

    /// <summary>
    /// Every kind of store to the page that it runs in, aligned or not, up to the page's end, and once over its own
    /// next instruction.
    /// </summary>
    [Test]
    public void Stores_beside_running_code_have_the_same_effects_on_both_engines([Values] bool beside, [Values] bool translated)
    {
        Twins.Agree(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, """
                    set r4,@data
                    addi r9,r0,64
                    set r12,0x38630005
                    loop:
                    addi r5,r5,77
                    stb r5,1(r4)
                    sth r5,3(r4)
                    stw r5,7(r4)
                    stbx r5,r4,r9
                    sthx r5,r4,r9
                    stwx r5,r4,r9
                    addi r8,r4,128
                    stbu r5,1(r8)
                    sthu r5,3(r8)
                    stwu r5,5(r8)
                    stwbrx r5,r4,r9
                    rlwinm r10,r5,0,20,31
                    rlwinm r11,r4,0,0,19
                    addi r11,r11,2048
                    stwx r5,r11,r10
                    rlwinm. r7,r5,0,26,31
                    bc 4,2,next
                    addi r12,r12,1
                    set r8,@next
                    stw r12,0(r8)
                    next:
                    addi r3,r3,5
                    b loop
                    data:
                    """);
                if (translated)
                    machine.Msr = Msr.Ir | Msr.Dr;
            },
            Counts,
            Twins.Eager with { StoreBesideCode = beside });
    }

    /// <summary>The loop maps its own page elsewhere by tlbwe; the same instructions with other immediates are there.</summary>
    [Test]
    public void A_tlbwe_that_remaps_the_running_page_acts_on_the_next_instruction([Values(0, 200, 400)] int regionBudget)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                for (uint n = 0; n < 2; n++)
                {
                    machine.Put(n == 0 ? First : Second, $"""
                        loop:
                        addi r3,r3,{1 + (100 * n)}
                        addi r6,r6,1
                        rlwinm. r7,r6,0,30,31
                        bc 4,2,skip
                        xor r8,r8,r9
                        tlbwe r8,r10,1
                        addi r3,r3,{7 + (1000 * n)}
                        skip:
                        add r11,r11,r3
                        b loop
                        """, 0x20000000);
                }

                machine.AddHandlers().Map(3, TlbBench.Hi(0x20000000), TlbBench.Lo(First));
                machine[8] = TlbBench.Lo(First);
                machine[9] = First ^ Second;
                machine[10] = 3;
                machine.Msr = Msr.Ir | Msr.Dr;
                machine.Pc = 0x20000000;
            },
            (ulong)(200 + regionBudget));
    }

    [Test]
    public void A_change_of_the_PID_runs_what_the_other_address_space_has_at_the_same_address([Values(1, 2, 5)] int threshold)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                for (uint n = 0; n < 2; n++)
                {
                    machine.Put(n == 0 ? First : Second, $"""
                        loop:
                        lwz r5,0x800(r12)
                        addi r5,r5,{1 + (100 * n)}
                        stw r5,0x800(r12)
                        addi r6,r6,1
                        rlwinm. r7,r6,0,30,31
                        bc 4,2,loop
                        xori r8,r8,3
                        mtspr 945,r8
                        addi r3,r3,{7 + (1000 * n)}
                        lwz r9,0x800(r12)
                        add r10,r10,r9
                        b loop
                        """, 0x20000000);
                    machine.Map((int)n, TlbBench.Hi(0x20000000), TlbBench.Lo(n == 0 ? First : Second), n + 1);
                    machine.Map((int)n + 2, TlbBench.Hi(0x30000000), TlbBench.Lo((n == 0 ? First : Second) + 0x1000), n + 1);
                }

                machine[12] = 0x30000000;
                machine[8] = 1;
                machine.SetSpr(Spr.Pid, 1);
                machine.Msr = Msr.Ir | Msr.Dr;
                machine.Pc = 0x20000000;
            },
            400,
            Twins.Eager with { Threshold = threshold });
    }
}
