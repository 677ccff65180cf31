using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Machine.Tests.Devices.Ethernet.EthernetBench;

namespace PpcJit.Machine.Tests.Devices.Ethernet;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MiiTests : IDisposable
{
    private const uint Control = 0, Status = 1, Advertisement = 4, Partner = 5, QuickStatus = 17;
    private readonly EthernetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void A_management_cycle_lasts_64_bits_at_2_5_megahertz()
    {
        _bench[Iser] = 3;
        _bench[Stacr] = 0x1000 | (1 << 5) | 2;
        _bench.Clock.Advance(2559);
        Assert.That(_bench[Stacr] & 0x8000, Is.Zero, "busy");
        _bench.Clock.Advance(1);
        Assert.That(_bench[Stacr], Is.EqualTo(0x00139022), "the PHY's identity");
        Assert.That((_bench[Isr], _bench.EmacLine.Level), Is.EqualTo((2u, true)));
    }

    [Test]
    public void An_address_without_a_PHY_reads_all_ones_and_an_error([Range(2u, 31u)] uint phy)
    {
        Assert.That(_bench[Stacr] & 0x8000, Is.EqualTo(0x8000), "ready");
        _bench[Stacr] = 0x1000 | (phy << 5) | 2;
        _bench.Settle();
        Assert.That(_bench[Stacr], Is.EqualTo(0xffffd000 | (phy << 5) | 2));
        Assert.That(_bench[Isr], Is.EqualTo(1));
    }

    [Test]
    public void A_driver_finds_the_PHY_negotiates_and_sees_100_full()
    {
        Assert.That((Read(2), Read(3)), Is.EqualTo((0x0013u, 0x78e2u)), "LXT971A");
        Write(Control, 0x8000);
        Assert.That(Read(Control) & 0x8000, Is.Zero, "the reset is over");
        Write(Advertisement, 0x01e1);
        Write(Control, 0x1200);
        Assert.That(Read(Status) & 0x24, Is.Zero, "negotiating");
        _bench.Settle();
        Assert.That(Read(Status) & 0x24, Is.EqualTo(0x20), "complete, and the link's failure still latched");
        Assert.That(Read(Status), Is.EqualTo(0x786d));
        Assert.That(Read(Partner) & Read(Advertisement) & 0x0100, Is.Not.Zero, "100BASE-TX full duplex");
        Assert.That(Read(QuickStatus), Is.EqualTo(0x4780));
    }

    [Test]
    public void Negotiation_begins_anew_only_when_it_is_asked_for()
    {
        Write(Control, 0x1000);
        Assert.That(Read(Status) & 0x20, Is.EqualTo(0x20), "still complete");
        Write(Control, 0x1200);
        Assert.That(Read(Status) & 0x20, Is.Zero);
    }

    [TestCase(0x01e1, 0x4780)]
    [TestCase(0x00a1, 0x4580)]
    [TestCase(0x0061, 0x0780)]
    [TestCase(0x0021, 0x0580)]
    [TestCase(0x0001, 0x0180)]
    public void The_best_common_mode_wins(int advertised, int quickStatus)
    {
        Write(Advertisement, (ushort)advertised);
        Write(Control, 0x1200);
        _bench.Settle();
        Assert.That(Read(QuickStatus), Is.EqualTo((uint)quickStatus));
        Assert.That(_bench.Phy.LinkIsUp, Is.EqualTo((quickStatus & 0x400) != 0));
    }

    [TestCase(0x2100, 100_000_000u)]
    [TestCase(0x0100, 10_000_000u)]
    public void A_forced_mode_has_a_link_at_once(int control, uint speed)
    {
        Write(Control, (ushort)control);
        Assert.That((_bench.Phy.LinkIsUp, _bench.Phy.BitsPerSecond), Is.EqualTo((true, speed)));
    }

