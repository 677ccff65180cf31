using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>The watchdog and the resets.</summary>
internal sealed unsafe class TimerWatchdogTests
{
    private const ulong Bit = 1ul << 16;

    [TestCase(0u, 17)]
    [TestCase(1u, 21)]
    [TestCase(2u, 25)]
    [TestCase(3u, 29)]
    public void The_watchdog_trips_at_each_0_to_1_transition_of_the_timebase_bit_that_TCR_WP_names(uint wp, int period)
    {
        using TestMachine m = TimerBench.Idle();
        ulong bit = 1ul << (period - 1);
        m.SetSpr(Spr.Tcr, wp << 30);
        m.SetTimebase(bit - 20);
        m.SetSpr(Spr.Tsr, uint.MaxValue);
        Assert.That(m.CountOf(TimerBench.Enw, 100), Is.EqualTo(20ul));
    }

    [TestCase(0u, TimerBench.Enw)]
    [TestCase(TimerBench.Wis, TimerBench.Enw | TimerBench.Wis)]
    [TestCase(TimerBench.Enw, TimerBench.Enw | TimerBench.Wis)]
    [TestCase(TimerBench.Enw | TimerBench.Wis, TimerBench.Enw | TimerBench.Wis)]
    public void A_time_out_sets_ENW_first_then_WIS_and_without_WRC_nothing_more(uint before, uint after)
    {
        using TestMachine m = TimerBench.Idle();
        m.State->Tsr = before;
        TimeOut(m);
        Assert.That((m.Spr(Spr.Tsr) & ~TimerBench.Fis, m.Processor.StopReason), Is.EqualTo((after, StopReason.None)));
    }

    [TestCase(1u, StopReason.CoreReset)]
    [TestCase(2u, StopReason.ChipReset)]
    [TestCase(3u, StopReason.SystemReset)]
    public void The_third_time_out_resets_as_TCR_WRC_says_and_TSR_WRS_and_DBSR_MRR_tell_of_it(uint wrc, StopReason reason)
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Tcr, wrc << 28);
        m.SetTimebase(0);
        m.Engine.Run(Bit + 1);
        Assert.That(m.Spr(Spr.Tsr) & 0xf000_0000, Is.EqualTo(TimerBench.Enw));
        m.Engine.Run((3 * Bit) + 1);
        Assert.That(m.Spr(Spr.Tsr) & 0xf000_0000, Is.EqualTo(TimerBench.Enw | TimerBench.Wis));
        Assert.That(m.Processor.StopReason, Is.EqualTo(StopReason.None));
        m.Engine.Run(10 * Bit);
        Assert.That((m.Processor.StopReason, m.Count), Is.EqualTo((reason, 5 * Bit)));
        Assert.That(m.Spr(Spr.Tsr) & TimerBench.Wrs, Is.EqualTo(wrc << 28));
        Assert.That(m.Spr(Spr.Dbsr) & Debug.StatusReset, Is.EqualTo(wrc << 8));
        Assert.That(m.Spr(Spr.Tcr), Is.Zero, "a reset clears WRC");
    }

    [Test]
    public void Software_that_clears_ENW_or_WIS_in_time_prevents_the_reset([Values(TimerBench.Enw, TimerBench.Wis)] uint cleared)
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Tcr, 0x3000_0000);
        for (int n = 0; n < 8; n++)
        {
            TimeOut(m);
            m.SetSpr(Spr.Tsr, cleared);
        }

        Assert.That(m.Processor.StopReason, Is.EqualTo(StopReason.None));
    }

    [TestCase(Msr.Ce, TimerBench.WatchdogEnable, true)]
    [TestCase(Msr.Ee, TimerBench.WatchdogEnable, false)]
    [TestCase(Msr.Ce, 0u, false)]
    public void WIS_is_a_critical_interrupt_when_TCR_WIE_and_MSR_CE_are_set(uint msr, uint tcr, bool interrupts)
    {
        using TestMachine m = TimerBench.Idle();
        m.Msr = msr;
        m.SetSpr(Spr.Tcr, tcr);
        TimeOut(m);
        Assert.That(m.Exceptions, Is.Empty, "ENW does not interrupt");
        TimeOut(m);
        Assert.That(m.Exceptions, Has.Count.EqualTo(interrupts ? 1 : 0));
        if (interrupts)
            Assert.That((m.Only().Kind, m.State->Srr2, m.State->Srr3), Is.EqualTo((ExceptionKind.Watchdog, TestMachine.CodeBase, Msr.Ce)));
    }

    [Test]
    public void TCR_WRC_can_be_set_but_not_cleared_by_software()
    {
        using TestMachine m = new();
        m.SetSpr(Spr.Tcr, 0x1000_0000);
        m.SetSpr(Spr.Tcr, 0);
        Assert.That(m.Spr(Spr.Tcr), Is.EqualTo(0x1000_0000u));
        m.SetSpr(Spr.Tcr, 0x2400_0000);
        Assert.That(m.Spr(Spr.Tcr), Is.EqualTo(0x3400_0000u));
        m.SetSpr(Spr.Tcr, 0);
        Assert.That(m.Spr(Spr.Tcr), Is.EqualTo(0x3000_0000u));
    }

    [TestCase(1u, StopReason.CoreReset)]
    [TestCase(2u, StopReason.ChipReset)]
    [TestCase(3u, StopReason.SystemReset)]
    public void DBCR0_RST_resets_at_once_and_reads_as_0(uint rst, StopReason reason)
    {
        using TestMachine m = new();
        m[3] = rst << 28;
        m.Load("mtspr 1010,r3", "addi r4,r0,1");
        m.Engine.Run(100);
        Assert.That((m.Processor.StopReason, m.Count, m[4]), Is.EqualTo((reason, 1ul, 0u)));
        Assert.That((m.Spr(Spr.Dbcr0), m.Spr(Spr.Dbsr)), Is.EqualTo((0u, rst << 8)));
    }

    [Test]
    public void DBCR0_without_RST_resets_nothing()
    {
        using TestMachine m = new();
        m.SetSpr(Spr.Dbcr0, 0xcfff_ffff);
        Assert.That(m.Processor.StopReason, Is.EqualTo(StopReason.None));
    }

    /// <summary>Lets the watchdog's bit rise once.</summary>
    private static void TimeOut(TestMachine m)
    {
        m.SetTimebase(Bit - 1);
        m.Run(1);
        m.Boundary();
        m.SetTimebase(0);
    }
}
