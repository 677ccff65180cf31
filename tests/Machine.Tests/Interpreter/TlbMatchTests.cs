using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Which entry translates an address, and to what.</summary>
internal sealed unsafe class TlbMatchTests
{
    private const uint Page = 0x5300_0000;
    private const uint Frame = 0x2100_0000;

    private static readonly (int Code, uint Bytes)[] Sizes = TlbBench.Sizes;

    [TestCaseSource(nameof(Sizes))]
    public void A_page_translates_from_its_first_byte_to_its_last((int Code, uint Bytes) size)
    {
        using TestMachine m = Translating();
        m.Map(5, TlbBench.Hi(Page, size.Code), TlbBench.Lo(Frame));
        Assert.That(m.Physical(Page), Is.EqualTo(Frame));
        Assert.That(m.Physical(Page + (size.Bytes / 2) + 1), Is.EqualTo(Frame + (size.Bytes / 2) + 1));
        Assert.That(m.Physical(Page + size.Bytes - 1), Is.EqualTo(Frame + size.Bytes - 1));
        Assert.That(m.Physical(Page - 1), Is.Null);
        Assert.That(m.Physical(Page + size.Bytes), Is.Null);
    }

    [TestCaseSource(nameof(Sizes))]
    public void EPN_and_RPN_bits_within_the_page_are_ignored((int Code, uint Bytes) size)
    {
        using TestMachine m = Translating();
        uint junk = (size.Bytes - 1) & 0xffff_fc00;
        m.Map(5, TlbBench.Hi(Page | junk, size.Code), TlbBench.Lo(Frame | junk));
        Assert.That(m.Physical(Page + 0x123), Is.EqualTo(Frame + 0x123));
    }

    [TestCaseSource(nameof(Sizes))]
    public void Every_EPN_bit_above_the_page_is_compared((int Code, uint Bytes) size)
    {
        using TestMachine m = Translating();
        m.Map(5, TlbBench.Hi(Page, size.Code), TlbBench.Lo(Frame));
        for (uint bit = size.Bytes; bit != 0; bit <<= 1)
            Assert.That(m.Physical(Page ^ bit), Is.Null, $"bit 0x{bit:x}");
    }

    [Test]
    public void The_last_page_of_the_address_space_translates()
    {
        using TestMachine m = Translating();
        m.Map(0, TlbBench.Hi(0xffff_f000), TlbBench.Lo(0xffff_f000));
        Assert.That(m.Physical(uint.MaxValue), Is.EqualTo(uint.MaxValue));
        Assert.That(m.Physical(0), Is.Null);
    }

    [Test]
    public void An_invalid_entry_translates_nothing()
    {
        using TestMachine m = Translating();
        m.Map(5, TlbBench.Hi(Page) & ~Tlb.Valid, TlbBench.Lo(Frame));
        Assert.That(m.Physical(Page), Is.Null);
        m.Map(5, 0, TlbBench.Lo(Frame));
        Assert.That(m.Physical(0), Is.Null);
    }

    [Test]
    public void Each_of_the_64_entries_can_match([Range(0, 63)] int index)
    {
        using TestMachine m = Translating();
        for (int other = 0; other < 64; other++)
            m.Map(other, TlbBench.Hi((uint)other << 12), TlbBench.Lo(Frame + ((uint)other << 12)));
        Assert.That(m.Physical(((uint)index << 12) + 4), Is.EqualTo(Frame + ((uint)index << 12) + 4));
    }

    [TestCase(0u, 0u, true)]
    [TestCase(0u, 1u, true)]
    [TestCase(0u, 255u, true)]
    [TestCase(1u, 1u, true)]
    [TestCase(255u, 255u, true)]
    [TestCase(1u, 0u, false)]
    [TestCase(1u, 2u, false)]
    [TestCase(255u, 254u, false)]
    [TestCase(128u, 0u, false)]
    public void An_entry_matches_when_its_TID_is_0_or_the_PID(uint tid, uint pid, bool matches)
    {
        using TestMachine m = Translating();
        m.Map(5, TlbBench.Hi(Page), TlbBench.Lo(Frame), tid);
        m.SetSpr(Spr.Pid, pid);
        Assert.That(m.Physical(Page), matches ? Is.EqualTo(Frame) : Is.Null);
        Assert.That(m.Physical(Page, AccessKind.Fetch), matches ? Is.EqualTo(Frame) : Is.Null);
    }

    [Test]
    public void PID_has_8_bits_and_ignores_those_above()
    {
        using TestMachine m = Translating();
        m.Map(5, TlbBench.Hi(Page), TlbBench.Lo(Frame), tid: 0x42);
        m.SetSpr(Spr.Pid, 0xffff_ff42);
        Assert.That(m.Spr(Spr.Pid), Is.EqualTo(0x42u));
        Assert.That(m.Physical(Page), Is.EqualTo(Frame));
    }

    [Test]
    public void A_PID_change_followed_by_isync_selects_another_address_space()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase), tid: 1);
        m.Map(1, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase + 0x1000), tid: 2);
        m.Write(TestMachine.DataBase, 0x1111_1111);
        m.Write(TestMachine.DataBase + 0x1000, 0x2222_2222);
        (m[1], m[2], m[3]) = (Page, 1, 2);
        m.Load("mtspr 945,r2", "isync", "lwz r4,0(r1)", "mtspr 945,r3", "isync", "lwz r5,0(r1)", "mtspr 945,r0",
            "isync", "lwz r6,0(r1)").Step(9);
        Assert.That((m[4], m[5]), Is.EqualTo((0x1111_1111u, 0x2222_2222u)));
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.DataTlbMiss));
    }

    [Test]
    public void Where_entries_overlap_the_lowest_index_wins()
    {
        using TestMachine m = Translating();
        m.Map(60, TlbBench.Hi(Page, 7), TlbBench.Lo(0x1000_0000));
        m.Map(17, TlbBench.Hi(Page, 4), TlbBench.Lo(0x2000_0000));
        m.Map(16, TlbBench.Hi(Page, 1), TlbBench.Lo(0x3000_0000), tid: 9);
        Assert.That(m.Physical(Page), Is.EqualTo(0x2000_0000u));
        Assert.That(m.Physical(Page + 0x4_0000), Is.EqualTo(0x1004_0000u));
        m.SetSpr(Spr.Pid, 9);
        Assert.That(m.Physical(Page), Is.EqualTo(0x3000_0000u));
    }

    [Test]
    public void Instruction_and_data_translation_are_switched_separately([Values] bool ir, [Values] bool dr)
    {
        using TestMachine m = new() { Msr = (ir ? Msr.Ir : 0) | (dr ? Msr.Dr : 0) };
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(Frame));
        Assert.That(m.Physical(Page, AccessKind.Fetch), Is.EqualTo(ir ? Frame : Page));
        Assert.That(m.Physical(Page), Is.EqualTo(dr ? Frame : Page));
        Assert.That(m.Physical(Page, AccessKind.Store), Is.EqualTo(dr ? Frame : Page));
    }

    [Test]
    public void Real_mode_translates_every_address_to_itself([Values(0u, 0x7fff_ffffu, 0x8000_0000u, 0xffff_ffffu)] uint address)
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        m.Map(0, TlbBench.Hi(address & ~0xfffu), TlbBench.Lo(Frame, rights: 0));
        foreach (AccessKind access in Enum.GetValues<AccessKind>())
            Assert.That(m.Physical(address, access), Is.EqualTo(address));
    }

    private static TestMachine Translating() => new() { Msr = Msr.Ir | Msr.Dr };
}
