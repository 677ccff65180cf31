using PpcJit.Machine.Cpu;
using static PpcJit.Machine.Tests.Interpreter.DebugBench;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Data value compare.</summary>
internal sealed class DebugDataValueTests
{
    private const uint First = TestMachine.CodeBase;
    private const uint Data = TestMachine.DataBase + 0x100;
    private const uint And = 1, Or = 2, AndOr = 3;

    [TestCase("lwz r3,0(r1)", D1r, 18, 12, Spr.Dac1, Spr.Dvc1, StatusDr1)]
    [TestCase("lwz r3,0(r1)", D2r, 16, 8, Spr.Dac2, Spr.Dvc2, StatusDr2)]
    [TestCase("stw r4,0(r1)", D1w, 18, 12, Spr.Dac1, Spr.Dvc1, StatusDw1)]
    [TestCase("stw r4,0(r1)", D2w, 16, 8, Spr.Dac2, Spr.Dvc2, StatusDw2)]
    public void A_DVC_event_interrupts_behind_the_access_and_SRR2_names_the_next_instruction(
        string line, uint enable, int mode, int bytes, int address, int value, uint status)
    {
        using TestMachine m = Debugged(0, enable | (And << mode) | (0xfu << bytes));
        m.SetSpr(address, Data);
        m.SetSpr(value, 0x1122_3344);
        m.Write(Data, 0x1122_3344);
        (m[1], m[4]) = (Data, 0x1122_3344);
        m.Execute(line);
        m.Boundary();
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Count, m.Status()), Is.EqualTo((ExceptionKind.Debug, First + 4, 1ul, status)));
    }

    [Test]
    public void An_address_with_another_value_is_no_event_at_all()
    {
        using TestMachine m = Debugged(0, D1r | (And << 18) | (0xfu << 12));
        m.SetSpr(Spr.Dac1, Data);
        m.SetSpr(Spr.Dvc1, 0x1122_3344);
        m.Write(Data, 0x1122_3345);
        m[1] = Data;
        m.Execute("lwz r3,0(r1)");
        m.Boundary();
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, 0u)));
    }

    [TestCase(And, 0xfu, 0x1122_3344u, true)]
    [TestCase(And, 0xfu, 0x1122_3300u, false)]
    [TestCase(And, 0xeu, 0x1122_3300u, true)]
    [TestCase(And, 0x1u, 0x0000_0044u, true)]
    [TestCase(And, 0x1u, 0x1122_3300u, false)]
    [TestCase(Or, 0xfu, 0x0000_0044u, true)]
    [TestCase(Or, 0xfu, 0x1100_0000u, true)]
    [TestCase(Or, 0xfu, 0x0000_0000u, false)]
    [TestCase(Or, 0x7u, 0x1100_0000u, false)]
    [TestCase(AndOr, 0xfu, 0x1122_0000u, true)]
    [TestCase(AndOr, 0xfu, 0x0000_3344u, true)]
    [TestCase(AndOr, 0xfu, 0x1100_3300u, false)]
    [TestCase(AndOr, 0x3u, 0x1122_0000u, false)]
    [TestCase(AndOr, 0x3u, 0x0000_3344u, true)]
    [TestCase(AndOr, 0x1u, 0x1122_3344u, false)]
    [TestCase(AndOr, 0x8u, 0x1122_3344u, false)]
    [TestCase(AndOr, 0x6u, 0x1122_3344u, false)]
    [TestCase(AndOr, 0xeu, 0x1122_3344u, true)]
    public void The_enabled_bytes_must_be_equal_all_or_any_or_those_of_either_half(uint mode, uint bytes, uint value, bool matches)
    {
        using TestMachine m = Debugged(0, D1r | (mode << 18) | (bytes << 12));
        m.SetSpr(Spr.Dac1, Data);
        m.SetSpr(Spr.Dvc1, value);
        m.Write(Data, 0x1122_3344);
        m[1] = Data;
        m.Execute("lwz r3,0(r1)");
        Assert.That(m.Status(), Is.EqualTo(matches ? StatusDr1 : 0));
    }

    [TestCase("lhz r3,0(r1)", 0u, AndOr, 0x1122_1122u, true)]
    [TestCase("lhz r3,2(r1)", 2u, AndOr, 0x3344_3344u, true)]
    [TestCase("lhz r3,2(r1)", 2u, AndOr, 0x1122_1122u, false)]
    [TestCase("lbz r3,3(r1)", 3u, Or, 0x4444_4444u, true)]
    [TestCase("lbz r3,1(r1)", 1u, Or, 0x2222_2222u, true)]
    [TestCase("lbz r3,1(r1)", 1u, Or, 0x4444_4444u, false)]
    [TestCase("lbz r3,1(r1)", 1u, Or, 0x1111_1111u, false)]
    public void A_narrow_access_is_compared_in_the_byte_lanes_that_it_uses(string line, uint offset, uint mode, uint value, bool matches)
    {
        using TestMachine m = Debugged(0, D1r | (mode << 18) | (0xfu << 12));
        m.SetSpr(Spr.Dac1, Data + offset);
        m.SetSpr(Spr.Dvc1, value);
        m.Write(Data, 0x1122_3344);
        m[1] = Data;
        m.Execute(line);
        Assert.That(m.Status(), Is.EqualTo(matches ? StatusDr1 : 0));
    }

    [TestCase("lwz r3,1(r1)", Data + 1, 0x0011_2233u, 0x7u, true)]
    [TestCase("lwz r3,1(r1)", Data + 4, 0x4400_0000u, 0x8u, true)]
    [TestCase("lwz r3,1(r1)", Data + 4, 0x1100_0000u, 0x8u, false)]
    [TestCase("lswi r3,r2,4", Data + 1, 0x0011_2233u, 0x7u, true)]
    [TestCase("lswi r3,r2,4", Data + 4, 0x4400_0000u, 0x8u, true)]
    [TestCase("lmw r31,1(r1)", Data + 4, 0x4400_0000u, 0x8u, true)]
    public void A_misaligned_access_is_compared_as_one_in_each_of_two_words(string line, uint dac, uint value, uint bytes, bool matches)
    {
        using TestMachine m = Debugged(0, D1r | (And << 18) | (bytes << 12));
        m.SetSpr(Spr.Dac1, dac);
        m.SetSpr(Spr.Dvc1, value);
        m.Write(Data, 0xff11_2233, 0x44ff_ffff);
        (m[1], m[2]) = (Data, Data + 1);
        m.Execute(line);
        Assert.That(m.Status(), Is.EqualTo(matches ? StatusDr1 : 0));
    }

    /// <summary>Page 8-19: the second part of an access is not performed if the first part of the compare hits.</summary>
    [TestCase("stw r4,1(r1)", 0xff11_2233u, 0x0000_0000u)]
    [TestCase("stwu r4,1(r1)", 0xff11_2233u, 0x0000_0000u)]
    [TestCase("stwx r4,r1,r5", 0xff11_2233u, 0x0000_0000u)]
    [TestCase("sthx r4,r1,r6", 0xffff_ff33u, 0x0000_0000u, 3u)]
    [TestCase("stw r4,1(r1)", 0xff11_2244u, 0x4400_0000u, 0u)]
    public void A_misaligned_store_whose_first_part_is_equal_does_not_do_its_second(string line, uint value, uint second, uint equal = 1)
    {
        foreach (uint start in (ReadOnlySpan<uint>)[Data, Data + 0x3fc])
        {
            uint offset = equal == 3 ? 3u : 1;
            uint bytes = offset == 3 ? 0x1u : 0x7;
            using TestMachine m = Debugged(0, D1w | (And << 18) | (bytes << 12));
            m.SetSpr(Spr.Dac1, start + offset);
            m.SetSpr(Spr.Dvc1, value);
            (m[1], m[4], m[5], m[6]) = (start, offset == 3 ? 0x3344u : 0x1122_3344, 1, 3);
            m.Execute(line);
            m.Boundary();
            Assert.That((m.Exceptions.Count, m.Read(start + 4)), Is.EqualTo((equal == 0 ? 0 : 1, second)), $"{start:x8}");
            Assert.That(m.Read(start) & (offset == 3 ? 0xff : 0xffffff), Is.EqualTo(offset == 3 ? 0x33u : 0x112233u));
            if (equal != 0)
                Assert.That(m.Only().Pc, Is.EqualTo(TestMachine.CodeBase + 4), "SRR2 names the next instruction");
        }
    }

    [Test]
    public void A_misaligned_store_is_whole_where_its_event_stops_nothing()
    {
        using TestMachine m = Debugged(0, D1w | (And << 18) | (0x7u << 12), msr: 0);
        m.SetSpr(Spr.Dac1, Data + 1);
        m.SetSpr(Spr.Dvc1, 0xff11_2233);
        (m[1], m[4]) = (Data, 0x1122_3344);
        m.Execute("stw r4,1(r1)");
        Assert.That((m.Read(Data + 4), m.Status()), Is.EqualTo((0x4400_0000u, StatusDw1 | StatusIde)));
    }

    [TestCase("stwcx. r4,r0,r1", StatusDw1)]
    [TestCase("stswi r4,r1,4", StatusDw1)]
    [TestCase("stmw r31,0(r1)", StatusDw1)]
    [TestCase("stwbrx r5,r0,r1", StatusDw1)]
    public void What_a_store_puts_into_memory_is_compared(string line, uint status)
    {
        using TestMachine m = Debugged(0, D1w | (And << 18) | (0xfu << 12));
        m.Reserve(1);
        m.SetSpr(Spr.Dac1, Data);
        m.SetSpr(Spr.Dvc1, 0x1122_3344);
        (m[1], m[4], m[31], m[5]) = (Data, 0x1122_3344, 0x1122_3344, 0x4433_2211);
        m.Execute(line);
        Assert.That((m.Status(), m.Read(Data)), Is.EqualTo((status, 0x1122_3344u)));
    }

    [TestCase("dcbz r0,r1")]
    [TestCase("dcbt r0,r1")]
    [TestCase("icbi r0,r1")]
    [TestCase("dcbf r0,r1")]
    public void Cache_instructions_are_no_DVC_events(string line)
    {
        using TestMachine m = Debugged(0, D1r | D1w | (Or << 18) | (0xfu << 12));
        m.SetSpr(Spr.Dac1, Data);
        m.SetSpr(Spr.Dccr, uint.MaxValue);
        m[1] = Data;
        m.Execute(line);
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, 0u)));
    }

    [Test]
    public void A_value_that_was_loaded_before_the_instruction_faulted_is_no_event()
    {
        using TestMachine m = Debugged(0, D1r | (And << 18) | (0xfu << 12), msr: Msr.De | Msr.Dr);
        m.Map(0, TlbBench.Hi(0x5000_0000), TlbBench.Lo(TestMachine.DataBase));
        m.SetSpr(Spr.Dac1, 0x5000_0ffc);
        m[1] = 0x5000_0ffc;
        m.Execute("lmw r30,0(r1)");
        Assert.That((m.Only().Kind, m.Status()), Is.EqualTo((ExceptionKind.DataTlbMiss, 0u)));
    }

    [TestCase(0u, 0xfu)]
    [TestCase(And, 0u)]
    public void Without_a_mode_or_without_bytes_to_compare_it_is_a_DAC_event(uint mode, uint bytes)
    {
        using TestMachine m = Debugged(0, D1r | (mode << 18) | (bytes << 12));
        m.SetSpr(Spr.Dac1, Data);
        m[1] = Data;
        m.Execute("lwz r3,0(r1)");
        Assert.That((m.Only().Kind, m.Only().Pc), Is.EqualTo((ExceptionKind.Debug, First)));
    }
}
