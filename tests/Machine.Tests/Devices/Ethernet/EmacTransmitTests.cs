using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Machine.Tests.Devices.Ethernet.EthernetBench;

namespace PpcJit.Machine.Tests.Devices.Ethernet;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EmacTransmitTests : IDisposable
{
    private readonly EthernetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void A_packet_leaves_with_padding_and_FCS_and_its_descriptor_comes_back()
    {
        _bench.Open();
        byte[] content = Content(Other, Own, 0x0806, 28);
        _bench.Fill(0, content);
        _bench[Tmr0] = GetNewPacket0;
        Assert.That(_bench[Mr0] & 0x40000000, Is.Zero, "not idle");
        _bench.Settle();

        byte[] sent = _bench.Sent.Single();
        Assert.That(sent, Has.Length.EqualTo(64));
        Assert.That(sent.Take(42), Is.EqualTo(content));
        Assert.That(sent.Skip(42).Take(18), Is.All.Zero);
        Assert.That(EthernetFrame.HasGoodFcs(sent), Is.True);
        Assert.That(_bench.Control(TransmitTable, 0), Is.EqualTo(Last), "not ready, no error");
        Assert.That((_bench[Tmr0], _bench[Octx]), Is.EqualTo((0u, 64u)), "no request left");
        Assert.That((_bench.TxEob.Level, _bench.Mal.ReadDcr(Txeobisr)), Is.EqualTo((true, 0x80000000u)));
        _bench.Mal.WriteDcr(Txeobisr, 0x80000000);
        Assert.That(_bench.TxEob.Level, Is.False);
    }

