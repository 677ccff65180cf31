using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Little-endian storage: TLBHI[E] in virtual mode, SLER in real mode.</summary>
internal sealed unsafe class TlbByteOrderTests
{
    private const uint Page = 0x5000_0000;

    private static IEnumerable<TestCaseData> Loads() =>
    [
        new("lbz r3,0(r1)", 0x81u),
        new("lhz r3,0(r1)", 0x8281u),
        new("lha r3,0(r1)", 0xffff_8281u),
        new("lwz r3,0(r1)", 0x8483_8281u),
        new("lhbrx r3,r0,r1", 0x8182u),
        new("lwbrx r3,r0,r1", 0x8182_8384u),
        new("lwarx r3,r0,r1", 0x8483_8281u),
        new("lmw r31,0(r1)", 0x8483_8281u),
        new("lswi r3,r1,4", 0x8182_8384u),
        new("lswi r3,r1,3", 0x8182_8300u),
    ];

    private static IEnumerable<TestCaseData> Stores() =>
    [
        new("stb r3,0(r1)", 0x4400_0000u),
        new("sth r3,0(r1)", 0x4433_0000u),
        new("stw r3,0(r1)", 0x4433_2211u),
        new("sthbrx r3,r0,r1", 0x3344_0000u),
        new("stwbrx r3,r0,r1", 0x1122_3344u),
        new("stmw r31,0(r1)", 0x4433_2211u),
        new("stswi r3,r1,4", 0x1122_3344u),
    ];

    [TestCaseSource(nameof(Loads))]
    public void A_load_from_a_little_endian_page_takes_the_lowest_byte_first(string line, uint loaded) =>
        AssertLoad(Virtual(), Page, line, loaded);

    [TestCaseSource(nameof(Loads))]
    public void A_load_from_a_little_endian_region_of_real_storage_takes_the_lowest_byte_first(string line, uint loaded) =>
        AssertLoad(Real(), TestMachine.DataBase, line, loaded);

    [TestCaseSource(nameof(Stores))]
    public void A_store_to_a_little_endian_page_puts_the_lowest_byte_first(string line, uint stored) =>
        AssertStore(Virtual(), Page, line, stored);

    [TestCaseSource(nameof(Stores))]
    public void A_store_to_a_little_endian_region_of_real_storage_puts_the_lowest_byte_first(string line, uint stored) =>
        AssertStore(Real(), TestMachine.DataBase, line, stored);

    [TestCase(1u, 0x8584_8382u)]
    [TestCase(2u, 0x8685_8483u)]
    [TestCase(3u, 0x8786_8584u)]
    public void A_misaligned_little_endian_word_is_its_four_bytes_in_that_order(uint offset, uint loaded)
    {
        using TestMachine m = Virtual();
        m.Write(TestMachine.DataBase, 0x8182_8384, 0x8586_8788);
        m[1] = Page + offset;
        m.Execute("lwz r3,0(r1)");
        Assert.That(m[3], Is.EqualTo(loaded));
    }

    [Test]
    public void A_little_endian_word_over_two_pages_is_its_four_bytes_in_that_order()
    {
        using TestMachine m = Virtual();
        m.Map(1, TlbBench.Hi(Page + 0x1000, attributes: Tlb.Endian), TlbBench.Lo(TestMachine.DataBase + 0x8000));
        (m[1], m[3]) = (Page + 0xffe, 0x1122_3344);
        m.Execute("stw r3,0(r1)");
        Assert.That((m.Read(TestMachine.DataBase + 0xffe, 2), m.Read(TestMachine.DataBase + 0x8000, 2)), Is.EqualTo((0x4433u, 0x2211u)));
        m.Execute("lwz r4,0(r1)");
        Assert.That(m[4], Is.EqualTo(0x1122_3344u));
    }

    [Test]
    public void Instructions_are_fetched_from_a_little_endian_page_in_that_order()
    {
        using TestMachine m = new() { Msr = Msr.Ir };
        m.Map(0, TlbBench.Hi(TestMachine.CodeBase, attributes: Tlb.Endian), TlbBench.Lo(TestMachine.CodeBase));
        m.Write(TestMachine.CodeBase, Swapped("addi r3,r0,0x123"), Swapped("addi r4,r3,1"));
        m.Step(2);
        Assert.That((m[3], m[4]), Is.EqualTo((0x123u, 0x124u)));
    }

