using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Which exception comes when several could.</summary>
internal sealed unsafe class ExceptionPriorityTests
{
    private const uint Page = 0x5000_0000;
    private const uint Everything = Msr.Ee | Msr.Ce | Msr.Me | Msr.De;

    private static readonly (InterruptSource Source, ExceptionKind Kind)[] Order =
    [
        (InterruptSource.MachineCheck, ExceptionKind.MachineCheck),
        (InterruptSource.Debug, ExceptionKind.Debug),
        (InterruptSource.CriticalInput, ExceptionKind.CriticalInput),
        (InterruptSource.Watchdog, ExceptionKind.Watchdog),
        (InterruptSource.External, ExceptionKind.External),
        (InterruptSource.Fit, ExceptionKind.Fit),
        (InterruptSource.Pit, ExceptionKind.Pit),
    ];

    private static IEnumerable<TestCaseData> Pairs() =>
        from first in Enumerable.Range(0, Order.Length)
        from second in Enumerable.Range(first + 1, Order.Length - first - 1)
        select new TestCaseData(Order[first].Source, Order[second].Source, Order[first].Kind);

    [TestCaseSource(nameof(Pairs))]
    public void Of_two_pending_interrupts_the_higher_is_taken(InterruptSource higher, InterruptSource lower, ExceptionKind taken)
    {
        using TestMachine m = new() { Msr = Everything };
        m.Raise(lower);
        m.Raise(higher);
        m.Boundary();
        Assert.That(m.Only().Kind, Is.EqualTo(taken));
    }

    [Test]
    public void A_noncritical_interrupt_is_followed_at_once_by_a_critical_one_that_comes_meanwhile()
    {
        using TestMachine m = new() { Msr = Everything };
        m.Raise(InterruptSource.External);
        m.Boundary();
        m.Raise(InterruptSource.CriticalInput);
        m.Boundary();
        Assert.That(m.Exceptions.Select(taken => taken.Kind), Is.EqualTo([ExceptionKind.External, ExceptionKind.CriticalInput]));
        Assert.That(m.Exceptions[1].Pc, Is.EqualTo(Processor.Vector(ExceptionKind.External)));
    }

