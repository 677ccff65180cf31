using PpcJit.Machine.Devices;

namespace PpcJit.Machine.Tests.Devices;

/// <summary>EMAC and MAL without a network: what a driver's probe does must come to an end.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NetworkStubTests
{
    private readonly List<string> _reports = [];
    private readonly HardwareLog _log = new();

    public NetworkStubTests() => _log.Reported += _reports.Add;

    [Test]
    public void An_EMAC_reset_completes_and_puts_registers_back()
    {
        Emac emac = new("EMAC0", _log);
        emac.Write(0x1c, 4, 0x1234);
        emac.Write(0x00, 4, 0x20000000);
        Assert.That(emac.Read(0x00, 4), Is.EqualTo(0xc0000000), "both sides idle, reset over");
        Assert.That(emac.Read(0x1c, 4), Is.Zero);
    }

    [Test]
    public void The_receiver_is_idle_only_while_disabled()
    {
        Emac emac = new("EMAC0", _log);
        emac.Write(0x00, 4, 0x18000000);
        Assert.That(emac.Read(0x00, 4), Is.EqualTo(0x58000000));
        emac.Write(0x00, 4, 0);
        Assert.That(emac.Read(0x00, 4), Is.EqualTo(0xc0000000));
    }

    [Test]
    public void Every_PHY_address_answers_all_ones_and_an_error()
    {
        Emac emac = new("EMAC0", _log);
        Assert.That(emac.Read(0x5c, 4) & 0x8000, Is.EqualTo(0x8000), "ready");
        for (uint phy = 0; phy < 32; phy++)
        {
            emac.Write(0x5c, 4, 0x1000 | (phy << 5) | 2);
            Assert.That(emac.Read(0x5c, 4), Is.EqualTo(0xffffd000 | (phy << 5) | 2));
        }

        emac.Write(0x5c, 4, 0xabcd2000);
        Assert.That(emac.Read(0x5c, 4), Is.EqualTo(0xabcde000));
    }

    [Test]
    public void Narrow_and_misaligned_accesses_touch_only_their_bytes()
    {
        Emac emac = new("EMAC0", _log);
        emac.Write(0x20, 4, 0x11223344);
        emac.Write(0x21, 1, 0xaa);
        emac.Write(0x22, 2, 0xbbcc);
        Assert.That(emac.Read(0x20, 4), Is.EqualTo(0x11aabbcc));
        emac.Write(0x1e, 4, 0x01020304);
        Assert.That((emac.Read(0x1c, 4), emac.Read(0x20, 4), emac.Read(0x1e, 4)), Is.EqualTo((0x0102u, 0x0304bbccu, 0x01020304u)));
    }

    [Test]
    public void A_packet_to_send_is_reported_once()
    {
        Emac emac = new("EMAC1", _log);
        emac.Write(0x08, 4, 0x80000000);
        emac.Write(0x08, 4, 0x80000000);
        Assert.That(emac.Read(0x08, 4), Is.Zero);
        Assert.That(_reports, Is.EqualTo(new[] { "EMAC1_TMR0 (0x08): packets are not sent" }));
    }

    [Test]
    public void A_MAL_reset_completes_and_stops_channels()
    {
        Mal mal = new(4, 2, _log);
        mal.WriteDcr(0x184, 0xffffffff);
        Assert.That((mal.ReadDcr(0x184), mal.ReadDcr(0x185)), Is.EqualTo((0xf0000000u, 0xf0000000u)), "four channels");
        mal.WriteDcr(0x185, 0x80000000);
        Assert.That(mal.ReadDcr(0x184), Is.EqualTo(0x70000000));
        mal.WriteDcr(0x190, 0x80000000);
        mal.WriteDcr(0x180, 0x80000000);
        Assert.That((mal.ReadDcr(0x180) >> 31, mal.ReadDcr(0x184), mal.ReadDcr(0x190)), Is.EqualTo((0u, 0u, 0u)));
    }

    [Test]
    public void MAL_channel_tables_may_point_anywhere()
    {
        Mal mal = new(4, 2, _log);
        mal.WriteDcr(0x1a0, 0xfffffff8);
        mal.WriteDcr(0x1c0, 3);
        mal.WriteDcr(0x184, 0x80000000);
        mal.WriteDcr(0x190, 0x80000000);
        Assert.That((mal.ReadDcr(0x1a0), mal.ReadDcr(0x1c0), mal.ReadDcr(0x181)), Is.EqualTo((0xfffffff8u, 3u, 0u)));
    }

    [Test]
    public void GPIO_outputs_read_back_where_they_are_driven()
    {
        Gpio gpio = new(_log);
        Assert.That(gpio.Read(0x1c, 4), Is.EqualTo(uint.MaxValue), "pulled up");
        gpio.Write(0x04, 4, 0xffff0000);
        gpio.Write(0x00, 4, 0x12345678);
        Assert.That(gpio.Read(0x1c, 4), Is.EqualTo(0x1234ffff));
        gpio.Pins = 0;
        gpio.Write(0x18, 4, 0xff000000);
        Assert.That(gpio.Read(0x1c, 4), Is.EqualTo(0x00340000), "an open drain cannot pull up");
    }
}
