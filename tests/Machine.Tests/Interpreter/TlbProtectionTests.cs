using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>EX, WR, zones and guarded storage.</summary>
internal sealed unsafe class TlbProtectionTests
{
    private const uint Page = 0x5000_0000;

    /// <summary>
    /// What a zone grants, as the manual's table of ZPR settings says: E the entry's EX and WR, A all accesses, - no
    /// access.
    /// </summary>
    private const string Supervisor = "EEAA";
    private const string Problem = "-EEA";

    [Test]
    public void A_zone_grants_what_ZPR_says_in_each_state(
        [Range(0, 15)] int zone, [Values(0u, 1u, 2u, 3u)] uint setting, [Values] bool problemState, [Values] AccessKind access)
    {
        char grant = (problemState ? Problem : Supervisor)[(int)setting];
        for (uint rights = 0; rights < 4; rights++)
        {
            uint entryRights = rights << 8;
            bool entryPermits = access switch
            {
                AccessKind.Fetch => (entryRights & Tlb.Execute) != 0,
                AccessKind.Store => (entryRights & Tlb.Write) != 0,
                _ => true,
            };
            TranslationFault expected = grant switch
            {
                'A' => TranslationFault.None,
                'E' => entryPermits ? TranslationFault.None : TranslationFault.Protection,
                _ => TranslationFault.Zone,
            };

            // All other zones have another setting, so that a look at the wrong zone is seen.
            uint other = 3 - setting;
            uint shift = 30 - (2 * (uint)zone);
            using TestMachine m = new() { Msr = Msr.Ir | Msr.Dr | (problemState ? Msr.Pr : 0) };
            m.SetSpr(Spr.Zpr, ((other * 0x5555_5555) & ~(3u << (int)shift)) | (setting << (int)shift));
            m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, entryRights, zone));
            Assert.That(m.Processor.Mmu.Translate(Page, access, out _, out _), Is.EqualTo(expected), $"EX and WR {rights:b2}");
        }
    }

    [Test]
    public void Guarded_storage_is_never_fetched_from_but_loaded_and_stored([Values(0u, 0x5555_5555u, 0xaaaa_aaaau, 0xffff_ffffu)] uint zpr)
    {
        using TestMachine m = new() { Msr = Msr.Ir | Msr.Dr };
        m.SetSpr(Spr.Zpr, zpr);
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, attributes: Tlb.Guarded));
        Assert.That(m.Processor.Mmu.Translate(Page, AccessKind.Fetch, out _, out _), Is.EqualTo(TranslationFault.Protection));
        Assert.That(m.Physical(Page), Is.EqualTo(TestMachine.DataBase));
        Assert.That(m.Physical(Page, AccessKind.Store), Is.EqualTo(TestMachine.DataBase));
    }

    [Test]
    public void Real_mode_fetches_from_storage_that_SGR_guards()
    {
        using TestMachine m = new();
        m.SetSpr(Spr.Sgr, uint.MaxValue);
        m.Execute("addi r3,r0,1");
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((0, 1u)));
    }

    [Test]
    public void A_write_of_ZPR_acts_on_all_entries_at_once()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        for (int index = 0; index < 16; index++)
            m.Map(index, TlbBench.Hi(Page + ((uint)index << 12)), TlbBench.Lo(TestMachine.DataBase, rights: 0, zone: index));
        (m[1], m[2]) = (0x5555_5555, 0xaaaa_aaaa);
        m.Execute("mtspr 944,r1");
        for (uint index = 0; index < 16; index++)
            Assert.That(m.Physical(Page + (index << 12), AccessKind.Store), Is.Null);
        m.Execute("mtspr 944,r2");
        for (uint index = 0; index < 16; index++)
            Assert.That(m.Physical(Page + (index << 12), AccessKind.Store), Is.EqualTo(TestMachine.DataBase));
    }

    [Test]
    public void A_supervisor_store_to_a_page_without_WR_faults_and_succeeds_when_software_has_set_WR()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(4, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, rights: 0));
        (m[1], m[3], m[4], m[5]) = (Page, 0x77, TlbBench.Lo(TestMachine.DataBase, rights: Tlb.Write), 4);
        m.Assemble(Processor.Vector(ExceptionKind.DataStorage), "tlbwe r4,r5,1", "rfi");
        m.Load("stw r3,0(r1)").Step(4);
        Assert.That((m.Only().Esr, m.Read(TestMachine.DataBase), m.Msr), Is.EqualTo((Esr.Dst, 0x77u, Msr.Dr)));
    }

    [Test]
    public void Rights_are_looked_at_in_the_order_of_the_access_not_of_the_instruction()
    {
        // A misaligned store whose second page is read-only stores nothing and names that page.
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase));
        m.Map(1, TlbBench.Hi(Page + 0x1000), TlbBench.Lo(TestMachine.DataBase + 0x1000, rights: 0));
        (m[1], m[3]) = (Page + 0xffe, uint.MaxValue);
        ExceptionRecord taken = m.Fault("stw r3,0(r1)");
        Assert.That((taken.Kind, taken.Dear, taken.Esr), Is.EqualTo((ExceptionKind.DataStorage, Page + 0x1000, Esr.Dst)));
        Assert.That(m.Read(TestMachine.DataBase + 0xffc), Is.Zero);
    }
}
