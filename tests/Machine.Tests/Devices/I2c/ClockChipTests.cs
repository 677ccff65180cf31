using PpcJit.Machine.Devices.I2c;

namespace PpcJit.Machine.Tests.Devices.I2c;

/// <summary>The I2C clocks: the DS1307 as Linux's driver uses it, the X1226 as NetBSD's xrtc does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClockChipTests
{
    private const byte Ds = 0x68, X = 0x6f;
    private readonly DeviceClock _clock = new();
    private readonly BitBangedBus _bus;

    public ClockChipTests() => _bus = new BitBangedBus(new Ds1307(_clock.Events), new X1226(_clock.Events));

    [Test]
    public void A_DS1307_starts_on_the_first_of_January_2020_and_runs()
    {
        _clock.Advance(61_000_000);
        Assert.That(_bus.Read(Ds, [0], 7), Is.EqualTo(new byte[] { 0x01, 0x01, 0x00, 0x04, 0x01, 0x01, 0x20 }));
    }

    [Test]
    public void A_DS1307_takes_a_date_in_one_transfer_and_keeps_memory_beside_it()
    {
        _bus.Write(Ds, 0x00, 0x58, 0x59, 0x23, 0x07, 0x29, 0x02, 0x24);
        _bus.Write(Ds, 0x3f, 0x77);
        _clock.Advance(3_000_000);
        Assert.That(_bus.Read(Ds, [0], 7), Is.EqualTo(new byte[] { 0x01, 0x00, 0x00, 0x01, 0x01, 0x03, 0x24 }));
        Assert.That(_bus.Read(Ds, [0x3f], 1), Is.EqualTo(new byte[] { 0x77 }));
    }

    [TestCase(0x52, 0x52, 12, Description = "12 at night is hour 0")]
    [TestCase(0x72, 0x72, 12, Description = "12 o'clock in the afternoon is noon")]
    [TestCase(0x72, 0x61, 13)]
    [TestCase(0x71, 0x52, 13, Description = "the afternoon ends at midnight")]
    public void A_DS1307_can_count_in_twelve_hours(int written, int expected, int hoursAndTwelve)
    {
        _bus.Write(Ds, 0x02, (byte)written);
        _clock.Advance((ulong)(hoursAndTwelve - 12) * 3_600_000_000);
        Assert.That(_bus.Read(Ds, [2], 1)[0], Is.EqualTo(expected));
    }

    [Test]
    public void A_stopped_DS1307_says_so_and_stands_still()
    {
        _bus.Write(Ds, 0x00, 0x80);
        _clock.Advance(9_000_000);
        Assert.That(_bus.Read(Ds, [0], 1)[0], Is.EqualTo(0x80));
    }

    [Test]
    public void An_X1226_is_locked_until_both_latches_are_set()
    {
        Assert.That(_bus.Write(X, 0, 0x35, 0x24), Is.EqualTo(3), "the data byte is refused");
        Assert.That(_bus.Read(X, [0, 0x35], 1)[0], Is.EqualTo(0x20));
        _bus.Write(X, 0, 0x3f, 0x06);
        Assert.That(_bus.Read(X, [0, 0x3f], 1)[0] & 6, Is.EqualTo(2), "RWEL needs WEL to be set already");
        _bus.Write(X, 0, 0x3f, 0x06);
        Assert.That(_bus.Read(X, [0, 0x3f], 1)[0] & 6, Is.EqualTo(6));
        _bus.Write(X, 0, 0x3f, 0x00);
        Assert.That(_bus.Read(X, [0, 0x3f], 1)[0] & 6, Is.Zero);
    }

    [Test]
    public void An_X1226_takes_a_date_register_by_register_even_by_way_of_a_day_that_no_month_has()
    {
        _bus.Write(X, 0, 0x3f, 0x02);
        _bus.Write(X, 0, 0x3f, 0x06);
        SetRegister(0x34, 0x02);
        SetRegister(0x33, 0x31);
        SetRegister(0x34, 0x03);
        SetRegister(0x32, 0x12 | 0x80);
        SetRegister(0x37, 0x19);
        _bus.Write(X, 0, 0x3f, 0x00);
        Assert.That(_bus.Read(X, [0, 0x32], 4), Is.EqualTo(new byte[] { 0x92, 0x31, 0x03, 0x20 }));
        Assert.That(_bus.Read(X, [0, 0x37], 1)[0], Is.EqualTo(0x19));
    }

    [TestCase(0x12, 0x80, Description = "12 at night is hour 0")]
    [TestCase(0x11, 0x91)]
    [TestCase(0x32, 0x92, Description = "12 o'clock in the afternoon is noon")]
    [TestCase(0x21, 0x93)]
    public void An_X1226_takes_hours_of_half_a_day_and_counts_in_whole_ones(int written, int expected)
    {
        _bus.Write(X, 0, 0x3f, 0x02);
        _bus.Write(X, 0, 0x3f, 0x06);
        SetRegister(0x32, (byte)written);
        _bus.Write(X, 0, 0x3f, 0x00);
        Assert.That(_bus.Read(X, [0, 0x32], 1)[0], Is.EqualTo(expected));
    }

    private void SetRegister(byte register, byte value) => Assert.That(_bus.Write(X, 0, register, value), Is.EqualTo(4));
}
