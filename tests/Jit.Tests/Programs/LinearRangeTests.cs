using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// Loads from memory that is mapped in one piece: up to its end and past it, while its translation changes, and where another entry hides a
/// part of it.
/// </summary>
public sealed class LinearRangeTests
{
    private const uint Window = 0xc0000000;
    private const uint Size64K = 3 << 7, Size16K = 2 << 7;

    private static readonly string[] Bodies =
    [
        "lwzx r5,r4,r9\nadd r3,r3,r5", "lbzx r5,r4,r9\nadd r3,r3,r5\nstbx r3,r4,r9", "lwbrx r5,r4,r9\nadd r3,r3,r5", "lhzux r5,r6,r9\nadd r3,r3,r5",
        "lwz r5,0(r7)\nlwz r8,8(r7)\nadd r3,r3,r5\nadd r3,r3,r8", "lwz r5,-40(r7)\nstw r3,0(r7)\nlha r8,6(r7)\nadd r3,r3,r8\nadd r3,r3,r5",
        "dcbf r4,r9\nlbz r5,0(r7)\nadd r3,r3,r5",
    ];

    [Test]
    public void Loads_with_translation_off_agree_up_to_the_end_of_RAM([ValueSource(nameof(Bodies))] string body, [Values(1, 4, 0x3fc)] int step) =>
        Twins.Agree(machine => Load(machine, body, machine.Board.Memory.RamEnd - 0x1800, step), Counts);

    [Test]
    public void Loads_through_a_large_page_agree_up_to_its_end_and_into_the_next_one(
        [ValueSource(nameof(Bodies))] string body, [Values(1, 4, 0x3fc)] int step, [Values] bool neighbours) =>
        Twins.Agree(
            machine =>
            {
                Load(machine, body, Window + 0xf000, step);
                Map(machine, 40, Window, 0x40000, Size64K);
                Map(machine, 41, Window + 0x10000, neighbours ? 0x50000u : 0x60000u, Size64K);
                machine.Msr = Msr.Dr;
            },
            Counts);

    [Test]
    public void An_entry_that_comes_first_hides_a_part_of_a_large_page([Values(Size16K, 1u << 7)] uint size, [Values] bool later) => Twins.Agree(
        machine =>
        {
            string change = later
                ? $"set r20,{Window + 0x4000 + size + 0x40}\nset r21,{0x60300}\naddi r22,r0,7\ntlbwe r21,r22,1\ntlbwe r20,r22,0"
                : "";
            Load(machine, "lwz r5,0(r7)\nadd r3,r3,r5", Window + 0x3fc0, 4, change);
            if (!later)
                machine.Map(7, Window + 0x4000 + size + 0x40, 0x60300);
            Map(machine, 40, Window, 0x40000, Size64K);
            machine.Msr = Msr.Dr;
        },
        Counts);

    /// <summary>The page goes elsewhere, or away, in the midst of a region that loads from it.</summary>
    [Test]
    public void A_region_that_writes_the_TLB_loads_from_where_the_page_is_then([Values(0x50000u, 0x60000u)] uint second) => Twins.Agree(
        machine =>
        {
            Load(machine, "lwz r5,0(r7)\nadd r3,r3,r5\nxor r21,r21,r23\ntlbwe r21,r22,1\nlwz r5,4(r7)\nadd r3,r3,r5", Window + 0x3000, 4);
            Map(machine, 40, Window, 0x40000, Size64K);
            (machine[21], machine[22], machine[23]) = (0x40300, 40, 0x40000 ^ second);
            machine.Msr = Msr.Dr;
        },
        Counts);

    [Test]
    public void Regions_find_their_loads_in_a_large_page_without_its_pages_in_the_table()
    {
        static long Misses(JitOptions options) => Twins.Run(
            machine =>
            {
                Load(machine, "lwz r5,0(r7)\nadd r3,r3,r5", Window + 0x1000, 0x3fc);
                Map(machine, 40, Window, 0x40000, Size64K);
                machine.Msr = Msr.Dr;
            },
            100_000,
            options).Exits("ReadMiss");
        Assert.That(Misses(Twins.Eager with { Threshold = 10 }), Is.LessThan(Misses(Twins.Eager with { Threshold = 10, LinearRanges = false })));
    }

    [Test]
    public void Who_begins_to_watch_data_sees_what_regions_would_have_loaded_from_a_range([Values] bool translated)
    {
        using TestMachine machine = new();
        uint start = translated ? Window + 0x3000 : 0x43000u;
        Load(machine, "lwz r5,0(r7)\nadd r3,r3,r5", start, 4);
        if (translated)
        {
            Map(machine, 40, Window, 0x40000, Size64K);
            machine.Msr = Msr.Dr;
        }

        using JitEngine engine = new(machine.Processor, Twins.Eager);
        engine.Run(5000);
        Watcher watcher = new(start + 8);
        machine.Processor.Observers.Add(watcher);
        engine.Run(10_000);

        // A pass is 24 turns of 6 instructions, and 10 or 11 others.
        Assert.That(watcher.Loads, Is.EqualTo(32).Within(2));
        machine.Processor.Observers.Remove(watcher);
        engine.Run(15_000);
        Assert.That(watcher.Loads, Is.EqualTo(32).Within(2));
    }

    private static IEnumerable<ulong> Counts => [100, 501, 1000, 2003, 5000, 9999, 20011];

    private static void Map(TestMachine machine, int entry, uint effective, uint physical, uint size) =>
        machine.Map(entry, effective | size | 0x40, physical | 0x300);

    private static void Load(TestMachine machine, string body, uint start, int step, string change = "")
    {
        machine.AddHandlers();
        machine.Map(63, TlbBench.Hi(TestMachine.CodeBase), TlbBench.Lo(TestMachine.CodeBase));
        for (uint n = 0x40000; n < 0x70000; n += 4)
            machine.Write(n, n * 0x01234567);
        machine.Put(TestMachine.CodeBase, $"""
            outer:
            addi r9,r0,0
            set r4,{start}
            set r6,{start}
            set r7,{start}
            addi r10,r0,24
            mtspr 9,r10
            loop:
            {body}
            addi r9,r9,{step}
            addi r7,r7,{step}
            and r6,r7,r7
            bc 16,0,loop
            addi r11,r11,1
            cmpwi 0,r11,20
            bc 4,2,outer
            {change}
            b outer
            """);
    }

    /// <summary>Watches a word, and counts how often it is loaded.</summary>
    private sealed class Watcher(uint watched) : IExecutionObserver
    {
        public int Loads { get; private set; }

        public bool WatchesAnyData => true;

        public bool WatchesData(uint effective, uint physical) => (effective & ~0xfffu) == (watched & ~0xfffu);

        public bool BeforeAccess(uint effective, uint physical, int size, bool store)
        {
            Loads += effective == watched && !store ? 1 : 0;
            return true;
        }

        public bool Watches(uint address, uint word) => false;

        public bool BeforeInstruction(uint address, uint word) => true;

        public void AfterInstruction(uint address, uint word)
        {
        }

        public void RealModeStore(uint physical, int size, uint value)
        {
        }

        public void WatchedEntryUsed(int index, uint effective, bool store)
        {
        }
    }
}
