using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Accesses to addresses at which the board has nothing.</summary>
internal sealed unsafe class ExceptionMachineCheckTests
{
    private const uint Nowhere = ExceptionBench.Nowhere;

    [TestCase("lwz r3,0(r1)", uint.MaxValue)]
    [TestCase("lhz r3,0(r1)", 0xffffu)]
    [TestCase("lbz r3,0(r1)", 0xffu)]
    [TestCase("lha r3,0(r1)", uint.MaxValue)]
    [TestCase("lwarx r3,r0,r1", uint.MaxValue)]
    public void A_load_from_nothing_completes_with_ones_and_is_followed_by_a_machine_check(string line, uint loaded)
    {
        using TestMachine m = new() { Msr = Msr.Me };
        m.State->Esr = Esr.Ptr;
        m[1] = Nowhere;
        m.Execute(line);
        Assert.That((m.Exceptions.Count, m[3], m.Count), Is.EqualTo((0, loaded, 1ul)));
        m.Boundary();
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Msr, taken.Count),
            Is.EqualTo((ExceptionKind.MachineCheck, TestMachine.CodeBase + 4, Msr.Me, 1ul)));
        Assert.That(taken.Esr, Is.EqualTo(Esr.Ptr), "a data machine check leaves ESR");
    }

    [TestCase("stw r3,0(r1)")]
    [TestCase("sth r3,0(r1)")]
    [TestCase("stb r3,0(r1)")]
    [TestCase("stmw r30,0(r1)")]
    [TestCase("stswi r3,r1,5")]
    public void A_store_to_nothing_completes_and_is_followed_by_one_machine_check(string line)
    {
        using TestMachine m = new TestMachine { Msr = Msr.Me }.WithHandlers();
        m[1] = Nowhere;
        m.Execute(line);
        m.Step(3);
        Assert.That((m.Only().Kind, m.Only().Pc, m.Only().Count), Is.EqualTo((ExceptionKind.MachineCheck, TestMachine.CodeBase + 4, 1ul)));
    }

    [Test]
    public void Dcbz_of_nothing_is_followed_by_a_machine_check_when_the_cache_has_no_line_for_it()
    {
        using TestMachine m = new() { Msr = Msr.Me };
        m.SetSpr(Spr.Dccr, uint.MaxValue);
        m[1] = Nowhere;
        for (uint line = 0; line < m.Processor.Model.DataCacheBytes / 32; line++)
        {
            m.Execute("dcbz r0,r1");
            m.Boundary();
            m[1] += 32;
        }

        Assert.That(m.Exceptions, Is.Empty);
        m.Execute("dcbz r0,r1");
        m.Boundary();
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.MachineCheck));
    }

    [Test]
    public void A_data_bus_error_while_ME_is_0_is_forgotten()
    {
        using TestMachine m = new();
        m[1] = Nowhere;
        m[5] = Msr.Me;
        m.Load("lwz r3,0(r1)", "stw r3,0(r1)", "mtmsr r5", "addi r4,r0,1").Step(4);
        Assert.That((m.Exceptions.Count, m[4]), Is.EqualTo((0, 1u)));
    }

    [Test]
    public void A_fetch_from_nothing_is_a_machine_check_at_that_address_and_MCI_replaces_ESR()
    {
        using TestMachine m = new() { Msr = Msr.Me | Msr.Ce };
        (m.State->Esr, m.State->Dear) = (Esr.Ptr | Esr.Diz, 0x1234);
        m.Pc = Nowhere;
        m.Step();
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Msr, taken.Count),
            Is.EqualTo((ExceptionKind.MachineCheck, Nowhere, Msr.Me | Msr.Ce, 0ul)));
        Assert.That((taken.Esr, taken.Dear), Is.EqualTo((Esr.Mci, 0x1234u)));
    }

    [Test]
    public void A_fetch_from_nothing_while_ME_is_0_sets_MCI_and_is_an_illegal_instruction()
    {
        using TestMachine m = new();
        m.Pc = Nowhere;
        m.Step();
        Assert.That((m.Only().Kind, m.Only().Pc, m.Only().Esr), Is.EqualTo((ExceptionKind.Program, Nowhere, Esr.Mci | Esr.Pil)));
    }

    [Test]
    public void MCI_alone_does_not_cause_a_machine_check_when_ME_becomes_1()
    {
        using TestMachine m = new();
        m.State->Esr = Esr.Mci;
        m[5] = Msr.Me;
        m.Load("mtmsr r5", "addi r3,r3,1").Step(2);
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((0, 1u)));
    }

    [Test]
    public void Translation_to_nothing_is_a_machine_check_too()
    {
        using TestMachine m = new() { Msr = Msr.Me | Msr.Dr };
        m.Map(0, TlbBench.Hi(0x5000_0000), TlbBench.Lo(Nowhere));
        m[1] = 0x5000_0010;
        m.Execute("lwz r3,0(r1)");
        m.Boundary();
        Assert.That((m.Only().Kind, m[3]), Is.EqualTo((ExceptionKind.MachineCheck, uint.MaxValue)));
    }

    [TestCase(TestMachine.RamSize)]
    [TestCase(0x0800_0000u)]
    [TestCase(0x8000_0000u)]
    [TestCase(0xc000_0000u)]
    [TestCase(0xfff0_0000u)]
    public void Real_mode_never_finds_RAM_at_another_address(uint offset)
    {
        using TestMachine m = new();
        m.Write(TestMachine.DataBase, 0x1234_5678);
        (m[1], m[4]) = (TestMachine.DataBase + offset, 0xdead_beef);
        m.Execute("lwz r3,0(r1)");
        m.Execute("stw r4,0(r1)");
        Assert.That((m[3], m.Read(TestMachine.DataBase)), Is.EqualTo((uint.MaxValue, 0x1234_5678u)));
    }

    [Test]
    public void A_word_that_begins_in_RAM_and_ends_behind_it_is_a_bus_error()
    {
        using TestMachine m = new() { Msr = Msr.Me };
        m[1] = TestMachine.RamSize - 2;
        m.Execute("lwz r3,0(r1)");
        m.Boundary();
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.MachineCheck));
    }
}
