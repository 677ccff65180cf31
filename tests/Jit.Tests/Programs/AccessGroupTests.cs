using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// Accesses whose addresses differ by constants, of which the first finds the page of all: over the ends of pages of all
/// kinds, where one in the middle faults, and stopped after every instruction.
/// </summary>
public sealed class AccessGroupTests
{
    private const uint Window = 0x50000000;
    private const ulong Most = 500;

    /// <summary>In the middle of its page, since some stores go to that page's beginning and end.</summary>
    private const uint Code = TestMachine.CodeBase + 0x800;

    private static readonly string[] Bodies =
    [
        // A frame, made and taken away.
        "stwu r4,-32(r4)\nstw r5,36(r4)\nstw r6,28(r4)\nstb r7,24(r4)\nlwz r8,36(r4)\nlwz r9,28(r4)\nadd r3,r8,r9\naddi r4,r4,32",

        // A structure: several sizes, signs and byte orders; loads before and between stores.
        "lwz r5,12(r4)\nlhz r6,2(r4)\nstw r5,8(r4)\nlha r7,10(r4)\nsth r6,14(r4)\nlbz r8,8(r4)\nadd r3,r7,r8\nlwz r9,0(r4)",

        // Copies of the base and sums with constants; the base changes in between and is loaded over.
        "addi r11,r4,16\nlwz r5,0(r4)\nlwz r6,-4(r11)\nor r12,r11,r11\nstw r6,4(r12)\nstw r5,-8(r11)\nlwz r11,0(r12)\nlwz r7,8(r12)",

        // Update forms, of which each may fault and must leave its base as it was.
        "lwzu r5,4(r4)\nlwzu r6,4(r4)\nstwu r5,4(r4)\nstwu r6,4(r4)\nlbzu r7,-9(r4)\nsthu r7,-3(r4)\naddi r4,r4,-4",
        "lwzux r5,r4,r10\nlwz r6,-4(r4)\nlwz r7,4(r4)\nstwux r6,r4,r10\nstw r7,-8(r4)\nsubf r4,r10,r4\nsubf r4,r10,r4",

        // Far from each other, and at the other side of the base.
        "lwz r5,-500(r4)\nlwz r6,8(r4)\nlwz r7,508(r4)\nstw r6,-252(r4)\nstw r7,250(r4)\nlhz r8,-251(r4)",

        // Loads that ask on behalf of stores.
        "lwz r5,0(r4)\naddi r5,r5,1\nstw r5,8(r4)\nlhz r6,2(r4)\nsth r6,20(r4)\nlwz r7,8(r4)\nadd r3,r3,r7",

        // Two ways on from the first accesses, which meet again; in one of them what may change translation.
        "lwz r5,0(r4)\nlwz r6,4(r4)\nandi. r7,r3,1\nbc 12,2,even\nstw r6,8(r4)\nlwz r8,12(r4)\nb met\n"
            + "even:\nstw r5,16(r4)\naddi r11,r4,24\nlwz r9,-4(r11)\nmet:\nlwz r12,20(r4)\nstb r12,3(r4)\nadd r3,r3,r5",
        "lwz r5,0(r4)\nlwz r6,4(r4)\nandi. r7,r3,2\nbc 12,2,same\nmfspr r11,945\nmtspr 945,r11\nsame:\nlwz r8,8(r4)\nstw r6,12(r4)",

        // Accesses that a group must not reach over.
        "stw r3,0(r4)\nlwarx r5,r0,r4\nstw r5,4(r4)\nstwcx. r3,r0,r4\nmfcr r6\nlwz r7,0(r4)\nlwz r8,4(r4)",
        "stw r3,0(r4)\ntw 4,r3,r3\nstw r5,8(r4)\ndcbz r0,r4\nlwz r6,0(r4)\nlwz r7,8(r4)",
    ];

    private static readonly string[] Kinds =
    [
        "plain", "pages in reverse", "one page all over", "second read-only", "first read-only", "second unmapped", "first unmapped",
        "second little-endian", "second of 1 KB", "code in the second", "in one piece",
    ];

    [Test]
    public void A_group_over_the_end_of_a_page_does_what_its_accesses_would_do_alone(
        [ValueSource(nameof(Kinds))] string kind, [ValueSource(nameof(Bodies))] string body)
    {
        foreach (int start in (ReadOnlySpan<int>)[0xfb8, 0xfd9, 0xfe8, 0xffb, 0x1000, 0x1013, 0x1e00])
            Twins.Agree(machine => Load(machine, kind, body, start, step: 4), [100, 101, 102, 103, 150, 217, 400, 1111, 3000]);
    }

    [Test]
    public void A_group_is_right_at_every_count(
        [ValueSource(nameof(Bodies))] string body, [Values("pages in reverse", "second read-only", "second unmapped", "in one piece")] string kind) =>
        Twins.AgreeAtEveryCount(machine => Load(machine, kind, body, 0xfd0, step: 8), Most);

    [TestCaseSource(nameof(Bodies))]
    public void Groups_in_all_kinds_of_pages_without_the_other_ways_to_find_a_page(string body)
    {
        foreach (string kind in Kinds)
        {
            Twins.Agree(machine => Load(machine, kind, body, 0xfd0, step: 4), [100, 101, 333, 1500],
                Twins.Eager with { CachePages = false, PredictPages = false, StoreBesideCode = false, VersionLoops = false });
        }
    }