    [Test]
    public void A_frame_lasts_as_long_as_its_bits_preamble_and_gap()
    {
        _bench.Open();
        _bench.Fill(0, Content(Other, Own, 0x0800, 986)); // with the FCS 1004 bytes
        _bench[Tmr0] = GetNewPacket0;
        const ulong Bits = 8 * (1004 + 8 + 12);
        _bench.Clock.Advance(Bits - 1);
        Assert.That(_bench.Sent, Is.Empty);
        _bench.Clock.Advance(1);
        Assert.That(_bench.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void At_10_megabits_it_lasts_ten_times_as_long()
    {
        _bench.Open();
        _bench.Phy.Write(4, 0x0061);
        _bench.Phy.Write(0, 0x1200);
        _bench.Settle();
        _bench.Fill(0, Content(Other, Own, 0x0800, 986));
        _bench[Tmr0] = GetNewPacket0;
        _bench.Clock.Advance(10 * 8 * (1004 + 8 + 12) - 1);
        Assert.That(_bench.Sent, Is.Empty);
        _bench.Clock.Advance(1);
        Assert.That(_bench.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void Packets_of_several_buffers_and_several_packets_go_out_in_order_around_the_ring()
    {
        _bench.Open();
        for (int round = 0; round < 3; round++)
        {
            byte[] content = Content(Other, Own, 0x0800 + round, 200);
            _bench.Fill((4 * round) % 4, content.AsSpan(0, 10), Ready | GenerateFcs | Pad);
            _bench.Fill(((4 * round) + 1) % 4, content.AsSpan(10, 3), Ready);
            _bench.Fill(((4 * round) + 2) % 4, content.AsSpan(13), Ready | Last | Interrupt);
            _bench.Fill(((4 * round) + 3) % 4, Content(Other, Own, 0x0900 + round, 60));
            _bench[Tmr0] = GetNewPacket0;
            _bench.Settle();
            Assert.That(_bench.Sent, Has.Count.EqualTo(2 * (round + 1)));
            Assert.That(_bench.Sent[^2].Take(214), Is.EqualTo(content));
            Assert.That(_bench.Sent[^1][12..14], Is.EqualTo(new byte[] { 9, (byte)round }));
        }

        Assert.That(Enumerable.Range(0, 4)
            .Select(n => _bench.Control(TransmitTable, n)), Is.EqualTo(new ushort[] { 0, 0, Last | Interrupt, Last | Wrap }));
    }

    [Test]
    public void In_single_packet_mode_each_request_sends_one_packet()
    {
        _bench.Open(mode1: 0x81780000);
        _bench.Fill(0, Content(Other, Own, 0x0800, 60));
        _bench.Fill(1, Content(Other, Own, 0x0800, 60));
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Has.Count.EqualTo(1));
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public void Dependent_mode_takes_both_channels_in_turn()
    {
        _bench.Open(mode1: 0x81790000 | 0x4000);
        _bench.Mal.WriteDcr(Txctp0r + 1, 0x1800);
        _bench.Mal.WriteDcr(Txcasr, 0x40000000);
        _bench.Fill(0, Content(Other, Own, 0x1000, 60));
        _bench.Fill(1, Content(Other, Own, 0x1001, 60));
        _bench.Describe(0x1800, 0, Ready | Last | GenerateFcs | Wrap, 74, TransmitBuffers);
        _bench.Memory.TryCopyIn(TransmitBuffers + 0x1000, Content(Other, Own, 0x2000, 60));
        _bench.Describe(0x1800, 0, Ready | Last | GenerateFcs | Wrap, 74, TransmitBuffers + 0x1000);
        _bench[Tmr0] = 0x20000000;
        _bench.Settle();
        Assert.That(_bench.Sent.Select(frame => (frame[12] << 8) | frame[13]), Is.EqualTo(new[] { 0x1000, 0x2000, 0x1001 }));
        Assert.That(_bench[Tmr0] & 0xe0000000, Is.Zero);
    }

    [Test]
    public void The_source_address_is_inserted_or_replaced()
    {
        _bench.Open();
        byte[] content = Content(Other, new MacAddress(0x111111111111), 0x0800, 60);
        _bench.Fill(0, [.. content[..6], .. content[12..]], Ready | Last | GenerateFcs | 0x80);
        _bench.Fill(1, content, Ready | Last | GenerateFcs | 0x40);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        foreach (byte[] sent in _bench.Sent)
            Assert.That(sent[..^4], Is.EqualTo(Content(Other, Own, 0x0800, 60)));
        Assert.That(_bench.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_VLAN_tag_is_inserted_or_replaced_where_VLAN_support_is_on([Values(0x20, 0x10)] int how, [Values] bool isOn)
    {
        _bench.Open(mode1: 0x81788000 | (isOn ? 0x20000000u : 0));
        _bench[Vtpid] = 0x8100;
        _bench[Vtci] = 0x0064;
        byte[] content = Content(Other, Own, 0x0800, 60);
        byte[] tagged = [.. content[..12], 0x81, 0, 0, 0x64, .. content[12..]];
        byte[] foreign = [.. content[..12], 0x81, 0, 0, 0x99, .. content[12..]];
        byte[] given = how == 0x20 ? content : foreign;
        _bench.Fill(0, given, (ushort)(Ready | Last | GenerateFcs | how));
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent.Single()[..^4], Is.EqualTo(isOn ? tagged : given));
    }

    [Test]
    public void Without_generation_the_FCS_is_softwares_and_a_wrong_one_is_reported()
    {
        _bench.Open();
        byte[] frame = Frame(Other);
        _bench.Fill(0, frame, Ready | Last);
        frame[^1] ^= 1;
        _bench.Fill(1, frame, Ready | Last);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent.Select(sent => EthernetFrame.HasGoodFcs(sent)), Is.EqualTo(new[] { true, false }));
        Assert.That((_bench.Control(TransmitTable, 0), _bench.Control(TransmitTable, 1)),
            Is.EqualTo(((ushort)Last, (ushort)(Last | 0x200))));
    }

    [Test]
    public void Nothing_leaves_while_transmitter_or_channel_is_off_and_the_request_waits()
    {
        _bench.Open();
        _bench[Mr0] = 0x08000000;
        _bench.Mal.WriteDcr(Txcarr, 0x80000000);
        _bench.Fill(0, Content(Other, Own, 0x0800, 60));
        _bench[Tmr0] = GetNewPacket0;
        _bench[Mr0] = Enabled;
        _bench.Settle();
        Assert.That((_bench.Sent.Count, _bench[Tmr0]), Is.EqualTo((0, GetNewPacket0)));
        _bench.Mal.WriteDcr(Txcasr, 0x80000000);
        _bench.Settle();
        Assert.That((_bench.Sent.Count, _bench[Tmr0]), Is.EqualTo((1, 0u)));
    }

    [Test]
    public void Turning_the_transmitter_off_lets_the_present_frame_go_out_first()
    {
        _bench.Open();
        _bench.Fill(0, Content(Other, Own, 0x0800, 60));
        _bench.Fill(1, Content(Other, Own, 0x0800, 60));
        _bench[Tmr0] = GetNewPacket0;
        _bench[Mr0] = 0;
        Assert.That(_bench[Mr0], Is.EqualTo(0x80000000), "the transmitter is not idle yet");
        _bench.Settle();
        Assert.That((_bench[Mr0], _bench.Sent.Count), Is.EqualTo((0xc0000000u, 1)));
    }

    [Test]
    public void A_reset_or_a_stopped_channel_forgets_the_frame_on_its_way([Values] bool byReset)
    {
        _bench.Open();
        _bench.Fill(0, Content(Other, Own, 0x0800, 60));
        _bench[Tmr0] = GetNewPacket0;
        if (byReset)
            _bench[Mr0] = 0x20000000;
        else
            _bench.Mal.WriteDcr(Cfg, 0x80000000);
        _bench.Settle();
        Assert.That(_bench.Control(TransmitTable, 0) & Ready, Is.EqualTo(Ready), "the descriptor is as it was");
        Assert.That((_bench.Sent.Count, _bench.TxEob.Level), Is.EqualTo((byReset ? 0 : 1, false)));
        Assert.That(_bench[Mr0] & 0x60000000, Is.EqualTo(0x40000000), "idle, reset over");
    }

    [Test]
    public void Continuous_mode_sends_again_and_again_at_the_speed_of_the_wire()
    {
        _bench.Open();
        _bench.Fill(0, Frame(Other, dataLength: 46), Ready | Last | Continuous | Wrap);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Clock.Advance(84 * 8 * 100);
        Assert.That(_bench.Sent, Has.Count.EqualTo(100));
    }

    [Test]
    public void Without_a_link_a_half_duplex_frame_meets_no_carrier()
    {
        using EthernetBench bench = new(isConnected: false);
        bench.Open(mode1: 0x01788000);
        bench.Fill(0, Content(Other, Own, 0x0800, 60));
        bench[Tmr0] = GetNewPacket0;
        bench.Clock.Advance(10_000_000);
        Assert.That((bench.Sent.Count, bench.Control(TransmitTable, 0)), Is.EqualTo((0, (ushort)(Last | 0x80))));
        Assert.That((bench[Isr], bench.EmacLine.Level), Is.EqualTo((0x40u, true)), "transmit error");
        bench[Isr] = 0x40;
        Assert.That(bench.EmacLine.Level, Is.False);
    }

    [Test]
    public void Loop_back_returns_what_is_sent_and_nothing_leaves([Values] bool inPhy)
    {
        _bench.Open(mode1: inPhy ? 0x81788000 : 0xc1788000);
        if (inPhy)
            _bench.Phy.Write(0, 0x6100);
        byte[] content = Content(Own, Own, 0x0800, 100);
        _bench.Fill(0, content);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Is.Empty);
        Assert.That(_bench.Received(0, content.Length), Is.EqualTo(content));
        Assert.That(_bench.Control(ReceiveTable, 0), Is.EqualTo(First | Last));
    }

    [Test]
    public void A_pause_frame_silences_the_transmitter_for_its_time()
    {
        _bench.Open(mode1: 0x89788000);
        _bench.Receive(Pause(100));
        _bench.Fill(0, Content(Other, Own, 0x0800, 60));
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Has.Count.EqualTo(1), "the time is over");

        _bench.Emac.Receive(Pause(100));
        _bench.Clock.Advance(84 * 8);
        _bench.Fill(1, Content(Other, Own, 0x0800, 60));
        _bench[Tmr0] = GetNewPacket0;
        _bench.Clock.Advance((100 * 512) - 1);
        Assert.That(_bench[Mr0] & 0x40000000, Is.Not.Zero, "still silent");
        _bench.Clock.Advance(1);
        Assert.That(_bench[Mr0] & 0x40000000, Is.Zero, "sends");
        Assert.That(_bench[Isr] & 0x01000000, Is.Not.Zero, "pause packet received");
        Assert.That(_bench.Control(ReceiveTable, 0), Is.EqualTo(Empty), "and kept from software");
    }

    [Test]
    public void A_pause_of_zero_ends_a_pause_and_without_permission_there_is_none([Values] bool allowed)
    {
        _bench.Open(mode1: allowed ? 0x89788000 : 0x81788000);
        _bench.Emac.Receive(Pause(60000));
        _bench.Clock.Advance(84 * 8);
        _bench.Fill(0, Content(Other, Own, 0x0800, 60));
        _bench[Tmr0] = GetNewPacket0;
        Assert.That(_bench[Mr0] & 0x40000000, allowed ? Is.Not.Zero : Is.Zero);
        _bench.Emac.Receive(Pause(0));
        _bench.Clock.Advance(84 * 8);
        _bench.Settle();
        Assert.That(_bench.Sent, Has.Count.EqualTo(1));
    }

    private static byte[] Pause(int quanta)
    {
        byte[] content = Content(new MacAddress(0x0180c2000001), Other, 0x8808, 46);
        (content[14], content[15], content[16], content[17]) = (0, 1, (byte)(quanta >> 8), (byte)quanta);
        return EthernetFrame.Complete(content);
    }
}
