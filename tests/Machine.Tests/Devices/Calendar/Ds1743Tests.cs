using PpcJit.Machine.Devices.Calendar;

namespace PpcJit.Machine.Tests.Devices.Calendar;

/// <summary>The Walnut's NVRAM and clock driven as NetBSD's dsrtc does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class Ds1743Tests
{
    private const uint Scratch = 0x1ff7, Century = 0x1ff8, Seconds = 0x1ff9, Day = 0x1ffc;
    private readonly DeviceClock _clock = new();
    private readonly Timekeeper _chip;

    public Ds1743Tests() => _chip = new Timekeeper(_clock.Events, TimekeeperModel.Ds1743);

    [Test]
    public void The_probe_finds_memory_under_the_clock()
    {
        foreach (byte pattern in new byte[] { 0xaa, 0x55 })
        {
            Write(Scratch, pattern);
            Assert.That(Read(Scratch), Is.EqualTo(pattern));
        }
    }

    [Test]
    public void The_battery_is_good() => Assert.That(Read(Day) & 0x80, Is.EqualTo(0x80));

    [Test]
    public void A_locked_reading_gives_century_and_date()
    {
        Assert.That(ReadClock(), Is.EqualTo("2020-01-01 00:00:00"));
        _clock.Advance(86_400UL * 366 * 1_000_000);
        Assert.That(ReadClock(), Is.EqualTo("2021-01-01 00:00:00"));
    }

    [Test]
    public void A_date_of_another_century_is_kept_and_its_end_counts_up()
    {
        SetClock(0x19, 0x99, 0x12, 0x31, 0x23, 0x59, 0x59);
        Assert.That(ReadClock(), Is.EqualTo("1999-12-31 23:59:59"));
        _clock.Advance(1_000_000);
        Assert.That(ReadClock(), Is.EqualTo("2000-01-01 00:00:00"));
    }

    [Test]
    public void A_clock_that_was_locked_for_ever_still_runs_underneath()
    {
        Write(Century, 0x40);
        string held = ReadRegisters();
        _clock.Advance(5_000_000);
        Assert.That(ReadRegisters(), Is.EqualTo(held));
        Write(Century, 0);
        Assert.That(ReadRegisters(), Is.EqualTo("2020-01-01 00:00:05"));
    }

    private string ReadClock()
    {
        byte before = Read(Century);
        Write(Century, (byte)(before | 0x40));
        string text = ReadRegisters();
        Write(Century, (byte)(Read(Century) & 0x3f));
        return text;
    }

    private string ReadRegisters() =>
        $"{Read(Century) & 0x3f:x2}{Read(0x1fff):x2}-{Read(0x1ffe):x2}-{Read(0x1ffd):x2} "
            + $"{Read(0x1ffb):x2}:{Read(0x1ffa):x2}:{Read(Seconds) & 0x7f:x2}";

    private void SetClock(byte century, byte year, byte month, byte day, byte hour, byte minute, byte second)
    {
        Write(Century, (byte)(Read(Century) | 0x80));
        (uint Register, byte Value)[] values =
            [(Seconds, second), (0x1ffa, minute), (0x1ffb, hour), (0x1ffd, day), (0x1ffe, month), (0x1fff, year)];
        foreach ((uint register, byte value) in values)
            Write(register, value);
        Write(Century, (byte)(0x80 | century));
        Write(Century, (byte)(Read(Century) & 0x3f));
    }

    private byte Read(uint register) => (byte)_chip.Read(register, 1);

    private void Write(uint register, byte value) => _chip.Write(register, 1, value);
}
