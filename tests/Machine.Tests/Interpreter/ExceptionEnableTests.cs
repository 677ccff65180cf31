using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Exactly when a pending interrupt is taken, and the wait state.</summary>
internal sealed unsafe class ExceptionEnableTests
{
    private const uint First = TestMachine.CodeBase;

    [TestCase("mtmsr r5")]
    [TestCase("wrtee r5")]
    [TestCase("wrteei 1")]
    public void A_pending_interrupt_is_taken_directly_behind_the_instruction_that_sets_EE(string line)
    {
        using TestMachine m = Waiting(InterruptSource.External);
        m[5] = Msr.Ee;
        m.Load("addi r3,r3,1", line, "addi r3,r3,1", "addi r3,r3,1").Step(3);
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Count, m[3]), Is.EqualTo((ExceptionKind.External, First + 8, 2ul, 1u)));
    }

    [TestCase("rfi", Spr.Srr0, Spr.Srr1, InterruptSource.External, ExceptionKind.External)]
    [TestCase("rfi", Spr.Srr0, Spr.Srr1, InterruptSource.CriticalInput, ExceptionKind.CriticalInput)]
    [TestCase("rfci", Spr.Srr2, Spr.Srr3, InterruptSource.Pit, ExceptionKind.Pit)]
    [TestCase("rfci", Spr.Srr2, Spr.Srr3, InterruptSource.Watchdog, ExceptionKind.Watchdog)]
    public void A_pending_interrupt_is_taken_at_the_target_of_the_return_that_enables_it(
        string line, int address, int msr, InterruptSource source, ExceptionKind kind)
    {
        using TestMachine m = Waiting(source);
        m.SetSpr(address, First + 0x100);
        m.SetSpr(msr, Msr.Ee | Msr.Ce | Msr.Pr);
        m.Assemble(First + 0x100, "addi r3,r3,1");
        m.Load(line).Step(2);
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Msr, taken.Count, m[3]),
            Is.EqualTo((kind, First + 0x100, Msr.Ee | Msr.Ce | Msr.Pr, 1ul, 0u)));
    }

    [TestCase(InterruptSource.CriticalInput, Msr.Ce, ExceptionKind.CriticalInput)]
    [TestCase(InterruptSource.Watchdog, Msr.Ce, ExceptionKind.Watchdog)]
    [TestCase(InterruptSource.Debug, Msr.De, ExceptionKind.Debug)]
    public void Mtmsr_lets_a_pending_critical_interrupt_in_at_the_next_instruction(InterruptSource source, uint msr, ExceptionKind kind)
    {
        using TestMachine m = Waiting(source);
        m[5] = msr;
        m.Load("mtmsr r5", "addi r3,r3,1").Step(2);
        Assert.That((m.Only().Kind, m.Only().Pc, m[3]), Is.EqualTo((kind, First + 4, 0u)));
    }

    [TestCase("wrteei 0")]
    [TestCase("wrtee r0")]
    [TestCase("mtmsr r0")]
    public void An_interrupt_that_comes_with_the_instruction_that_clears_EE_waits(string line)
    {
        using TestMachine m = new() { Msr = Msr.Ee };
        m.SetSpr(Spr.Pit, 1);
        m.SetSpr(Spr.Tcr, 0x0400_0000);
        m.Load(line, "addi r3,r3,1", "addi r3,r3,1").Step(3);
        Assert.That((m.Exceptions.Count, m[3], m.Spr(Spr.Tsr)), Is.EqualTo((0, 2u, 0x0800_0000u)));
    }

    [Test]
    public void Wrtee_and_wrteei_change_no_other_MSR_bit()
    {
        using TestMachine m = new() { Msr = Msr.Me | Msr.Ce | Msr.De };
        m[5] = uint.MaxValue;
        m.Execute("wrtee r5");
        Assert.That(m.Msr, Is.EqualTo(Msr.Me | Msr.Ce | Msr.De | Msr.Ee));
        m[5] = ~Msr.Ee;
        m.Execute("wrtee r5");
        Assert.That(m.Msr, Is.EqualTo(Msr.Me | Msr.Ce | Msr.De));
        m.Execute("wrteei 1");
        m.Execute("wrteei 0");
        Assert.That(m.Msr, Is.EqualTo(Msr.Me | Msr.Ce | Msr.De));
    }

    [Test]
    public void The_external_input_is_a_level_and_interrupts_again_after_rfi_until_it_falls()
    {
        using TestMachine m = Waiting(InterruptSource.External);
        m.Msr = Msr.Ee;
        m.Assemble(Processor.Vector(ExceptionKind.External), "rfi");
        m.Load("addi r3,r3,1").Step(3);
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((3, 0u)));
        m.Processor.SetPending(InterruptSource.External, false);
        m.Step();
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((3, 1u)));
    }

    [Test]
    public void An_interrupt_that_is_held_is_taken_when_it_is_let_go()
    {
        using TestMachine m = Waiting(InterruptSource.External);
        m.Msr = Msr.Ee;
        m.Processor.HeldInterrupts = (uint)InterruptSource.External;
        m.Load("addi r3,r3,1", "addi r3,r3,1").Step();
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((0, 1u)));
        m.Processor.HeldInterrupts = 0;
        m.Step();
        Assert.That((m.Only().Kind, m.Only().Pc), Is.EqualTo((ExceptionKind.External, First + 4)));
    }

    [Test]
    public void The_wait_state_lasts_until_the_interrupt_and_counts_its_instructions()
    {
        using TestMachine m = Sleeping(pit: 1000);
        m.Engine.Run(1001);
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Msr, taken.Count), Is.EqualTo((ExceptionKind.Pit, First + 4, Msr.We | Msr.Ee, 1000ul)));
        Assert.That(m.Msr, Is.Zero);
    }

    [TestCase(1u)]
    [TestCase(3u)]
    [TestCase(7u)]
    public void The_wait_state_ends_at_the_first_count_at_which_the_time_has_come(uint ticks)
    {
        using TestMachine m = Sleeping(pit: 1000, ticks);
        m.Engine.Run(2000);
        Assert.That(m.Exceptions[0].Count, Is.EqualTo((1000 + ticks - 1) / ticks));
        Assert.That(m.Count, Is.EqualTo(2000ul));
    }

    [Test]
    public void A_waiting_processor_stops_exactly_where_its_engine_is_told_to()
    {
        using TestMachine m = Sleeping(pit: 1000);
        foreach (ulong until in (ulong[])[1, 2, 500, 999, 1000])
        {
            m.Engine.Run(until);
            Assert.That((m.Count, m.Exceptions.Count), Is.EqualTo((until, 0)));
        }

        m.Engine.Run(1001);
        Assert.That(m.Only().Count, Is.EqualTo(1000ul));
    }

    [Test]
    public void The_same_states_come_whether_a_wait_is_run_in_one_piece_or_in_many()
    {
        using TestMachine whole = Sleeping(pit: 300);
        using TestMachine pieces = Sleeping(pit: 300);
        whole.Engine.Run(400);
        for (ulong count = 1; count <= 400; count++)
            pieces.Engine.Run(count);
        Assert.That(pieces.Board.StateHash(), Is.EqualTo(whole.Board.StateHash()));
    }

    [Test]
    public void Disabled_interrupts_do_not_end_the_wait_state()
    {
        using TestMachine m = new();
        m.SetSpr(Spr.Tcr, 0x0400_0000);
        m.SetSpr(Spr.Pit, 10);
        m[5] = Msr.We;
        m.Load("mtmsr r5", "addi r3,r3,1");
        m.Engine.Run(100_000);
        Assert.That((m.Exceptions.Count, m.Count, m[3], m.Pc), Is.EqualTo((0, 100_000ul, 0u, First + 4)));
    }

    [Test]
    public void A_wait_that_nothing_can_end_stops_the_machine()
    {
        using TestMachine m = new();
        m[5] = Msr.We;
        m.Load("mtmsr r5");
        m.Engine.Run(ulong.MaxValue);
        Assert.That(m.Processor.StopReason, Is.EqualTo(StopReason.WaitsForever));
    }

    private static TestMachine Waiting(InterruptSource source)
    {
        TestMachine m = new TestMachine().WithHandlers();
        m.Raise(source);
        return m;
    }

    private static TestMachine Sleeping(uint pit, uint ticks = 1)
    {
        TestMachine m = new TestMachine(ticks).WithHandlers();
        m.SetSpr(Spr.Tcr, 0x0400_0000);
        m.SetSpr(Spr.Pit, pit);
        m[5] = Msr.We | Msr.Ee;
        return m.Load("mtmsr r5", "addi r3,r3,1");
    }
}
