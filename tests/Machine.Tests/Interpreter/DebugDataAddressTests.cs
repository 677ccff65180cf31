using PpcJit.Machine.Cpu;
using static PpcJit.Machine.Tests.Interpreter.DebugBench;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Data address compare.</summary>
internal sealed class DebugDataAddressTests
{
    private const uint First = TestMachine.CodeBase;
    private const uint Data = TestMachine.DataBase + 0x100;

    [TestCase("lwz r3,0(r1)", D1r, Spr.Dac1, StatusDr1)]
    [TestCase("lwz r3,0(r1)", D2r, Spr.Dac2, StatusDr2)]
    [TestCase("stw r3,0(r1)", D1w, Spr.Dac1, StatusDw1)]
    [TestCase("stw r3,0(r1)", D2w, Spr.Dac2, StatusDw2)]
    public void A_DAC_event_interrupts_before_the_access_and_SRR2_names_its_instruction(string line, uint dbcr1, int register, uint status)
    {
        using TestMachine m = Debugged(0, dbcr1);
        m.SetSpr(register, Data);
        m.Write(Data, 0x1111_1111);
        (m[1], m[3]) = (Data, 0x2222_2222);
        m.Execute(line);
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Count, m.Status()), Is.EqualTo((ExceptionKind.Debug, First, 0ul, status)));
        Assert.That((m[3], m.Read(Data)), Is.EqualTo((0x2222_2222u, 0x1111_1111u)), "nothing was loaded or stored");
    }

    [TestCase("lwz r3,0(r1)", D1w | D2w)]
    [TestCase("stw r3,0(r1)", D1r | D2r)]
    public void Loads_are_reads_and_stores_are_writes(string line, uint dbcr1)
    {
        using TestMachine m = Debugged(0, dbcr1);
        m.SetSpr(Spr.Dac1, Data);
        m.SetSpr(Spr.Dac2, Data);
        m[1] = Data;
        m.Execute(line);
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, 0u)));
    }

    [Test]
    public void A_DAC_event_while_DE_is_0_is_recorded_as_imprecise_and_the_access_is_done()
    {
        using TestMachine m = Debugged(0, D1w, msr: 0);
        m.SetSpr(Spr.Dac1, Data);
        (m[1], m[3]) = (Data, 0x2222_2222);
        m.Execute("stw r3,0(r1)");
        Assert.That((m.Exceptions.Count, m.Read(Data), m.Status()), Is.EqualTo((0, 0x2222_2222u, StatusDw1 | StatusIde)));
    }

    [TestCase("lwz r3,0(r1)", Msr.Dr, ExceptionKind.DataTlbMiss)]
    [TestCase("lwarx r3,r0,r2", 0u, ExceptionKind.Alignment)]
    [TestCase("dcbz r0,r1", 0u, ExceptionKind.Alignment)]
    public void An_access_that_faults_is_no_DAC_event(string line, uint msr, ExceptionKind kind)
    {
        using TestMachine m = Debugged(0, D1r | D1w | (3u << 26), msr: Msr.De | msr);
        m.SetSpr(Spr.Dac1, Data);
        (m[1], m[2]) = (Data, Data + 1);
        m.Execute(line);
        Assert.That((m.Only().Kind, m.Status()), Is.EqualTo((kind, 0u)));
    }

    [TestCase(0u, Data, Data, true)]
    [TestCase(0u, Data, Data + 1, false)]
    [TestCase(1u, Data, Data + 1, true)]
    [TestCase(1u, Data + 1, Data, true)]
    [TestCase(1u, Data, Data + 2, false)]
    [TestCase(2u, Data, Data + 3, true)]
    [TestCase(2u, Data + 2, Data + 1, true)]
    [TestCase(2u, Data, Data + 4, false)]
    [TestCase(3u, Data, Data + 31, true)]
    [TestCase(3u, Data + 17, Data, true)]
    [TestCase(3u, Data, Data + 32, false)]
    [TestCase(3u, Data, Data - 1, false)]
    public void The_compare_size_says_how_many_low_address_bits_are_ignored(uint size, uint dac, uint address, bool matches)
    {
        using TestMachine first = Debugged(0, D1r | (size << 26));
        using TestMachine second = Debugged(0, D2r | (size << 24));
        first.SetSpr(Spr.Dac1, dac);
        second.SetSpr(Spr.Dac2, dac);
        foreach (TestMachine m in (TestMachine[])[first, second])
        {
            m[1] = address;
            m.Execute("lbz r3,0(r1)");
            Assert.That(m.Exceptions, Has.Count.EqualTo(matches ? 1 : 0));
        }
    }

    [TestCase("lwz r3,0(r1)", Data + 3, false)]
    [TestCase("lwz r3,0(r1)", Data, true)]
    [TestCase("lwz r3,2(r1)", Data + 2, true)]
    [TestCase("lwz r3,2(r1)", Data + 4, true)]
    [TestCase("lwz r3,2(r1)", Data + 3, false)]
    [TestCase("lhz r3,3(r1)", Data + 4, true)]
    [TestCase("lhz r3,2(r1)", Data + 4, false)]
    [TestCase("lmw r30,0(r1)", Data + 4, true)]
    [TestCase("lmw r30,0(r1)", Data + 8, false)]
    [TestCase("lswi r3,r2,6", Data + 1, true)]
    [TestCase("lswi r3,r2,6", Data + 2, false)]
    [TestCase("lswi r3,r2,6", Data + 4, true)]
    [TestCase("lswi r3,r2,3", Data + 4, false)]
    public void The_address_of_each_access_within_a_word_is_compared_not_that_of_each_byte(string line, uint dac, bool matches)
    {
        using TestMachine m = Debugged(0, D1r);
        m.SetSpr(Spr.Dac1, dac);
        (m[1], m[2]) = (Data, Data + 1);
        m.Execute(line);
        Assert.That(m.Exceptions, Has.Count.EqualTo(matches ? 1 : 0));
    }

    [TestCase("stmw r30,0(r1)", Data + 4)]
    [TestCase("stswi r3,r1,8", Data + 4)]
    [TestCase("stw r3,2(r1)", Data + 4)]
    public void Every_access_of_a_store_is_compared(string line, uint dac)
    {
        using TestMachine m = Debugged(0, D1w);
        m.SetSpr(Spr.Dac1, dac);
        m[1] = Data;
        m.Execute(line);
        Assert.That((m.Only().Kind, m.Only().Pc, m.Count), Is.EqualTo((ExceptionKind.Debug, First, 0ul)));
    }

    [TestCase("lswx r3,r0,r1")]
    [TestCase("stswx r3,r0,r1")]
    public void A_string_of_no_bytes_is_no_DAC_event(string line)
    {
        using TestMachine m = Debugged(0, D1r | D1w);
        m.SetSpr(Spr.Dac1, Data);
        m[1] = Data;
        m.Execute(line);
        Assert.That(m.Exceptions, Is.Empty);
    }

    [TestCase(0u, Data - 1, false)]
    [TestCase(0u, Data, true)]
    [TestCase(0u, Data + 7, true)]
    [TestCase(0u, Data + 8, false)]
    [TestCase(Da12x, Data - 1, true)]
    [TestCase(Da12x, Data, false)]
    [TestCase(Da12x, Data + 7, false)]
    [TestCase(Da12x, Data + 8, true)]
    public void A_range_begins_with_DAC1_and_ends_before_DAC2_or_is_what_lies_outside(uint exclusive, uint address, bool matches)
    {
        using TestMachine m = Debugged(0, D1r | Da12 | exclusive);
        m.SetSpr(Spr.Dac1, Data);
        m.SetSpr(Spr.Dac2, Data + 8);
        m[1] = address;
        m.Execute("lbz r3,0(r1)");
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo(matches ? (1, StatusDr1) : (0, 0u)));
    }

    [TestCase("dcbz r0,r1", 0u, StatusDw1)]
    [TestCase("dcbi r0,r1", 0u, StatusDw1)]
    [TestCase("dcbf r0,r1", 0u, StatusDw1)]
    [TestCase("dcbst r0,r1", 0u, StatusDw1)]
    [TestCase("dcbt r0,r1", StatusDr1, 0u)]
    [TestCase("dcbtst r0,r1", StatusDr1, 0u)]
    [TestCase("icbi r0,r1", StatusDr1, 0u)]
    [TestCase("icbt r0,r1", StatusDr1, 0u)]
    [TestCase("dccci r0,r1", 0u, 0u)]
    [TestCase("iccci r0,r1", 0u, 0u)]
    [TestCase("dcread r3,r0,r1", 0u, 0u)]
    [TestCase("icread r0,r1", 0u, 0u)]
    public void A_cache_instruction_is_a_DAC_event_as_the_manuals_table_says(string line, uint reads, uint writes)
    {
        foreach ((uint dbcr1, uint status) in ((uint, uint)[])[(D1r, reads), (D1w, writes)])
        {
            using TestMachine m = Debugged(0, dbcr1);
            m.SetSpr(Spr.Dac1, Data);
            m.SetSpr(Spr.Dccr, uint.MaxValue);
            m[1] = Data;
            m.Execute(line);
            Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((status == 0 ? 0 : 1, status)));
        }
    }

    [TestCase("dcbt r0,r1")]
    [TestCase("dcbtst r0,r1")]
    [TestCase("icbt r0,r1")]
    public void A_hint_to_an_unmapped_address_is_no_DAC_event(string line)
    {
        using TestMachine m = Debugged(0, D1r, msr: Msr.De | Msr.Dr);
        m.SetSpr(Spr.Dac1, Data);
        m[1] = Data;
        m.Execute(line);
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, 0u)));
    }

    [TestCase(0u)]
    [TestCase(1u)]
    public void A_conditional_store_is_a_DAC_event_whether_or_not_it_would_store(uint reservation)
    {
        using TestMachine m = Debugged(0, D1w);
        m.Reserve(reservation);
        m.SetSpr(Spr.Dac1, Data);
        (m[1], m.Cr) = (Data, 0x1234_5678);
        m.Execute("stwcx. r3,r0,r1");
        Assert.That((m.Only().Kind, m.Only().Pc, m.Cr), Is.EqualTo((ExceptionKind.Debug, First, 0x1234_5678u)));
    }
}