    [TestCase(InterruptSource.External, Everything & ~Msr.Ee)]
    [TestCase(InterruptSource.Fit, Everything & ~Msr.Ee)]
    [TestCase(InterruptSource.Pit, Everything & ~Msr.Ee)]
    [TestCase(InterruptSource.CriticalInput, Everything & ~Msr.Ce)]
    [TestCase(InterruptSource.Watchdog, Everything & ~Msr.Ce)]
    [TestCase(InterruptSource.MachineCheck, Everything & ~Msr.Me)]
    [TestCase(InterruptSource.Debug, Everything & ~Msr.De)]
    public void An_interrupt_waits_while_its_MSR_bit_is_0(InterruptSource source, uint msr)
    {
        using TestMachine m = new() { Msr = msr };
        m.Raise(source);
        m.Load("addi r3,r3,1", "addi r3,r3,1").Step(2);
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((0, 2u)));
    }

    [Test]
    public void A_disabled_higher_interrupt_does_not_hold_up_an_enabled_lower_one()
    {
        using TestMachine m = new() { Msr = Msr.Ee };
        m.Raise(InterruptSource.CriticalInput);
        m.Raise(InterruptSource.Pit);
        m.Boundary();
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.Pit));
    }

    [Test]
    public void An_interrupt_comes_before_any_fault_of_the_next_instruction()
    {
        using TestMachine m = new() { Msr = Msr.Ee | Msr.Ir };
        m.WithHandlers().Raise(InterruptSource.External);
        m.Step();
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.External));
    }

    [TestCase(InterruptSource.CriticalInput)]
    [TestCase(InterruptSource.Watchdog)]
    [TestCase(InterruptSource.External)]
    [TestCase(InterruptSource.Pit)]
    public void An_IAC_event_at_the_next_instruction_comes_before_an_interrupt(InterruptSource source)
    {
        using TestMachine m = DebuggedAtFirstInstruction();
        m.Raise(source);
        m.Boundary();
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.Debug));
    }

    [Test]
    public void A_machine_check_comes_before_an_IAC_event()
    {
        using TestMachine m = DebuggedAtFirstInstruction();
        m.Raise(InterruptSource.MachineCheck);
        m.Boundary();
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.MachineCheck));
        Assert.That(m.State->Dbsr & 0xffec_0000, Is.Zero);
    }

    [Test]
    public void An_IAC_event_comes_before_the_TLB_miss_of_the_instruction()
    {
        using TestMachine m = DebuggedAtFirstInstruction();
        m.Msr |= Msr.Ir;
        m.Step();
        Assert.That(m.Only().Kind, Is.EqualTo(ExceptionKind.Debug));
    }

    [Test]
    public void An_instruction_TLB_miss_comes_before_what_the_instruction_would_do()
    {
        using TestMachine m = new() { Msr = Msr.Ir | Msr.Pr };
        Assert.That(m.Fault(".long 0").Kind, Is.EqualTo(ExceptionKind.InstructionTlbMiss));
    }

    [Test]
    public void A_zone_fault_of_a_fetch_comes_before_the_want_of_EX()
    {
        using TestMachine m = new() { Msr = Msr.Ir | Msr.Pr };
        m.Map(0, TlbBench.Hi(TestMachine.CodeBase), TlbBench.Lo(TestMachine.CodeBase, rights: 0, attributes: Tlb.Guarded));
        ExceptionRecord taken = m.Fault("b 0");
        Assert.That((taken.Kind, taken.Esr), Is.EqualTo((ExceptionKind.InstructionStorage, Esr.Diz)));
    }

    [Test]
    public void An_illegal_word_is_illegal_and_not_privileged_in_problem_state()
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        Assert.That(m.Fault(".long 0").Esr, Is.EqualTo(Esr.Pil));
    }

    [TestCase("dcbi r0,r1")]
    [TestCase("dccci r0,r1")]
    [TestCase("iccci r0,r1")]
    [TestCase("dcread r3,r0,r1")]
    public void Privilege_comes_before_the_faults_of_the_access(string line)
    {
        using TestMachine m = new() { Msr = Msr.Pr | Msr.Dr };
        m[1] = ExceptionBench.Unmapped + 1;
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Esr), Is.EqualTo((ExceptionKind.Program, Esr.Ppr)));
    }

    [TestCase("lwarx r3,r0,r1")]
    [TestCase("stwcx. r3,r0,r1")]
    public void A_data_TLB_miss_comes_before_misalignment(string line)
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m[1] = ExceptionBench.Unmapped + 1;
        Assert.That(m.Fault(line).Kind, Is.EqualTo(ExceptionKind.DataTlbMiss));
    }

    [TestCase("stwcx. r3,r0,r1", 1u, 0u)]
    [TestCase("dcbz r0,r1", 0u, Tlb.WriteThrough)]
    [TestCase("dcbz r0,r1", 0u, Tlb.CacheInhibited)]
    public void A_protection_fault_comes_before_an_alignment_exception(string line, uint offset, uint attributes)
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, rights: 0, attributes: attributes));
        m[1] = Page + offset;
        Assert.That(m.Fault(line).Kind, Is.EqualTo(ExceptionKind.DataStorage));
    }

    [Test]
    public void A_zone_fault_comes_before_the_want_of_WR_and_that_before_U0()
    {
        using TestMachine m = new() { Msr = Msr.Dr | Msr.Pr };
        m.Map(0, TlbBench.Hi(Page, attributes: Tlb.U0), TlbBench.Lo(TestMachine.DataBase, rights: 0));
        m.SetSpr(Spr.Ccr0, 0x0001_0000);
        m[1] = Page;
        Assert.That(m.Fault("stw r3,0(r1)").Esr, Is.EqualTo(Esr.Diz | Esr.Dst));

        m.SetSpr(Spr.Zpr, 0x4000_0000);
        m.Msr = Msr.Dr | Msr.Pr;
        Assert.That(m.Fault("stw r3,0(r1)").Esr, Is.EqualTo(Esr.Dst));

        m.SetSpr(Spr.Zpr, 0xc000_0000);
        m.Msr = Msr.Dr | Msr.Pr;
        Assert.That(m.Fault("stw r3,0(r1)").Esr, Is.EqualTo(Esr.U0f | Esr.Dst));
    }

    [Test]
    public void The_first_page_of_a_misaligned_access_faults_before_the_second()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m[1] = ExceptionBench.Unmapped + 0xffe;
        Assert.That(m.Fault("lwz r3,0(r1)").Dear, Is.EqualTo(ExceptionBench.Unmapped + 0xffe));
    }

    private static TestMachine DebuggedAtFirstInstruction()
    {
        TestMachine m = new() { Msr = Everything };
        m.Load("addi r3,r3,1").WithHandlers();
        m.SetSpr(Spr.Iac1, TestMachine.CodeBase);
        m.SetSpr(Spr.Dbcr0, 0x4080_0000);
        return m;
    }
}
