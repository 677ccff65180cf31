using PpcJit.Machine.Devices.Calendar;

namespace PpcJit.Machine.Tests.Devices.Calendar;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TimekeeperTests
{
    private const uint Control = 0x1ff8, Seconds = 0x1ff9, Weekday = 0x1ffc, Year = 0x1fff;
    private readonly DeviceClock _clock = new();
    private readonly Timekeeper _nvram;

    public TimekeeperTests() => _nvram = new Timekeeper(_clock.Events, TimekeeperModel.M48T08);

    [Test]
    public void Memory_holds_what_was_written_at_any_width()
    {
        _nvram.Write(0x1234, 4, 0xdeadbeef);
        Assert.That(_nvram.Read(0x1235, 2), Is.EqualTo(0xadbe));
        Assert.That(_nvram.Read(0, 4), Is.Zero);
    }

    [Test]
    public void The_clock_starts_on_the_first_of_January_2020_and_follows_guest_time()
    {
        Assert.That(Clock(), Is.EqualTo("20-01-01 00:00:00 day 4"));
        _clock.Advance(59_999_999);
        Assert.That(Clock(), Is.EqualTo("20-01-01 00:00:59 day 4"));
        _clock.Advance(1);
        Assert.That(Clock(), Is.EqualTo("20-01-01 00:01:00 day 4"));
        _clock.Advance(86_400UL * 59 * 1_000_000);
        Assert.That(Clock(), Is.EqualTo("20-02-29 00:01:00 day 7"));
    }

    [Test]
    public void Reading_is_consistent_while_the_read_bit_holds_the_registers()
    {
        _nvram.Write(Control, 1, 0x40);
        string held = Clock();
        _clock.Advance(5_000_000);
        Assert.That(Clock(), Is.EqualTo(held));
        _nvram.Write(Control, 1, 0);
        Assert.That(Clock(), Is.Not.EqualTo(held));
    }

    [Test]
    public void A_date_is_set_through_the_write_bit()
    {
        Set(0x99, 0x12, 0x31, 0x05, 0x23, 0x59, 0x58);
        Assert.That(Clock(), Is.EqualTo("99-12-31 23:59:58 day 5"));
        _clock.Advance(2_000_000);
        Assert.That(Clock(), Is.EqualTo("00-01-01 00:00:00 day 6"), "the year has two digits");
    }

    [Test]
    public void Without_the_write_bit_the_clock_runs_on()
    {
        string before = Clock();
        _nvram.Write(Year, 1, 0x77);
        Assert.That(Clock(), Is.EqualTo(before));
    }

    [Test]
    public void The_stop_bit_stops_the_oscillator()
    {
        Set(0x10, 0x06, 0x15, 0x03, 0x12, 0x00, 0x80);
        _clock.Advance(10_000_000);
        Assert.That(_nvram.Read(Seconds, 1), Is.EqualTo(0x80));
        Set(0x10, 0x06, 0x15, 0x03, 0x12, 0x00, 0x00);
        _clock.Advance(1_000_000);
        Assert.That(_nvram.Read(Seconds, 1), Is.EqualTo(0x01));
    }

    [Test]
    public void Dates_that_no_calendar_has_do_no_harm()
    {
        Random random = new(1948);
        for (int n = 0; n < 2000; n++)
        {
            _nvram.Write(Control + (uint)random.Next(8), 1, (uint)random.Next(256));
            _clock.Advance((ulong)random.NextInt64(1_000_000_000_000));
            Assert.That(_nvram.Read(Weekday, 1) & 7, Is.InRange(0, 7));
        }

        Set(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f);
        Assert.That(Clock(), Does.StartWith("99-12-31 23:59:59"));
    }

    private string Clock()
    {
        uint[] r = new uint[8];
        for (uint n = 0; n < 8; n++)
            r[n] = _nvram.Read(Control + n, 1);
        return $"{r[7]:x2}-{r[6]:x2}-{r[5]:x2} {r[3]:x2}:{r[2]:x2}:{r[1]:x2} day {r[4]}";
    }

    private void Set(uint year, uint month, uint date, uint weekday, uint hour, uint minute, uint second)
    {
        _nvram.Write(Control, 1, 0x80);
        uint[] values = [second, minute, hour, weekday, date, month, year];
        for (uint n = 0; n < values.Length; n++)
            _nvram.Write(Seconds + n, 1, values[n]);
        _nvram.Write(Control, 1, 0);
    }
}