    [Test]
    public void Power_down_isolation_and_an_unplugged_cable_stop_the_frames()
    {
        foreach ((ushort control, bool link) in new (ushort, bool)[] { (0x3900, false), (0x2500, true), (0x2100, true) })
        {
            Write(Control, control);
            Assert.That((_bench.Phy.LinkIsUp, _bench.Phy.CarriesFrames), Is.EqualTo((link, control == 0x2100)), $"{control:x4}");
        }

        Read(Status);
        _bench.Emac.IsConnected = false;
        Assert.That(Read(Status) & 4, Is.Zero);
        _bench.Emac.IsConnected = true;
        Assert.That(Read(Status) & 4, Is.Zero, "latched");
        Assert.That(Read(Status) & 4, Is.EqualTo(4));
    }

    [Test]
    public void Vendor_registers_keep_what_may_be_written_and_the_rest_reads_as_it_is()
    {
        for (uint register = 6; register < 32; register++)
            Write(register, 0xabcd);
        uint[] kept = [.. Enumerable.Range(6, 26).Select(n => (uint)n).Where(n => Read(n) == 0xabcd)];
        Assert.That(kept, Is.EqualTo(new uint[] { 16, 18, 20, 30 }));
    }

    [Test]
    public void A_reset_of_the_EMAC_ends_a_cycle_and_puts_registers_back()
    {
        _bench[Iahr] = 0x1234;
        _bench[Stacr] = 0x1000 | (1 << 5);
        _bench[Mr0] = 0x20000000;
        Assert.That((_bench[Mr0], _bench[Iahr], _bench[Stacr]), Is.EqualTo((0xc0000000u, 0u, 0x8000u)), "both sides idle, reset over");
        _bench.Settle();
        Assert.That(_bench[Isr], Is.Zero);
    }

    [Test]
    public void The_receiver_is_idle_only_while_disabled()
    {
        _bench[Mr0] = Enabled;
        Assert.That(_bench[Mr0], Is.EqualTo(0x58000000));
        _bench[Mr0] = 0;
        Assert.That(_bench[Mr0], Is.EqualTo(0xc0000000));
    }

    [Test]
    public void Narrow_and_misaligned_accesses_touch_only_their_bytes()
    {
        _bench[Ialr] = 0x11223344;
        _bench.Emac.Write(0x21, 1, 0xaa);
        _bench.Emac.Write(0x22, 2, 0xbbcc);
        Assert.That(_bench[Ialr], Is.EqualTo(0x11aabbcc));
        _bench.Emac.Write(0x1e, 4, 0x01020304);
        Assert.That((_bench[Iahr], _bench[Ialr], _bench.Emac.Read(0x1e, 4)), Is.EqualTo((0x0102u, 0x0304bbccu, 0x01020304u)));
    }

    [TestCase("02:00:5e:10:00:01", 0x02005e100001ul)]
    [TestCase("2-0-5E-10-0-1", 0x02005e100001ul)]
    public void Addresses_are_read_and_written(string text, ulong value)
    {
        Assert.That(MacAddress.TryParse(text, out MacAddress address), Is.True);
        Assert.That((address.Value, address.ToString()), Is.EqualTo((value, "02:00:5e:10:00:01")));
    }

    [TestCase("")]
    [TestCase("02:00:5e:10:00")]
    [TestCase("02:00:5e:10:00:01:02")]
    [TestCase("02:00:5e:10:00:100")]
    [TestCase("02:00:5e:10:00:+1")]
    [TestCase("02:00:5e:10:00:")]
    public void Other_text_is_no_address(string text) => Assert.That(MacAddress.TryParse(text, out _), Is.False);

    private uint Read(uint register)
    {
        _bench[Stacr] = 0x1000 | (1 << 5) | register;
        _bench.Clock.Advance(2560);
        return _bench[Stacr] >> 16;
    }

    private void Write(uint register, ushort value)
    {
        _bench[Stacr] = 0x2000 | (1 << 5) | register | ((uint)value << 16);
        _bench.Clock.Advance(2560);
    }
}
