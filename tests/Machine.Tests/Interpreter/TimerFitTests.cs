using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>The fixed interval timer.</summary>
internal sealed class TimerFitTests
{
    [TestCase(0u, 9)]
    [TestCase(1u, 13)]
    [TestCase(2u, 17)]
    [TestCase(3u, 21)]
    public void The_FIT_trips_at_each_0_to_1_transition_of_the_timebase_bit_that_TCR_FP_names(uint fp, int period)
    {
        using TestMachine m = TimerBench.Idle();
        ulong bit = 1ul << (period - 1);
        m.SetSpr(Spr.Tcr, fp << 24);
        m.SetTimebase(bit - 20);
        m.SetSpr(Spr.Tsr, uint.MaxValue);
        Assert.That(m.CountOf(TimerBench.Fis, 100), Is.EqualTo(20ul));

        // The next one is a whole period later, when the bit has fallen and risen again.
        m.SetSpr(Spr.Tsr, TimerBench.Fis);
        m.SetTimebase((3 * bit) - 7);
        m.SetSpr(Spr.Tsr, TimerBench.Fis);
        ulong now = m.Count;
        Assert.That(m.CountOf(TimerBench.Fis, 100), Is.EqualTo(now + 7));
        m.SetSpr(Spr.Tsr, TimerBench.Fis);
        Assert.That(m.CountOf(TimerBench.Fis, 100), Is.Null);
    }

    [TestCase(1u, new[] { 256, 768, 1280 })]
    [TestCase(2u, new[] { 128, 384, 640 })]
    [TestCase(3u, new[] { 86, 256, 427 })]
    [TestCase(100u, new[] { 3, 8, 13 })]
    public void The_FIT_interrupts_at_the_first_count_at_which_its_bit_is_seen_to_have_risen(uint ticks, int[] counts)
    {
        using TestMachine m = TimerBench.Idle(ticks);
        m.Msr = Msr.Ee;
        m[3] = TimerBench.Fis;
        m.Assemble(Processor.Vector(ExceptionKind.Fit), "mtspr 984,r3", "rfi");
        m.SetSpr(Spr.Tcr, TimerBench.FitEnable);
        m.Engine.Run((ulong)counts[^1] + 1);
        Assert.That(m.Exceptions.Select(taken => (int)taken.Count), Is.EqualTo(counts));
        Assert.That(m.Exceptions.Select(taken => taken.Kind), Is.All.EqualTo(ExceptionKind.Fit));
    }

    [Test]
    public void A_transition_while_FIS_is_set_is_not_remembered()
    {
        using TestMachine m = TimerBench.Idle();
        m.Run(1000);
        m.SetSpr(Spr.Tsr, TimerBench.Fis);
        Assert.That(m.CountOf(TimerBench.Fis, 1000), Is.EqualTo(1280ul));
    }

    [Test]
    public void A_change_of_TCR_FP_selects_another_bit_at_once()
    {
        using TestMachine m = TimerBench.Idle();
        m.SetSpr(Spr.Tcr, 0x0100_0000);
        m.Run(1000);
        Assert.That(m.Spr(Spr.Tsr), Is.Zero);
        m.SetSpr(Spr.Tcr, 0);
        Assert.That(m.CountOf(TimerBench.Fis, 1000), Is.EqualTo(1280ul));
    }

    [TestCase(0x0000u, 0x0100u, true)]
    [TestCase(0x0000u, 0xfeffu, false)]
    [TestCase(0x0100u, 0x0000u, false)]
    [TestCase(0x0100u, 0x0300u, false)]
    [TestCase(0x0200u, 0x0300u, true)]
    public void A_write_of_the_timebase_that_raises_the_bit_trips_the_FIT(uint before, uint after, bool trips)
    {
        using TestMachine m = TimerBench.Idle();
        m.SetTimebase(before);
        m.SetSpr(Spr.Tsr, uint.MaxValue);
        m.SetSpr(Spr.Tbl, after);
        Assert.That(m.Spr(Spr.Tsr), Is.EqualTo(trips ? TimerBench.Fis : 0));
    }

    [Test]
    public void FIS_does_not_interrupt_while_FIE_is_0()
    {
        using TestMachine m = TimerBench.Idle();
        m.Msr = Msr.Ee;
        m.Run(1000);
        Assert.That((m.Exceptions.Count, m.Spr(Spr.Tsr)), Is.EqualTo((0, TimerBench.Fis)));
    }
}
