using PpcJit.Machine.Cpu;
using static PpcJit.Machine.Tests.Interpreter.DebugBench;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Debug events of single steps, branches, traps and exceptions, and when the debug interrupt comes.</summary>
internal sealed unsafe class DebugEventTests
{
    private const uint First = TestMachine.CodeBase;

    [Test]
    public void Instruction_complete_interrupts_behind_each_instruction_and_SRR2_names_the_next()
    {
        using TestMachine m = Debugged(Ic);
        m.Load("addi r3,r3,1", "b 0x10").Step();
        m.Boundary();
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Msr, taken.Count, m[3]), Is.EqualTo((ExceptionKind.Debug, First + 4, Msr.De, 1ul, 1u)));
        Assert.That((m.Msr, m.Pc, m.Status()), Is.EqualTo((0u, 0x2000u, StatusIc)));
    }

    [Test]
    public void Single_stepping_makes_one_instruction_of_progress_with_each_rfci()
    {
        using TestMachine m = Debugged(Ic, msr: Msr.De | Msr.Pr);
        m[7] = uint.MaxValue;
        m.Assemble(Processor.Vector(ExceptionKind.Debug), "mtspr 1008,r7", "rfci");
        m.Load("addi r3,r3,1", "addi r3,r3,1", "b 8", "addi r3,r3,100", "addi r3,r3,1", "b 0").Step(4 * 3 + 1);
        Assert.That(m.Exceptions.Select(taken => taken.Pc), Is.EqualTo([First + 4, First + 8, First + 16, First + 20]));
        Assert.That(m[3], Is.EqualTo(3u));
    }

    [Test]
    public void The_instruction_that_enables_stepping_is_not_stepped_itself()
    {
        using TestMachine m = new TestMachine { Msr = Msr.De }.WithHandlers();
        m[5] = Idm | Ic;
        m.Load("mtspr 1010,r5", "addi r3,r3,1", "addi r3,r3,1").Step(3);
        Assert.That((m.Only().Pc, m[3]), Is.EqualTo((First + 8, 1u)));
    }

    [Test]
    public void A_system_call_completes_and_the_step_interrupts_before_its_handler()
    {
        using TestMachine m = Debugged(Ic);
        m.Load("sc").Step();
        m.Boundary();
        Assert.That(m.Exceptions.Select(taken => taken.Kind), Is.EqualTo([ExceptionKind.SystemCall, ExceptionKind.Debug]));
        Assert.That((m.State->Srr0, m.State->Srr2), Is.EqualTo((First + 4, Processor.Vector(ExceptionKind.SystemCall))));
    }

    [Test]
    public void A_faulting_instruction_does_not_complete()
    {
        using TestMachine m = Debugged(Ic);
        m.Execute(".long 0");
        m.Boundary();
        Assert.That((m.Only().Kind, m.Status()), Is.EqualTo((ExceptionKind.Program, 0u)));
    }

    [TestCase("b 8", true)]
    [TestCase("bl 8", true)]
    [TestCase("bc 12,2,8", true)]
    [TestCase("bc 4,2,8", false)]
    [TestCase("bcl 16,0,8", true)]
    [TestCase("bclr 20,0", true)]
    [TestCase("bcctr 20,0", true)]
    [TestCase("addi r3,r3,1", false)]
    public void A_taken_branch_interrupts_before_it_is_executed(string line, bool taken)
    {
        using TestMachine m = Debugged(Bt);
        (m.Cr, m.Ctr, m.Lr) = (0x2000_0000, 5, 0x77);
        m.Execute(line);
        if (!taken)
        {
            Assert.That((m.Exceptions.Count, m.Count, m.Status()), Is.EqualTo((0, 1ul, 0u)));
            return;
        }

        Assert.That((m.Only().Kind, m.Only().Pc, m.Status()), Is.EqualTo((ExceptionKind.Debug, First, StatusBt)));
        Assert.That((m.Count, m.Ctr, m.Lr), Is.EqualTo((0ul, 5u, 0x77u)), "neither counted nor linked");
    }

    [Test]
    public void A_trap_that_is_a_debug_event_interrupts_before_it_and_is_no_program_exception()
    {
        using TestMachine m = Debugged(Tde);
        m.Execute("twi 31,r0,0");
        Assert.That((m.Only().Kind, m.Only().Pc, m.Count, m.Status()), Is.EqualTo((ExceptionKind.Debug, First, 0ul, StatusTie)));
    }

    [Test]
    public void A_trap_whose_condition_does_not_hold_is_no_event()
    {
        using TestMachine m = Debugged(Tde);
        m.Execute("twi 16,r0,0");
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, 0u)));
    }

    [Test]
    public void A_trap_while_DE_is_0_is_recorded_as_imprecise_and_is_a_program_exception()
    {
        using TestMachine m = Debugged(Tde, msr: 0);
        m.Execute("twi 31,r0,0");
        Assert.That((m.Only().Kind, m.Only().Esr, m.Status()), Is.EqualTo((ExceptionKind.Program, Esr.Ptr, StatusTie | StatusIde)));
    }

    [TestCase("sc", 0u, ExceptionKind.SystemCall)]
    [TestCase(".long 0", 0u, ExceptionKind.Program)]
    [TestCase("lwz r3,0(r1)", Msr.Dr, ExceptionKind.DataTlbMiss)]
    [TestCase("lwarx r3,r0,r2", 0u, ExceptionKind.Alignment)]
    public void An_exception_that_is_a_debug_event_is_followed_by_the_debug_interrupt_at_its_vector(
        string line, uint msr, ExceptionKind kind)
    {
        using TestMachine m = Debugged(Ede, msr: Msr.De | msr);
        (m[1], m[2]) = (ExceptionBench.Unmapped, 1);
        m.Execute(line);
        m.Boundary();
        Assert.That(m.Exceptions.Select(taken => taken.Kind), Is.EqualTo([kind, ExceptionKind.Debug]));
        Assert.That((m.State->Srr2, m.State->Srr3, m.Status()), Is.EqualTo((Processor.Vector(kind), Msr.De, StatusExc)));
    }

    /// <summary>Table 5-22: SRR2 is the vector's address, so no instruction of the handler has been executed.</summary>
    [TestCase(InterruptSource.External, ExceptionKind.External)]
    [TestCase(InterruptSource.Pit, ExceptionKind.Pit)]
    [TestCase(InterruptSource.Fit, ExceptionKind.Fit)]
    public void An_interrupt_that_is_a_debug_event_is_followed_by_the_debug_interrupt_before_its_handler(
        InterruptSource source, ExceptionKind kind)
    {
        using TestMachine m = Debugged(Ede, msr: Msr.De | Msr.Ee);
        m.Load("addi r3,r3,1", "addi r3,r3,1");
        m.Raise(source);
        m.Engine.Run(1);
        Assert.That(m.Exceptions.Select(taken => taken.Kind), Is.EqualTo([kind, ExceptionKind.Debug]));
        Assert.That((m.State->Srr0, m.State->Srr2, m.Count), Is.EqualTo((First, Processor.Vector(kind), 1ul)),
            "the one is the debug handler's");
    }

    [Test]
    public void A_listener_that_raises_an_interrupt_when_one_is_taken_sees_it_taken_before_the_handler()
    {
        using TestMachine m = new TestMachine { Msr = Msr.Ee | Msr.Ce }.WithHandlers();
        m.Processor.ExceptionTaken += (in taken) => m.Processor.SetPending(InterruptSource.CriticalInput, taken.Kind == ExceptionKind.External);
        m.Raise(InterruptSource.External);
        m.Engine.Run(1);
        Assert.That(m.Exceptions.Select(taken => taken.Kind), Is.EqualTo([ExceptionKind.External, ExceptionKind.CriticalInput]));
    }

    [Test]
    public void No_interrupt_is_taken_when_a_reset_has_stopped_the_machine()
    {
        using TestMachine m = new TestMachine { Msr = Msr.Ee }.WithHandlers();
        m.Processor.Events.Create("reset", () => m.Processor.Reset(3)).ScheduleAt(0);
        m.Raise(InterruptSource.External);
        Assert.That((m.Processor.BetweenInstructions(10), m.Exceptions.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public void IDE_alone_asks_for_the_debug_interrupt_until_it_is_cleared()
    {
        using TestMachine m = Debugged(Ia1, msr: 0);
        m.SetSpr(Spr.Iac1, First);
        m.Load("addi r3,r3,1").Step();
        m.SetSpr(Spr.Dbsr, ~StatusIde);
        m.Msr = Msr.De;
        m.Boundary();
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((1, StatusIde)));
        m.SetSpr(Spr.Dbsr, StatusIde);
        m.Msr = Msr.De;
        m.Boundary();
        Assert.That(m.Exceptions, Has.Count.EqualTo(1));
    }

    [TestCase(InterruptSource.External, StatusExc)]
    [TestCase(InterruptSource.CriticalInput, 0u)]
    [TestCase(InterruptSource.MachineCheck, 0u)]
    public void Critical_exceptions_are_no_debug_events_in_internal_debug_mode(InterruptSource source, uint status)
    {
        using TestMachine m = Debugged(Ede, msr: Msr.De | Msr.Ee | Msr.Ce | Msr.Me);
        m.Raise(source);
        m.Boundary();
        Assert.That(m.Status(), Is.EqualTo(status));
    }

    [Test]
    public void Critical_exceptions_are_recorded_when_no_debug_mode_is_on()
    {
        using TestMachine m = new() { Msr = Msr.Ce };
        m.SetSpr(Spr.Dbcr0, Ede);
        m.Raise(InterruptSource.CriticalInput);
        m.Boundary();
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((1, StatusExc | StatusIde)));
    }

    [TestCase(Ic)]
    [TestCase(Bt)]
    public void In_internal_debug_mode_steps_and_branches_are_no_events_while_DE_is_0(uint dbcr0)
    {
        using TestMachine m = Debugged(dbcr0, msr: 0);
        m.Load("addi r3,r3,1", "b 4", "addi r3,r3,1").Step(3);
        Assert.That((m.Status(), m[3]), Is.EqualTo((0u, 2u)));
    }

    [TestCase(Ic, StatusIc)]
    [TestCase(Bt, StatusBt)]
    [TestCase(Ia1, StatusIa1)]
    [TestCase(Tde, StatusTie)]
    [TestCase(Ede, StatusExc)]
    public void Events_are_recorded_without_an_interrupt_when_no_debug_mode_is_on(uint dbcr0, uint status)
    {
        using TestMachine m = new TestMachine { Msr = Msr.De }.WithHandlers();
        m.SetSpr(Spr.Dbcr0, dbcr0);
        m.SetSpr(Spr.Iac1, First);
        m.Load("addi r3,r3,1", "b 4", "twi 31,r0,0").Step(3);
        Assert.That(m.Exceptions.Select(taken => taken.Kind), Is.EqualTo([ExceptionKind.Program]));
        Assert.That(m.Status(), Is.EqualTo(status));
    }

    [Test]
    public void An_event_recorded_while_DE_was_0_interrupts_when_DE_becomes_1()
    {
        using TestMachine m = Debugged(Ia1, msr: 0);
        m.SetSpr(Spr.Iac1, First);
        m[5] = Msr.De;
        m.Load("addi r3,r3,1", "addi r3,r3,1", "mtmsr r5", "addi r3,r3,1").Step(3);
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, StatusIa1 | StatusIde)));
        m.Step();
        Assert.That((m.Only().Kind, m.Only().Pc, m[3]), Is.EqualTo((ExceptionKind.Debug, First + 12, 2u)));
    }

    [Test]
    public void An_event_that_software_has_cleared_does_not_interrupt()
    {
        using TestMachine m = Debugged(Ia1, msr: 0);
        m.SetSpr(Spr.Iac1, First);
        (m[5], m[6]) = (Msr.De, uint.MaxValue);
        m.Load("addi r3,r3,1", "mtspr 1008,r6", "mtmsr r5", "addi r3,r3,1").Step(4);
        Assert.That((m.Exceptions.Count, m[3], m.Spr(Spr.Dbsr)), Is.EqualTo((0, 2u, 0u)));
    }

    [Test]
    public void DBSR_is_cleared_by_ones_and_only_where_they_are()
    {
        using TestMachine m = new();
        m.State->Dbsr = StatusIc | StatusBt | 0x300;
        m.SetSpr(Spr.Dbsr, 0);
        Assert.That(m.Spr(Spr.Dbsr), Is.EqualTo(StatusIc | StatusBt | 0x300));
        m.SetSpr(Spr.Dbsr, StatusIc);
        Assert.That(m.Spr(Spr.Dbsr), Is.EqualTo(StatusBt | 0x300));
        m.SetSpr(Spr.Dbsr, 0x300);
        Assert.That(m.Spr(Spr.Dbsr), Is.EqualTo(StatusBt));
    }

    [Test]
    public void The_debug_interrupt_comes_again_after_rfci_until_its_handler_clears_DBSR()
    {
        using TestMachine m = Debugged(0);
        m.Assemble(Processor.Vector(ExceptionKind.Debug), "rfci");
        m.State->Dbsr = StatusBt;
        m.SetSpr(Spr.Dbcr0, Idm);
        m.Load("addi r3,r3,1").Step(3);
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((3, 0u)));
    }

    [Test]
    public void MRR_tells_of_the_system_reset_at_power_on_and_is_no_event()
    {
        using TestMachine m = new TestMachine { Msr = Msr.De };
        Assert.That(m.Spr(Spr.Dbsr), Is.EqualTo(0x300u));
        m.SetSpr(Spr.Dbcr0, Idm);
        m.Execute("addi r3,r3,1");
        Assert.That(m.Exceptions, Is.Empty);
    }
}
