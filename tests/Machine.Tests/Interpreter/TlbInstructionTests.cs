using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>tlbwe, tlbre, tlbsx and tlbia.</summary>
internal sealed unsafe class TlbInstructionTests
{
    private const uint Page = 0x5000_0000;
    private const uint EqualBit = 0x2000_0000;

    [TestCase(true)]
    [TestCase(false)]
    public void TLBLO_may_be_written_before_or_after_TLBHI(bool loFirst)
    {
        using TestMachine m = new();
        (m[3], m[4], m[5]) = (TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase), 13);
        m.Execute(loFirst ? "tlbwe r4,r5,1" : "tlbwe r3,r5,0");
        m.Execute(loFirst ? "tlbwe r3,r5,0" : "tlbwe r4,r5,1");
        m.Msr = Msr.Dr;
        Assert.That(m.Physical(Page + 8, AccessKind.Store), Is.EqualTo(TestMachine.DataBase + 8));
    }

    [Test]
    public void Tlbwe_of_TLBHI_takes_TID_from_PID_and_of_TLBLO_leaves_it()
    {
        using TestMachine m = new();
        (m[3], m[4], m[5]) = (TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase), 13);
        m.SetSpr(Spr.Pid, 7);
        m.Execute("tlbwe r3,r5,0");
        m.SetSpr(Spr.Pid, 8);
        m.Execute("tlbwe r4,r5,1");
        Assert.That(m.State->TlbTid[13], Is.EqualTo(7u));
    }

    [Test]
    public void Tlbre_of_TLBHI_loads_PID_from_TID_and_of_TLBLO_leaves_it()
    {
        using TestMachine m = new();
        m.Map(13, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase), tid: 7);
        m[5] = 13;
        m.SetSpr(Spr.Pid, 8);
        m.Execute("tlbre r4,r5,1");
        Assert.That((m[4], m.Spr(Spr.Pid)), Is.EqualTo((TlbBench.Lo(TestMachine.DataBase), 8u)));
        m.Execute("tlbre r3,r5,0");
        Assert.That((m[3], m.Spr(Spr.Pid)), Is.EqualTo((TlbBench.Hi(Page), 7u)));
    }

    [Test]
    public void Only_the_bits_that_exist_can_be_written_into_an_entry()
    {
        using TestMachine m = new();
        (m[3], m[5]) = (uint.MaxValue, 0);
        m.Load("tlbwe r3,r5,0", "tlbwe r3,r5,1", "tlbre r6,r5,0", "tlbre r7,r5,1").Step(4);
        Assert.That((m[6], m[7]), Is.EqualTo((0xffff_fff0u, uint.MaxValue)));
    }

    [Test]
    public void The_index_of_an_entry_is_the_low_6_bits_of_the_register()
    {
        using TestMachine m = new();
        (m[3], m[4], m[5]) = (TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase), 0xffff_ffc0 + 21);
        m.Load("tlbwe r3,r5,0", "tlbwe r4,r5,1", "tlbre r6,r5,0").Step(3);
        Assert.That((m.State->TlbHi[21], m.State->TlbLo[21], m[6]), Is.EqualTo((m[3], m[4], m[3])));
    }

    [Test]
    public void Tlbwe_of_another_page_unmaps_the_old_one()
    {
        using TestMachine m = new();
        m.Map(13, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase));
        (m[3], m[5]) = (TlbBench.Hi(Page + 0x1000), 13);
        m.Execute("tlbwe r3,r5,0");
        m.Msr = Msr.Dr;
        Assert.That((m.Physical(Page), m.Physical(Page + 0x1000)), Is.EqualTo(((uint?)null, (uint?)TestMachine.DataBase)));
    }

    [Test]
    public void Tlbwe_of_an_invalid_entry_unmaps_its_page_and_keeps_what_was_written()
    {
        using TestMachine m = new();
        m.Map(13, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase));
        (m[3], m[5]) = (TlbBench.Hi(Page) & ~Tlb.Valid, 13);
        m.Load("tlbwe r3,r5,0", "tlbre r6,r5,0").Step(2);
        m.Msr = Msr.Dr;
        Assert.That((m.Physical(Page), m[6]), Is.EqualTo(((uint?)null, m[3])));
    }

    [Test]
    public void Tlbwe_of_a_mapping_that_is_in_use_acts_on_the_next_access()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(13, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase));
        m.Write(TestMachine.DataBase + 0x1000, 0x1234_5678);
        (m[1], m[3], m[5]) = (Page, TlbBench.Lo(TestMachine.DataBase + 0x1000), 13);
        m.Load("lwz r6,0(r1)", "tlbwe r3,r5,1", "lwz r7,0(r1)").Step(3);
        Assert.That((m[6], m[7]), Is.EqualTo((0u, 0x1234_5678u)));
    }

    [Test]
    public void Tlbia_invalidates_all_entries_and_leaves_the_rest_of_them()
    {
        using TestMachine m = new();
        for (int index = 0; index < 64; index++)
            m.Map(index, TlbBench.Hi((uint)index << 12, attributes: Tlb.U0),
                TlbBench.Lo((uint)index << 12, zone: index & 15), tid: (uint)index);
        m.Execute("tlbia");
        m.Msr = Msr.Dr;
        for (int index = 0; index < 64; index++)
        {
            Assert.That(m.Physical((uint)index << 12), Is.Null, $"entry {index}");
            Assert.That(m.State->TlbHi[index], Is.EqualTo(TlbBench.Hi((uint)index << 12, attributes: Tlb.U0) & ~Tlb.Valid));
            Assert.That((m.State->TlbLo[index], m.State->TlbTid[index]),
                Is.EqualTo((TlbBench.Lo((uint)index << 12, zone: index & 15), (uint)index)));
        }
    }

    [Test]
    public void An_entry_that_tlbia_invalidated_is_made_valid_by_writing_TLBHI_again()
    {
        using TestMachine m = new();
        m.Map(3, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase));
        (m[3], m[5]) = (TlbBench.Hi(Page), 3);
        m.Load("tlbia", "tlbwe r3,r5,0").Step(2);
        m.Msr = Msr.Dr;
        Assert.That(m.Physical(Page), Is.EqualTo(TestMachine.DataBase));
    }

    [TestCase("tlbsx r6,r1,r2", 0x1234_5678u)]
    [TestCase("tlbsx. r6,r1,r2", EqualBit | 0x0234_5678u)]
    public void Tlbsx_finds_the_index_of_the_entry_and_its_record_form_sets_EQ(string line, uint cr)
    {
        using TestMachine m = new() { Cr = 0x1234_5678 };
        m.Map(42, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, rights: 0), tid: 5);
        m.SetSpr(Spr.Pid, 5);
        (m[1], m[2]) = (Page, 0xffc);
        m.Execute(line);
        Assert.That((m[6], m.Cr), Is.EqualTo((42u, cr)));
    }

    [TestCase("tlbsx r6,r1,r2", 0x1234_5678u)]
    [TestCase("tlbsx. r6,r1,r2", 0x0234_5678u)]
    public void Tlbsx_that_finds_nothing_takes_no_exception_and_its_record_form_clears_EQ(string line, uint cr)
    {
        using TestMachine m = new() { Cr = 0x1234_5678, Msr = Msr.Dr };
        m.Map(42, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase), tid: 5);
        (m[1], m[2]) = (Page, 0);
        m.Execute(line);
        Assert.That((m.Exceptions.Count, m.Cr), Is.EqualTo((0, cr)));
    }

    [TestCase(Page, 0x3000_0000u)]
    [TestCase(Page + 0x1000, 0x1000_0000u)]
    public void Tlbsx_record_form_copies_XER_SO(uint address, uint cr0)
    {
        using TestMachine m = new() { Xer = 0x8000_0000 };
        m.Map(42, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase));
        m[1] = address;
        m.Execute("tlbsx. r6,r0,r1");
        Assert.That(m.Cr, Is.EqualTo(cr0));
    }

    [Test]
    public void Tlbsx_asks_about_the_address_whatever_MSR_and_the_rights_of_the_entry_are([Values(0u, Msr.Ir, Msr.Dr)] uint msr)
    {
        using TestMachine m = new() { Msr = msr };
        m.Map(9, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, rights: 0, attributes: Tlb.Guarded)).MapCode();
        m[1] = Page;
        m.Execute("tlbsx r6,r0,r1");
        Assert.That(m[6], Is.EqualTo(9u));
    }

    [Test]
    public void An_engine_that_keeps_translations_is_told_of_every_change()
    {
        using TestMachine m = new();
        Observer observer = new();
        m.Processor.Tlb.Observer = observer;
        (m[3], m[5]) = (TlbBench.Hi(Page), 13);
        m.Load("tlbwe r3,r5,0", "tlbwe r3,r5,1", "tlbia", "mtspr 944,r3", "mtspr 1018,r3", "mtspr 955,r3", "mtspr 947,r3").Step(7);

        // TLBLO does not take part in matching: the entry cannot hide others by it.
        Assert.That(observer.Told, Is.EqualTo(["changing 13", "changed 13", "changing 13", "all", "all", "all", "all", "all"]));
    }

    private sealed class Observer : ITranslationObserver
    {
        public List<string> Told { get; } = [];

        public void TlbEntryChanging(int index) => Told.Add($"changing {index}");

        public void TlbEntryChanged(int index) => Told.Add($"changed {index}");

        public void AllTranslationsChanged() => Told.Add("all");
    }
}
