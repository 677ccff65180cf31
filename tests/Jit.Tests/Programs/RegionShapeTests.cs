using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>What regions keep in locals, where they can be entered, and which stores they do themselves.</summary>
public sealed class RegionShapeTests
{
    private const ulong Many = 20_000;
    private static readonly ulong[] Counts = [97, 500, 501, 502, 503, 504, 505, 506, 2000, 2001, 5000];

    /// <summary>
    /// The comparison is needed as bits: after its registers were changed, in the next turn, combined, moved, and by an
    /// exception's handler.
    /// </summary>
    [Test]
    public void A_comparison_is_computed_late_from_the_values_it_compared(
        [Values("cmpw 1,r3,r4", "cmplw 1,r3,r4", "cmpwi 1,r3,-5", "cmplwi 1,r3,40000", "cmpw 1,r3,r3")] string compare,
        [Values("addi r3,r3,7", "lwz r3,0(r10)", "mfcr r3", "mcrf 1,2\nmcrf 3,1", "crxor 4,5,9",
            "mtspr 1,r8\nmfspr r9,1", "stw r4,2(r10)", "twi 4,r7,0")] string between,
        [Values] bool translated)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, $"""
                    set r10,{TestMachine.DataBase}
                    set r8,0xa0000000
                    loop:
                    addi r4,r4,3
                    subf. r6,r3,r4
                    {compare}
                    cmpwi 2,r4,60
                    addi r7,r7,1
                    {between}
                    bc 12,4,less
                    addi r4,r4,-1
                    xori r8,r8,4
                    less:
                    rlwinm. r7,r7,0,29,31
                    bc 4,2,loop
                    mfcr r11
                    add r12,r12,r11
                    bc 12,9,loop
                    addi r3,r3,11
                    b loop
                    """);
                if (translated)
                    machine.Msr = Msr.Ir | Msr.Dr;
            },
            400);
    }

    /// <summary>The loop caches the page of its base; the tlbwe in it maps the same effective page to one of two physical pages in turn.</summary>
    [Test]
    public void A_cached_page_is_given_up_when_its_mapping_changes([Values] bool cachePages)
    {
        Twins.Agree(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, """
                    set r4,0x50000000
                    set r5,0x500000c0
                    set r6,0x00060300
                    set r9,0x1000
                    addi r7,r0,40
                    loop:
                    lwz r8,0(r4)
                    addi r8,r8,1
                    stw r8,0(r4)
                    lwz r3,4(r4)
                    add r3,r3,r8
                    stw r3,4(r4)
                    xor r6,r6,r9
                    tlbwe r6,r7,1
                    tlbwe r5,r7,0
                    lwz r10,0(r4)
                    add r11,r11,r10
                    b loop
                    """);
                machine.Msr = Msr.Ir | Msr.Dr;
            },
            Counts,
            Twins.Eager with { CachePages = cachePages });
    }

    /// <summary>Words, halfwords and bytes up to, over and past the end of the cached page, through one base.</summary>
    [Test]
    public void Accesses_over_the_end_of_a_cached_page_are_those_of_both_pages([Values(1, 2, 3, 5)] int step)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, $"""
                    outer:
                    set r4,0x50000ff0
                    addi r9,r0,12
                    mtspr 9,r9
                    loop:
                    lwz r8,0(r4)
                    lhz r7,2(r4)
                    lbz r6,3(r4)
                    add r8,r8,r7
                    add r8,r8,r6
                    stw r8,0(r4)
                    sth r7,3(r4)
                    stb r6,4(r4)
                    lwz r5,-8(r4)
                    addi r4,r4,{step}
                    bc 16,0,loop
                    b outer
                    """);
                machine.Msr = Msr.Ir | Msr.Dr;
            },
            400);
    }

    /// <summary>
    /// Loads wherever loaded words lead: in pages that lie in RAM as they do for the guest, in others that do not, over
    /// their ends, and after the mapping has changed.
    /// </summary>
    [Test]
    public void Pointers_are_followed_into_pages_near_and_far(
        [Values("lwz r4,0(r4)", "lwz r4,0(r4)\nlhz r6,6(r4)\nlwz r7,8(r4)\nlwz r8,0(r4)\n"
            + "stw r7,12(r4)", "lwzx r9,r10,r9\nlbzx r6,r10,r9", "lwzu r6,4(r4)\nlwz r4,0(r6)")] string loop,
        [Values] bool predicts,
        [Values] bool remaps)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                Random random = new(7);
                machine.AddHandlers();
                for (uint n = 0; n < 0x4000; n += 4)
                    machine.Write(0x60000 + n, (random.Next(4) == 0 ? 0x70060000u : 0x50060000u) + (uint)random.Next(0x3ff0));
                machine.Put(TestMachine.CodeBase, $"""
                    set r4,0x50060100
                    set r21,0x00061300
                    set r20,0x500610c0
                    set r24,0x00001000
                    addi r22,r0,40
                    addi r10,r0,0
                    set r9,0x50060200
                    loop:
                    {loop}
                    add r3,r3,r4
                    add r3,r3,r6
                    addi r5,r5,1
                    {(remaps ? "rlwinm. r23,r5,0,27,31\nbc 4,2,loop\nxor r21,r21,r24\ntlbwe r21,r22,1\ntlbwe r20,r22,0" : "")}
                    b loop
                    """);
                machine.Msr = Msr.Ir | Msr.Dr;
            },
            700,
            Twins.Eager with { PredictPages = predicts });
    }

    [Test]
    public void Stores_to_a_variable_beside_the_code_stay_in_the_region()
    {
        JitStatistics statistics = Run("""
            set r4,@data
            loop:
            lwz r5,0(r4)
            addi r5,r5,1
            stw r5,0(r4)
            stb r5,5(r4)
            b loop
            data:
            """, Twins.Eager);
        Assert.That(statistics.Exits("WriteMiss"), Is.LessThan(20));
    }

    [Test]
    public void A_store_that_goes_to_a_variable_and_then_to_code_changes_the_code([Values] bool translated)
    {
        Twins.Agree(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, """
                    set r4,@data
                    set r5,0x38630001
                    set r8,@target
                    loop:
                    addi r6,r6,1
                    rlwinm. r7,r6,0,26,31
                    addi r9,r4,0
                    bc 4,2,store
                    addi r9,r8,0
                    addi r5,r5,1
                    store:
                    stw r5,0(r9)
                    target:
                    addi r3,r3,1
                    b loop
                    data:
                    """);
                if (translated)
                    machine.Msr = Msr.Ir | Msr.Dr;
            },
            [.. Counts, 6000, 6001, 6002, 20_000]);
    }

    [Test]
    public void A_function_that_calls_is_one_region()
    {
        const string Calls = """
            b start
            leaf:
            addi r3,r3,1
            bclr 20,0
            start:
            loop:
            bl leaf
            addi r4,r4,1
            bl leaf
            addi r4,r4,1
            bl leaf
            xor r5,r5,r4
            b loop
            """;
        JitStatistics whole = Run(Calls, Twins.Eager);
        JitStatistics parts = Run(Calls, Twins.Eager with { MoreEntries = false });
        Assert.That(whole.Regions, Is.LessThan(parts.Regions));
        Assert.That(whole.Exits("Dispatch"), Is.LessThan(100), "calls and returns go from region to region");
    }

    private static JitStatistics Run(string code, JitOptions options) => Twins.Run(
        machine =>
        {
            machine.AddHandlers();
            machine.Put(TestMachine.CodeBase, code);
        },
        Many,
        options);
}
