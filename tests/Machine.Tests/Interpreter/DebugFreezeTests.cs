using PpcJit.Machine.Cpu;
using static PpcJit.Machine.Tests.Interpreter.DebugBench;
using static PpcJit.Machine.Tests.Interpreter.TimerBench;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>DBCR0[FT]: timebase, PIT, FIT and watchdog stand still while the DBSR records an event.</summary>
internal sealed class DebugFreezeTests
{
    private const uint Ft = 1;

    [Test]
    public void The_timebase_stands_still_from_the_event_until_it_is_cleared()
    {
        using TestMachine m = Frozen();
        uint before = m.Spr(Spr.TblRead);
        m.Step(100);
        Assert.That(m.Spr(Spr.TblRead), Is.EqualTo(before));
        m.SetSpr(Spr.Dbsr, uint.MaxValue);
        m.SetSpr(Spr.Dbcr0, Ft);
        m.Step(100);
        Assert.That(m.Spr(Spr.TblRead), Is.EqualTo(before + 100));
    }

    [Test]
    public void Without_FT_or_without_an_event_time_goes_on()
    {
        using TestMachine m = Idle();
        m.SetSpr(Spr.Iac1, TestMachine.CodeBase);
        m.SetSpr(Spr.Dbcr0, Ia1);
        m.Step(100);
        Assert.That(m.Spr(Spr.TblRead), Is.EqualTo(100u), "an event without FT");
        m.SetSpr(Spr.Dbsr, uint.MaxValue);
        m.SetSpr(Spr.Dbcr0, Ft);
        m.Step(100);
        Assert.That(m.Spr(Spr.TblRead), Is.EqualTo(200u), "FT without an event");
    }

    [Test]
    public void Clearing_FT_lets_time_go_on_though_the_event_stands()
    {
        using TestMachine m = Frozen();
        m.SetSpr(Spr.Dbcr0, 0);
        uint before = m.Spr(Spr.TblRead);
        m.Step(100);
        Assert.That(m.Spr(Spr.TblRead), Is.EqualTo(before + 100));
    }

    [Test]
    public void The_PIT_keeps_what_is_left_of_it()
    {
        using TestMachine m = Frozen();
        m.SetSpr(Spr.Pit, 50);
        Assert.That((m.CountOf(Pis, 1000), m.Spr(Spr.Pit)), Is.EqualTo(((ulong?)null, 50u)));
        ulong thawed = m.Count;
        m.SetSpr(Spr.Dbcr0, 0);
        Assert.That(m.CountOf(Pis, 1000), Is.EqualTo(thawed + 50));
    }

    [TestCase(Fis, 0x100u)]
    [TestCase(Enw, 0x10000u)]
    public void FIT_and_watchdog_trip_later_by_the_time_lost(uint status, uint transition)
    {
        using TestMachine m = Frozen();
        m.SetTimebase(transition - 20);
        Assert.That(m.CountOf(status, 1000), Is.Null);
        ulong thawed = m.Count;
        m.SetSpr(Spr.Dbcr0, 0);
        Assert.That(m.CountOf(status, 1000), Is.EqualTo(thawed + 20));
    }

    [Test]
    public void A_frozen_timer_is_part_of_the_saved_state()
    {
        using TestMachine m = Frozen();
        Machine.Memory.StateWriter writer = new();
        m.Board.Save(writer);
        uint before = m.Spr(Spr.TblRead);
        m.SetSpr(Spr.Dbcr0, 0);
        m.Step(10);
        m.Board.Load(new Machine.Memory.StateReader(writer.Written.ToArray()));
        m.Step(10);
        Assert.That(m.Spr(Spr.TblRead), Is.EqualTo(before));
    }

    /// <summary>A machine in a loop that has met an event, after 3 instructions.</summary>
    private static TestMachine Frozen()
    {
        TestMachine m = Idle();
        m.Step(3);
        m.SetSpr(Spr.Iac1, TestMachine.CodeBase);
        m.SetSpr(Spr.Dbcr0, Ia1 | Ft);
        m.Step();
        return m;
    }
}
