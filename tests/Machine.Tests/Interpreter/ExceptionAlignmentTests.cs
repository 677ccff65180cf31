using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>What must be aligned, what need not be, and where a cache line cannot be cleared.</summary>
internal sealed unsafe class ExceptionAlignmentTests
{
    private const uint Page = 0x5000_0000;

    [Test]
    public void Misaligned_lwarx_stwcx_and_dcread_are_alignment_exceptions(
        [Values("lwarx r3,r0,r1", "stwcx. r3,r0,r1", "dcread r3,r0,r1")] string line, [Values(1u, 2u, 3u)] uint offset,
            [Values(0, 1)] int reserved)
    {
        using TestMachine m = new();
        m.State->Reservation = (uint)reserved;
        (m[1], m[3], m.Cr) = (TestMachine.DataBase + offset, 7, 0x1234_5678);
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Pc, taken.Dear),
            Is.EqualTo((ExceptionKind.Alignment, TestMachine.CodeBase, TestMachine.DataBase + offset)));
        Assert.That((m[3], m.Cr, m.State->Reservation), Is.EqualTo((7u, 0x1234_5678u, (uint)reserved)));
    }

    [Test]
    public void Every_other_access_may_be_misaligned_even_over_the_end_of_a_page(
        [Values("lwz r3,0(r1)", "lhz r3,0(r1)", "lha r3,0(r1)", "lwbrx r3,r0,r1", "lhbrx r3,r0,r1", "lmw r29,0(r1)", "lswi r3,r1,13",
            "stw r3,0(r1)", "sth r3,0(r1)", "stwbrx r3,r0,r1", "sthbrx r3,r0,r1", "stmw r29,0(r1)", "stswi r3,r1,13")] string line,
        [Values(0u, Msr.Dr)] uint msr,
        [Values(1u, 2u, 3u, 0xffdu, 0xffeu, 0xfffu)] uint offset)
    {
        using TestMachine m = new() { Msr = msr };
        m.Map(0, TlbBench.Hi(TestMachine.DataBase), TlbBench.Lo(TestMachine.DataBase + 0x1000));
        m.Map(1, TlbBench.Hi(TestMachine.DataBase + 0x1000), TlbBench.Lo(TestMachine.DataBase));
        m[1] = TestMachine.DataBase + offset;
        m.Execute(line);
        Assert.That((m.Exceptions.Count, m.Count), Is.EqualTo((0, 1ul)));
    }

    [Test]
    public void A_misaligned_word_over_two_pages_is_made_of_bytes_of_both()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase + 0x3000));
        m.Map(1, TlbBench.Hi(Page + 0x1000), TlbBench.Lo(TestMachine.DataBase));
        m.Write(TestMachine.DataBase + 0x3ffc, 0x0011_2233);
        m.Write(TestMachine.DataBase, 0x4455_6677);
        m[1] = Page + 0xffd;
        m.Execute("lwz r3,0(r1)");
        Assert.That(m[3], Is.EqualTo(0x1122_3344u));

        m[3] = 0xaabb_ccdd;
        m.Execute("stw r3,0(r1)");
        Assert.That((m.Read(TestMachine.DataBase + 0x3ffc), m.Read(TestMachine.DataBase)), Is.EqualTo((0x00aa_bbccu, 0xdd55_6677u)));
    }

    [TestCase(0u, false)]
    [TestCase(Tlb.WriteThrough, true)]
    [TestCase(Tlb.CacheInhibited, true)]
    [TestCase(Tlb.WriteThrough | Tlb.CacheInhibited, true)]
    [TestCase(Tlb.Guarded, false)]
    [TestCase(2u, false)]
    public void Dcbz_of_a_write_through_or_uncached_page_is_an_alignment_exception(uint attributes, bool taken)
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, attributes: attributes));
        m[1] = Page + 0x47;
        AssertCleared(m, taken, Page + 0x47);
    }

    [TestCase(0u, 0u, true)]
    [TestCase(0x8000_0000u, 0u, false)]
    [TestCase(0x8000_0000u, 0x8000_0000u, true)]
    [TestCase(0x8000_0000u, 0x7fff_ffffu, false)]
    [TestCase(0x7fff_ffffu, 0u, true)]
    public void Dcbz_in_real_mode_needs_DCCR_set_and_DCWR_clear_for_its_region(uint dccr, uint dcwr, bool taken)
    {
        using TestMachine m = new();
        m.SetSpr(Spr.Dccr, dccr);
        m.SetSpr(Spr.Dcwr, dcwr);
        m.SetSpr(Spr.Iccr, uint.MaxValue);
        m[1] = TestMachine.DataBase + 0x47;
        AssertCleared(m, taken, TestMachine.DataBase + 0x47);
    }

    [Test]
    public void Each_of_the_32_real_mode_regions_has_its_bit_in_DCCR([Range(1, 31)] int region)
    {
        using TestMachine m = new();
        uint start = (uint)region << 27;
        m.Board.Memory.MapMemory("memory", start, 0x1000, writable: true);
        m[1] = start;
        m.SetSpr(Spr.Dccr, 0x8000_0000 >> region);
        m.Execute("dcbz r0,r1");
        Assert.That(m.Exceptions, Is.Empty);
        m.SetSpr(Spr.Dccr, ~(0x8000_0000 >> region));
        Assert.That(m.Fault("dcbz r0,r1").Kind, Is.EqualTo(ExceptionKind.Alignment));
    }

    /// <summary>Executes dcbz of r1 and looks at the line and its neighbours.</summary>
    private static void AssertCleared(TestMachine m, bool exception, uint dear)
    {
        for (uint offset = 0; offset < 0x80; offset += 4)
            m.Write(TestMachine.DataBase + offset, uint.MaxValue);
        m.Execute("dcbz r0,r1");
        Assert.That(m.Exceptions, Has.Count.EqualTo(exception ? 1 : 0));
        if (exception)
            Assert.That((m.Only().Kind, m.Only().Dear, m.Only().Pc), Is.EqualTo((ExceptionKind.Alignment, dear, TestMachine.CodeBase)));
        for (uint offset = 0; offset < 0x80; offset += 4)
        {
            bool cleared = !exception && offset is >= 0x40 and < 0x60;
            Assert.That(m.Read(TestMachine.DataBase + offset), Is.EqualTo(cleared ? 0 : uint.MaxValue), $"offset 0x{offset:x}");
        }
    }
}