    [Test]
    public void A_group_at_the_end_of_the_address_space_is_two_pages()
    {
        const string Body = "lwz r5,0(r4)\nlwz r6,4(r4)\nlwz r7,8(r4)\nlwz r8,12(r4)\nadd r3,r3,r8";
        Twins.Agree(machine =>
        {
            Load(machine, "plain", Body, 0, step: 0);
            machine.Map(50, TlbBench.Hi(0xfffff000), TlbBench.Lo(TestMachine.DataBase));
            machine.Map(51, TlbBench.Hi(0), TlbBench.Lo(TestMachine.DataBase + 0x1000));
            machine[4] = 0xfffffff4;
            machine.Pc += 8;
        }, [50, 51, 52, 53, 700]);
    }

    [Test]
    public void A_group_over_two_pages_that_are_neighbours_in_RAM_stays_in_its_region()
    {
        JitStatistics neighbours = Run("in one piece", 20_000);
        Assert.That(neighbours.Exits("Crossing"), Is.Zero);
    }

    [Test]
    public void Where_a_group_is_always_in_two_pages_its_region_is_compiled_without_it()
    {
        JitStatistics short_ = Run("pages in reverse", 20_000), long_ = Run("pages in reverse", 200_000);
        Assert.That(short_.Exits("Crossing"), Is.GreaterThan(10).And.LessThan(100));
        Assert.That(long_.Exits("Crossing"), Is.EqualTo(short_.Exits("Crossing")));
    }

    [Test]
    public void Where_the_page_of_a_load_is_never_one_to_write_its_region_is_compiled_without_stores_in_its_group()
    {
        // The store is executed once in a while, and faults then.
        const string Body = "lwz r5,0(r4)\nlwz r6,4(r4)\naddi r3,r3,1\nrlwinm. r7,r3,0,29,31\nbc 4,2,most\nstw r5,8(r4)\nmost:\nor r6,r6,r6";
        JitStatistics short_ = Run("first read-only", 20_000, Body), long_ = Run("first read-only", 200_000, Body);
        Assert.That(short_.Exits("MixedMiss"), Is.GreaterThan(10).And.LessThan(100));
        Assert.That(long_.Exits("MixedMiss"), Is.EqualTo(short_.Exits("MixedMiss")));
    }

    private static JitStatistics Run(string kind, ulong count, string body) =>
        Twins.Run(machine => Load(machine, kind, body, 0x800, step: 0), count, Twins.Eager);

    private static JitStatistics Run(string kind, ulong count) =>
        Twins.Run(machine => Load(machine, kind, "lwz r5,0(r4)\nlwz r6,16(r4)\nlwz r7,32(r4)", 0xff0, step: 0), count, Twins.Eager);

    private static void Load(TestMachine machine, string kind, string body, int start, int step)
    {
        machine.AddHandlers();
        Map(machine, kind, 0, TestMachine.DataBase, kind.StartsWith("first", StringComparison.Ordinal) ? kind : "plain");
        Map(machine, kind, 1, TestMachine.DataBase + 0x1000, kind.Contains("second", StringComparison.Ordinal) ? kind : "plain");
        Map(machine, kind, 2, TestMachine.DataBase + 0x2000, "plain");
        for (uint n = 0; n < 0x4000; n += 4)
            machine.Write(TestMachine.DataBase + n, n * 0x01234567);
        machine.Put(Code, $"""
            outer:
            set r4,{Window + (uint)start}
            addi r20,r0,12
            loop:
            addi r3,r3,1
            {body}
            addi r4,r4,{step}
            addic. r20,r20,-1
            bc 4,2,loop
            b outer
            """);
        machine.Pc = Code;
        machine[10] = 8;
        machine.Msr = Msr.Ir | Msr.Dr;
    }

    /// <summary>Maps 4 KB of the window; entries from 40 on, which the miss handler does not use.</summary>
    private static void Map(TestMachine machine, string kind, int n, uint physical, string page)
    {
        const uint Rights = Tlb.Execute | Tlb.Write;
        uint effective = Window + ((uint)n * 0x1000);
        physical = kind switch
        {
            "pages in reverse" => TestMachine.DataBase + ((2 - (uint)n) * 0x1000),
            "one page all over" => TestMachine.DataBase,
            "code in the second" when n == 1 => TestMachine.CodeBase,
            _ => physical,
        };
        if (kind == "in one piece")
            machine.Map(40, TlbBench.Hi(Window, size: 2), TlbBench.Lo(TestMachine.DataBase));
        else if (page == "second of 1 KB")
            machine.Map(40 + n, TlbBench.Hi(effective, size: 0), TlbBench.Lo(physical));
        else if (!page.EndsWith("unmapped", StringComparison.Ordinal))
            machine.Map(40 + n, TlbBench.Hi(effective, TlbBench.Size4K, page.EndsWith("little-endian", StringComparison.Ordinal) ? Tlb.Endian : 0),
                TlbBench.Lo(physical, page.EndsWith("read-only", StringComparison.Ordinal) ? Tlb.Execute : Rights));
    }
}
