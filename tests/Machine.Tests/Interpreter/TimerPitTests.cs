using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>The programmable interval timer.</summary>
internal sealed class TimerPitTests
{
    [TestCase(1u, 1u, 1ul)]
    [TestCase(1u, 2u, 2ul)]
    [TestCase(1u, 1000u, 1000ul)]
    [TestCase(2u, 1000u, 500ul)]
    [TestCase(2u, 5u, 3ul)]
    [TestCase(3u, 10u, 4ul)]
    [TestCase(8u, 1u, 1ul)]
    [TestCase(8u, 17u, 3ul)]
    public void The_PIT_interrupts_at_exactly_the_count_at_which_it_reaches_0(uint ticks, uint value, ulong count)
    {
        using TestMachine m = TimerBench.Idle(ticks);
        m.Msr = Msr.Ee;
        m.SetSpr(Spr.Tcr, TimerBench.PitEnable);
        m.SetSpr(Spr.Pit, value);
        m.Run(count + 5);
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Count, taken.Pc), Is.EqualTo((ExceptionKind.Pit, count, TestMachine.CodeBase)));
        Assert.That(m.Spr(Spr.Tsr) & TimerBench.Pis, Is.EqualTo(TimerBench.Pis));
    }

    [Test]
    public void A_PIT_written_by_an_instruction_counts_from_that_instruction_on([Values(1u, 3u)] uint ticks)
    {
        using TestMachine m = new(ticks);
        m[3] = 1000;
        m.Load("addi r9,r0,0", "mtspr 987,r3", "mfspr r4,987", "addi r9,r0,0", "mfspr r5,987").Step(5);
        Assert.That((m[4], m[5]), Is.EqualTo((1000 - ticks, 1000 - (3 * ticks))));
    }

    [Test]
    public void Without_auto_reload_the_PIT_stops_at_0_and_expires_once()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Pit, 10);
        Assert.That(m.CountOf(TimerBench.Pis, 100), Is.EqualTo(10ul));
        m.SetSpr(Spr.Tsr, TimerBench.Pis);
        Assert.That((m.Spr(Spr.Pit), m.CountOf(TimerBench.Pis, 200)), Is.EqualTo((0u, (ulong?)null)));
    }

    [TestCase(1u, 10u, new[] { 10, 20, 30, 40 })]
    [TestCase(1u, 1u, new[] { 1, 2, 3, 4 })]
    [TestCase(3u, 10u, new[] { 4, 7, 10, 14 })]
    [TestCase(4u, 3u, new[] { 1, 2, 3, 4 })]
    [TestCase(2u, 7u, new[] { 4, 7, 11, 14 })]
    public void With_auto_reload_the_PIT_expires_at_every_multiple_of_the_value_written(uint ticks, uint value, int[] counts)
    {
        using TestMachine m = TimerBench.Idle(ticks);
        m.SetSpr(Spr.Tcr, TimerBench.AutoReload);
        m.SetSpr(Spr.Pit, value);
        foreach (int count in counts)
        {
            Assert.That(m.CountOf(TimerBench.Pis, 100), Is.EqualTo((ulong)count));
            m.SetSpr(Spr.Tsr, TimerBench.Pis);
            m.Engine.Step();
        }
    }

    [Test]
    public void The_reloaded_value_is_the_one_last_written_and_not_the_one_read()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Tcr, TimerBench.AutoReload);
        m.SetSpr(Spr.Pit, 50);
        m.Run(20);
        m.SetSpr(Spr.Pit, 30);
        Assert.That(m.CountOf(TimerBench.Pis, 100), Is.EqualTo(50ul));
        Assert.That(m.Spr(Spr.Pit), Is.EqualTo(30u));
        m.SetSpr(Spr.Tsr, TimerBench.Pis);
        Assert.That(m.CountOf(TimerBench.Pis, 100), Is.EqualTo(80ul));
    }

    [Test]
    public void Auto_reload_is_decided_when_the_PIT_expires()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Pit, 10);
        m.Run(5);
        m.SetSpr(Spr.Tcr, TimerBench.AutoReload);
        Assert.That(m.CountOf(TimerBench.Pis, 100), Is.EqualTo(10ul));
        m.SetSpr(Spr.Tsr, TimerBench.Pis);
        m.SetSpr(Spr.Tcr, 0);
        Assert.That(m.CountOf(TimerBench.Pis, 100), Is.EqualTo(20ul));
        m.SetSpr(Spr.Tsr, TimerBench.Pis);
        Assert.That(m.CountOf(TimerBench.Pis, 100), Is.Null);
    }

    [Test]
    public void Writing_0_stops_the_PIT_without_an_expiry()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Tcr, TimerBench.AutoReload);
        m.SetSpr(Spr.Pit, 10);
        m.Run(5);
        m.SetSpr(Spr.Pit, 0);
        Assert.That((m.CountOf(TimerBench.Pis, 100), m.Spr(Spr.Pit)), Is.EqualTo(((ulong?)null, 0u)));
    }

    [Test]
    public void The_PIT_counts_on_while_the_timebase_is_written()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Pit, 100);
        m.Run(40);
        m.SetTimebase(0x1234_5678_9abc_def0);
        Assert.That((m.Spr(Spr.Pit), m.CountOf(TimerBench.Pis, 200)), Is.EqualTo((60u, 100ul)));
    }

    [Test]
    public void The_PIT_counts_all_32_bits()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Pit, uint.MaxValue);
        m.Run(16);
        Assert.That(m.Spr(Spr.Pit), Is.EqualTo(uint.MaxValue - 16));
    }

    [Test]
    public void The_interrupt_comes_again_until_its_handler_clears_PIS()
    {
        using TestMachine m = TimerBench.Idle();
        m.Msr = Msr.Ee;
        m[3] = TimerBench.Pis;
        m.Assemble(Processor.Vector(ExceptionKind.Pit), "rfi");
        m.SetSpr(Spr.Tcr, TimerBench.PitEnable);
        m.SetSpr(Spr.Pit, 10);
        m.Run(13);
        Assert.That(m.Exceptions.Select(taken => taken.Count), Is.EqualTo([10ul, 11ul, 12ul]));

        m.Assemble(Processor.Vector(ExceptionKind.Pit), "mtspr 984,r3", "rfi");
        m.Run(20);
        Assert.That(m.Exceptions, Has.Count.EqualTo(4));
    }

    [Test]
    public void PIS_does_not_interrupt_while_PIE_is_0_and_does_at_once_when_it_becomes_1()
    {
        using TestMachine m = TimerBench.Idle();
        m.Msr = Msr.Ee;
        m.SetSpr(Spr.Pit, 10);
        m.Run(50);
        Assert.That(m.Exceptions, Is.Empty);
        m.SetSpr(Spr.Tcr, TimerBench.PitEnable);
        m.Boundary();
        Assert.That((m.Only().Kind, m.Only().Count), Is.EqualTo((ExceptionKind.Pit, 50ul)));
    }

    [Test]
    public void TSR_is_cleared_by_ones_and_only_where_they_are()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Pit, 10);
        m.Run(2000);
        Assert.That(m.Spr(Spr.Tsr), Is.EqualTo(TimerBench.Pis | TimerBench.Fis));
        m.SetSpr(Spr.Tsr, 0);
        Assert.That(m.Spr(Spr.Tsr), Is.EqualTo(TimerBench.Pis | TimerBench.Fis));
        m.SetSpr(Spr.Tsr, ~TimerBench.Fis);
        Assert.That(m.Spr(Spr.Tsr), Is.EqualTo(TimerBench.Fis));
    }
}
