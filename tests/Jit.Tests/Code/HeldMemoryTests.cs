using System.Text;
using PpcJit.Jit.Settings;
using PpcJit.Jit.SoftPages;
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