    [Test]
    public void Instructions_are_fetched_from_a_little_endian_region_of_real_storage_in_that_order()
    {
        using TestMachine m = Real();
        m.Write(TestMachine.CodeBase, Swapped("addi r3,r0,0x123"));
        m.Step();
        Assert.That(m[3], Is.EqualTo(0x123u));
    }

    [Test]
    public void E_of_the_data_page_does_not_change_the_order_of_instructions()
    {
        using TestMachine m = Virtual();
        m.Msr = Msr.Ir | Msr.Dr;
        m.MapCode();
        m.Execute("addi r3,r0,0x123");
        Assert.That(m[3], Is.EqualTo(0x123u));
    }

    [Test]
    public void SLER_does_not_matter_where_translation_is_on()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase));
        m.SetSpr(Spr.Sler, 0x7fff_ffff);
        m.Write(TestMachine.DataBase, 0x1234_5678);
        m[1] = Page;
        m.Execute("lwz r3,0(r1)");
        Assert.That(m[3], Is.EqualTo(0x1234_5678u));
    }

    [Test]
    public void Each_of_the_32_real_mode_regions_has_its_bit_in_SLER([Range(1, 31)] int region)
    {
        using TestMachine m = new();
        uint start = (uint)region << 27;
        m.Board.Memory.MapMemory("memory", start, 0x1000, writable: true);
        m.Write(start, 0x1122_3344);
        m[1] = start;
        m.SetSpr(Spr.Sler, 0x8000_0000 >> region);
        m.Execute("lwz r3,0(r1)");
        Assert.That(m[3], Is.EqualTo(0x4433_2211u));
        m.SetSpr(Spr.Sler, ~(0x8000_0000 >> region) & 0x7fff_ffff);
        m.Execute("lwz r3,0(r1)");
        Assert.That(m[3], Is.EqualTo(0x1122_3344u));
    }

    [Test]
    public void Dcbz_and_a_stwcx_work_on_little_endian_storage()
    {
        using TestMachine m = Virtual();
        m.Write(TestMachine.DataBase, 0x8182_8384, 0x8586_8788);
        (m[1], m[3]) = (Page, 0x1122_3344);
        m.Execute("dcbz r0,r1");
        Assert.That(m.Read(TestMachine.DataBase + 4), Is.Zero);
        m.Execute("lwarx r4,r0,r1");
        m.Execute("stwcx. r3,r0,r1");
        Assert.That((m.Read(TestMachine.DataBase), m.Cr), Is.EqualTo((0x4433_2211u, 0x2000_0000u)));
    }

    private static TestMachine Virtual() =>
        new TestMachine { Msr = Msr.Dr }.Map(0, TlbBench.Hi(Page, attributes: Tlb.Endian), TlbBench.Lo(TestMachine.DataBase));

    private static TestMachine Real()
    {
        TestMachine m = new();
        m.SetSpr(Spr.Sler, 0x8000_0000);
        return m;
    }

    private static uint Swapped(string line) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Assembler.Word(line));

    /// <summary>Executes one line from big-endian or little-endian real storage, as the machine fetches.</summary>
    private static void Execute(TestMachine m, string line)
    {
        m.Write(TestMachine.CodeBase, m.Spr(Spr.Sler) != 0 ? Swapped(line) : Assembler.Word(line));
        m.Step();
    }

    private static void AssertLoad(TestMachine m, uint address, string line, uint loaded)
    {
        using (m)
        {
            m.Write(TestMachine.DataBase, 0x8182_8384);
            m[1] = address;
            Execute(m, line);
            Assert.That(m[line.StartsWith("lmw", StringComparison.Ordinal) ? 31 : 3], Is.EqualTo(loaded));
        }
    }

    private static void AssertStore(TestMachine m, uint address, string line, uint stored)
    {
        using (m)
        {
            (m[1], m[3], m[31]) = (address, 0x1122_3344, 0x1122_3344);
            Execute(m, line);
            Assert.That(m.Read(TestMachine.DataBase), Is.EqualTo(stored));
        }
    }
}
