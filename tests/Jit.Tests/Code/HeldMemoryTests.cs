using System.Globalization;
using System.Text;
using PpcJit.Jit.Code;
using PpcJit.Jit.Settings;
using PpcJit.Jit.SoftPages;
using PpcJit.Jit.State;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Code;

/// <summary>What the fast engine holds is bounded by what it costs the host, not by what the guest sees of it.</summary>
public sealed unsafe class HeldMemoryTests
{
    private const int Functions = 300;

    /// <summary>Each region of two instructions holds 9 KiB: 300 of them are more than 10,000 instructions' worth of 200 bytes.</summary>
    [Test]
    public void Tiny_regions_are_charged_what_they_hold()
    {
        JitOptions options = new() { Background = false, Threshold = 2, CodeLimit = 10_000, NearCalls = false, MoreEntries = false };
        JitStatistics statistics = Twins.Run(CallTinyFunctions, 20_000, options);
        Assert.That(statistics.Regions, Is.GreaterThan(Functions));
        Assert.That(statistics.RegionInstructions, Is.LessThan(options.CodeLimit));
        Assert.That(statistics.Generations, Is.Positive);
    }

    [Test]
    public void A_page_of_memory_that_is_mapped_everywhere_is_not_noted_for_ever()
    {
        using TestMachine machine = new();
        using SoftPageTables tables = new(machine.Processor, new JitOptions());
        tables.Select();
        for (uint page = 0; page < 1 << 20; page++)
            Fill(tables, page << 12, physical: 0x8000, AccessKind.Store);
        Assert.That(tables.WriteFills, Is.LessThanOrEqualTo((1 << 20) + 1));
        tables.ProtectPage(8);
        Assert.That(Fill(tables, 0xffff_f000, 0x8000, AccessKind.Store), Is.True, "the last way was known, and went with the others");
    }

    [Test]
    public void Tables_of_many_contexts_that_use_many_pages_begin_anew()
    {
        const int MaxCommitted = 1 << 15;
        const uint Spread = 4096 * 512;
        using TestMachine machine = new();
        using SoftPageTables tables = new(machine.Processor, new JitOptions());
        machine.Msr = Msr.Dr;
        int most = 0;
        for (byte pid = 1; pid <= 40; pid++)
        {
            machine.State->Pid = pid;
            tables.Select();
            for (uint part = 0; part < 2048; part++)
                Fill(tables, part * Spread, (pid * 2048u + part) % 256 << 12, part % 2 == 0 ? AccessKind.Load : AccessKind.Store);
            most = Math.Max(most, tables.Committed);
        }

        Assert.That(most, Is.InRange(MaxCommitted - 4096, MaxCommitted + 3));
        Assert.That(tables.ContextCount, Is.LessThan(40));
    }

    [Test]
    public void Both_tables_of_a_context_go_with_it()
    {
        DataContext[] contexts = [.. Enumerable.Range(0, 8).Select(_ => new DataContext())];
        ulong[] reads = [.. contexts.Select(context => (ulong)context.Read)];
        ulong[] writes = [.. contexts.Select(context => (ulong)context.Write)];
        Assert.That(reads.Concat(writes).Count(IsMapped), Is.EqualTo(16));
        foreach (DataContext context in contexts)
            context.Dispose();

        // Somebody else may have been given one of the places meanwhile.
        Assert.That(reads.Count(IsMapped), Is.LessThan(contexts.Length));
        Assert.That(writes.Count(IsMapped), Is.LessThan(contexts.Length));
        GC.KeepAlive(contexts);
    }

    [Test]
    public void Code_pages_at_hand_in_all_contexts_are_bounded()
    {
        const int Entries = CodeCache.MaxPages / 256;
        const uint Size1M = 5 << 7;
        using TestMachine machine = new();
        using SoftPageTables tables = new(machine.Processor, new JitOptions());
        using CodeCache cache = new(machine.Processor, tables, new JitOptions());
        for (int entry = 0; entry < Entries; entry++)
        {
            machine.Processor.Tlb.WriteLo(entry, Tlb.Execute);
            machine.Processor.Tlb.WriteHi(entry, ((uint)entry << 20) | Size1M | Tlb.Valid);
        }

        machine.Msr = Msr.Ir;
        for (uint pid = 1; cache.MappingsForgotten == 0 && pid < 20; pid++)
        {
            machine.State->Pid = pid;
            cache.Select();
            for (uint page = 0; page < CodeCache.MaxPages; page++)
                Assert.That(cache.Find(page << 12), Is.Not.Null);
        }

        Assert.That(cache.MappingsForgotten, Is.EqualTo(CodeCache.MaxMappings));
        machine.State->Pid = 1;
        cache.Select();
        Assert.That(cache.Present.FindPage(0), Is.Null);
    }

    [Test]
    public void When_there_are_too_many_code_pages_those_without_regions_go_first_and_those_that_nobody_uses_later()
    {
        const uint Size1M = 5 << 7, WithRegions = 100, Upper = 128;
        using TestMachine machine = new();
        using SoftPageTables tables = new(machine.Processor, new JitOptions());
        using CodeCache cache = new(machine.Processor, tables, new JitOptions());
        machine.Msr = Msr.Ir;
        cache.Select();
        machine.Processor.Tlb.WriteLo(0, Tlb.Execute);
        machine.Processor.Tlb.WriteHi(0, Size1M | Tlb.Valid);
        CodePage[] kept = [.. Enumerable.Range(0, (int)WithRegions).Select(page => cache.Find((uint)page << 12)!.Code)];
        foreach (CodePage page in kept)
            cache.Install(page, new Region(page.Effective, [0], null!, 0, 1, 0, 0, [], null, null));
        int droppings = 0, most = 0, before = 0;
        bool stayed = true;
        for (uint round = 1; droppings < 40; round++)
        {
            for (uint entry = 1; entry < 64; entry++)
            {
                machine.Processor.Tlb.WriteHi((int)entry, 0);
                machine.Processor.Tlb.WriteLo((int)entry, Tlb.Execute);
                machine.Processor.Tlb.WriteHi((int)entry, ((round << 26) + (entry << 20)) | Size1M | Tlb.Valid);
                for (uint page = Upper; page < 256; page++)
                    Assert.That(cache.Find((round << 26) + (entry << 20) + (page << 12)), Is.Not.Null);
                int pages = cache.Pages.Count();
                droppings += pages < before ? 1 : 0;
                (most, before) = (Math.Max(most, pages), pages);
                if (droppings is > 0 and < 10)
                    stayed &= kept.All(page => cache.FindKnown(page.Effective)?.Code.EntryAt(0) is not null);
            }
        }

        Assert.That(stayed, Is.True);
        Assert.That(most, Is.InRange(CodeCache.MaxPages - 200, CodeCache.MaxPages));
        Assert.That(kept.Select(page => cache.FindKnown(page.Effective)), Is.All.Null);
        Assert.That(cache.RegionCharge, Is.Zero);
    }

    [Test]
    public void A_new_jump_cache_has_nothing_at_any_address()
    {
        using CodeContext context = new();
        for (uint index = 0; index < JumpCacheEntry.Count; index++)
        {
            uint address = context.Jumps[index].Address;
            Assert.That(address == JumpCacheEntry.Empty || JumpCacheEntry.IndexOf(address) != index, Is.True, $"entry {index}");
        }
    }

    [Test]
    public void Sixteen_thousand_neighbouring_places_have_entries_of_their_own() =>
        Assert.That(Enumerable.Range(0, 16_384).Select(n => JumpCacheEntry.IndexOf(0xc0004000 + (4 * (uint)n))), Is.Unique);

    /// <summary>
    /// Collections are slow: one is asked for when a quarter of the limit is forgotten, or 10 MiB, or all of a smaller limit.
    /// </summary>
    [TestCase(1_000_000, 250_000)]
    [TestCase(100_000, 50_000)]
    [TestCase(20_000, 20_000)]
    public void A_collection_is_asked_for_when_much_code_is_forgotten(int limit, int much)
    {
        JitOptions options = new() { CodeLimit = limit };
        using TestMachine machine = new();
        using SoftPageTables tables = new(machine.Processor, options);
        using CodeCache cache = new(machine.Processor, tables, options);
        cache.Select();
        CodePage page = cache.Find(TestMachine.CodeBase)!.Code;
        foreach ((int charge, int collections) in new[] { (much - 100, 0), (99, 0), (50, 1), (much - 1, 1), (50, 2) })
        {
            cache.Install(page, new Region(TestMachine.CodeBase, [0], null!, 0, charge - Region.FixedCharge, 0, 0, [], null, null));
            cache.ForgetInstructions(null);
            Assert.That(cache.Collections, Is.EqualTo(collections));
        }
    }

    private static bool IsMapped(ulong address) => File.ReadLines("/proc/self/maps")
        .Select(line => line.Split('-', ' '))
        .Any(cells => ulong.Parse(cells[0], NumberStyles.HexNumber) <= address
            && address < ulong.Parse(cells[1], NumberStyles.HexNumber));

    private static bool Fill(SoftPageTables tables, uint effective, uint physical, AccessKind access)
    {
        tables.Trim();
        return tables.TryFill(effective, physical, StorageAttributes.None, -1, access);
    }

    private static void CallTinyFunctions(TestMachine machine)
    {
        StringBuilder text = new();
        text.Append("set r4,0x00080000\nbegin:\nor r5,r4,r4\n").Append($"set r6,{Functions}\n");
        text.Append("next:\nmtspr 8,r5\nbclrl 20,0\naddi r5,r5,32\naddic. r6,r6,-1\nbc 4,2,next\nb begin\n");
        machine.Put(TestMachine.CodeBase, text.ToString());
        for (uint n = 0; n < Functions; n++)
            machine.Put(0x80000 + (n * 32), "addi r3,r3,1\nbclr 20,0");
    }
}
