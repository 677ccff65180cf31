using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Machine.Tests.Devices.Ethernet.EthernetBench;

namespace PpcJit.Machine.Tests.Devices.Ethernet;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EmacReceiveTests : IDisposable
{
    private const uint Base = 0x40000000; // RMR: strip the FCS
    private const uint IndividualMode = 0x00400000, HashMode = 0x00200000, BroadcastMode = 0x00100000,
        MulticastMode = 0x00080000, PromiscuousMode = 0x01000000;
    private const uint AllMulticast = 0x00800000, Runts = 0x20000000, BadFcs = 0x10000000, Oversize = 0x08000000,
        InRange = 0x04000000, StripPad = 0x80000000;
    private static readonly MacAddress Group = new(0x01005e0000fb);
    private readonly EthernetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public unsafe void A_frame_comes_into_the_next_empty_buffer_and_interrupts()
    {
        _bench.Open();
        _bench.Memory.CodePages[ReceiveBuffers / 4096] = 1;
        byte[] frame = Frame(Own);
        _bench.Emac.Receive(frame);
        _bench.Clock.Advance((8 * (118 + 20)) - 1);
        Assert.That(_bench.RxEob.Level, Is.False, "its bits are still coming");
        _bench.Clock.Advance(1);

        Assert.That(_bench.RxEob.Level, Is.True);
        Assert.That(_bench.Mal.ReadDcr(Rxeobisr), Is.EqualTo(0x80000000));
        Assert.That((_bench.Control(ReceiveTable, 0), _bench.Length(ReceiveTable, 0)), Is.EqualTo(((ushort)(First | Last), (ushort)114)));
        Assert.That(_bench.Received(0, 114), Is.EqualTo(frame[..^4]));
        Assert.That((_bench[Lsah], _bench[Lsal], _bench[Ocrx]), Is.EqualTo((0x0200u, 0x000000ffu, 118u)));
        Assert.That(_bench.CodeWrites, Is.EqualTo(new[] { ReceiveBuffers }), "translated code in the page is told");
    }

    [Test]
    public void Frames_that_come_together_arrive_one_after_the_other_and_fill_the_ring()
    {
        _bench.Open();
        for (int n = 0; n < Descriptors; n++)
            _bench.Emac.Receive(Frame(Own, 0x1000 + n));
        _bench.Clock.Advance(8 * (118 + 20) * 2);
        Assert.That((_bench.Control(ReceiveTable, 1), _bench.Control(ReceiveTable, 2)), Is.EqualTo(((ushort)(First | Last), Empty)));
        _bench.Settle();
        for (int n = 0; n < Descriptors; n++)
            Assert.That(_bench.Received(n, 14)[13], Is.EqualTo(n));
        _bench.Describe(ReceiveTable, 0, Empty, 0, ReceiveBuffers);
        _bench.Receive(Frame(Own, 0x1234));
        Assert.That(_bench.Received(0, 14)[13], Is.EqualTo(0x34), "the last descriptor wraps to the first");
    }

    [Test]
    public void A_frame_larger_than_a_buffer_is_spread_over_several()
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Rcbs0, 3); // 48 bytes
        byte[] frame = Frame(Own);
        _bench.Receive(frame);
        Assert.That(Enumerable.Range(0, 3).Select(n => _bench.Control(ReceiveTable, n)), Is.EqualTo(new[] { First, (ushort)0, Last }));
        Assert.That(Enumerable.Range(0, 3).Select(n => _bench.Length(ReceiveTable, n)), Is.EqualTo(new ushort[] { 48, 48, 18 }));
        Assert.That((byte[])[.. _bench.Received(0, 48), .. _bench.Received(1, 48), .. _bench.Received(2, 18)], Is.EqualTo(frame[..^4]));
    }

    [TestCase(IndividualMode, true, false, false, false)]
    [TestCase(BroadcastMode, false, false, true, false)]
    [TestCase(PromiscuousMode, true, true, true, true)]
    [TestCase(AllMulticast, false, false, false, true)]
    [TestCase(MulticastMode, false, false, false, false)]
    [TestCase(0u, false, false, false, false)]
    public void Addresses_are_filtered_by_mode(uint mode, bool own, bool other, bool broadcast, bool group)
    {
        _bench.Open(receiveMode: Base | mode);
        bool[] accepted = [Accepts(Own), Accepts(Other), Accepts(MacAddress.Broadcast), Accepts(Group)];
        Assert.That(accepted, Is.EqualTo(new[] { own, other, broadcast, group }));
    }

    /// <summary>
    /// As drivers compute it: the CRC that Ethernet sends, before its inversion, with the bit sent first on top; the
    /// complement of its upper six bits counts from the first bit of the first register.
    /// </summary>
    [TestCase(0x01005e000001ul)]
    [TestCase(0x01005e0000fbul)]
    [TestCase(0x0180c2000001ul)]
    [TestCase(0x333300000001ul)]
    [TestCase(0x3333ff123456ul)]
    public void The_group_hash_table_is_indexed_as_drivers_fill_it(ulong address)
    {
        _bench.Open(receiveMode: Base | MulticastMode);
        (uint register, uint bit) = DriversHash(address);
        _bench[Gaht1 + (4 * register)] = bit;
        Assert.That(Accepts(new MacAddress(address)), Is.True);
        _bench[Gaht1 + (4 * register)] = 0xffff & ~bit;
        Assert.That(Accepts(new MacAddress(address)), Is.False);
        Assert.That(Accepts(MacAddress.Broadcast), Is.False);
    }

    [Test]
    public void The_individual_hash_table_lets_other_stations_frames_in()
    {
        _bench.Open(receiveMode: Base | HashMode);
        (uint register, uint bit) = DriversHash(Other.Value);
        Assert.That(Accepts(Other), Is.False);
        _bench[Iaht1 + (4 * register)] = bit;
        Assert.That(Accepts(Other), Is.True);
        Assert.That(Accepts(Own), Is.False, "its own address is in IAHR, which this mode does not look at");
    }

    [Test]
    public void Errors_discard_a_frame_unless_RMR_lets_it_in([Values] Fault fault, [Values] bool letIn)
    {
        (byte[] frame, uint permission, ushort status) = Make(fault);
        _bench.Open(receiveMode: Base | IndividualMode | (letIn ? permission : 0));
        _bench.Receive(frame);
        Assert.That(_bench[Isr], Is.EqualTo((uint)status << 16));
        Assert.That(_bench.EmacLine.Level, Is.True);
        Assert.That(_bench.Control(ReceiveTable, 0), Is.EqualTo(letIn ? First | Last | status : Empty));
    }

    [Test]
    public void A_too_long_frame_is_cut_at_the_longest_length([Values] bool isTagged)
    {
        _bench.Open(mode1: 0xa1788000, receiveMode: 0x40000000 | IndividualMode | Oversize);
        _bench[Vtpid] = 0x8100;
        _bench.Receive(isTagged ? Tagged(3000) : Frame(Own, dataLength: 3000));
        Assert.That(_bench.Length(ReceiveTable, 0), Is.EqualTo(isTagged ? 1522 : 1518));
    }

    [Test]
    public void A_tagged_frame_may_be_four_bytes_longer_where_VLAN_support_is_on([Values] bool isOn)
    {
        _bench.Open(mode1: isOn ? 0xa1788000 : 0x81788000);
        _bench[Vtpid] = 0x8100;
        _bench.Receive(Tagged(1504));
        Assert.That(_bench.Control(ReceiveTable, 0), Is.EqualTo(isOn ? First | Last : Empty));
    }

    [Test]
    public void Padding_and_FCS_are_stripped_as_RMR_says()
    {
        int[] lengths = [.. new[] { 0u, Base, StripPad, StripPad | Base }.Select(mode =>
        {
            _bench.Open(receiveMode: IndividualMode | mode);
            _bench.Receive(Frame(Own, type: 10, dataLength: 10)); // a length, and 36 bytes of padding
            return (int)_bench.Length(ReceiveTable, 0);
        })];
        Assert.That(lengths, Is.EqualTo(new[] { 64, 60, 28, 24 }));
    }

    [Test]
    public void Padding_of_a_typed_frame_cannot_be_told_from_data()
    {
        _bench.Open(receiveMode: IndividualMode | StripPad | Base);
        _bench.Receive(Frame(Own, 0x0806, 28));
        Assert.That(_bench.Length(ReceiveTable, 0), Is.EqualTo(60));
    }

    [Test]
    public void Fragments_shorter_than_a_header_are_short_events()
    {
        _bench.Open(receiveMode: PromiscuousMode | Runts | BadFcs);
        for (int length = 0; length < 14; length++)
            _bench.Receive(new byte[length]);
        Assert.That((_bench[Isr], _bench.Control(ReceiveTable, 0)), Is.EqualTo((0x00200000u, Empty)));
    }

    [Test]
    public void Fragments_and_giants_of_every_kind_neither_break_nor_write_outside([Range(14, 80)] int length)
    {
        _bench.Open(mode1: 0xa1788000, receiveMode: PromiscuousMode | Runts | BadFcs | Oversize | InRange | StripPad | Base);
        _bench[Vtpid] = 0x8100;
        foreach (int type in new[] { 0, 1, 45, 46, 1500, 1501, 0x0800, 0x8100, 0x8808 })
        {
            byte[] fragment = Content(Own, Other, type, 20_000)[..length];
            _bench.Receive(fragment);
            _bench.Receive(Content(Own, Other, type, length * 200));
            for (int n = 0; n < Descriptors; n++)
                _bench.Describe(ReceiveTable, n, (ushort)(Empty | (n == Descriptors - 1 ? Wrap : 0)), 0,
                    ReceiveBuffers + (uint)(n * BufferSize));
        }

        Assert.That(_bench.Received(Descriptors, 4096), Is.All.Zero);
    }

    [Test]
    public void Nothing_is_received_while_the_receiver_is_off_or_the_cable_out()
    {
        _bench.Open();
        _bench[Mr0] = 0x10000000;
        _bench.Receive(Frame(Own));
        _bench[Mr0] = Enabled;
        _bench.Emac.IsConnected = false;
        _bench.Receive(Frame(Own));
        Assert.That((_bench.Control(ReceiveTable, 0), _bench.Emac.FramesArrived), Is.EqualTo((Empty, 2ul)));
    }

    [Test]
    public void While_the_channel_is_stopped_frames_wait_in_the_FIFO_until_it_overruns()
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Rxcarr, 0x80000000);
        for (int n = 0; n < 4; n++)
            _bench.Receive(Frame(Own, 0x1000 + n, 1186)); // 1200 bytes without FCS into 4096
        Assert.That(_bench[Isr], Is.EqualTo(0x02000000), "overrun");
        _bench.Receive(Frame(Own));
        _bench.Mal.WriteDcr(Rxcasr, 0x80000000);
        Assert.That(Enumerable.Range(0, 4).Select(n => _bench.Length(ReceiveTable, n)), Is.EqualTo(new ushort[] { 1200, 1200, 1200, 496 }));
        Assert.That(_bench.Control(ReceiveTable, 3), Is.EqualTo(First | Last | Wrap | 0x200), "the last one is marked as overrun");
    }

    [TestCase(496, true)]
    [TestCase(497, false)]
    public void A_frame_that_fills_the_FIFO_exactly_is_whole(int last, bool fits)
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Rxcarr, 0x80000000);
        for (int n = 0; n < 3; n++)
            _bench.Receive(Frame(Own, 0x1000 + n, 1186)); // 3 * 1200 bytes without FCS into 4096
        _bench.Receive(Frame(Own, 0x1003, last - 14));
        Assert.That(_bench[Isr] & 0x02000000, Is.EqualTo(fits ? 0u : 0x02000000), "overrun");
        _bench.Mal.WriteDcr(Rxcasr, 0x80000000);
        Assert.That(_bench.Length(ReceiveTable, 3), Is.EqualTo(496));
        Assert.That(_bench.Control(ReceiveTable, 3) & 0x200, Is.EqualTo(fits ? 0 : 0x200));
    }

    [Test]
    public void A_filling_FIFO_asks_the_other_end_to_pause_and_an_empty_one_to_go_on()
    {
        _bench.Open(mode1: 0x91788000);
        _bench[Rwmr] = (32u << 23) | (64u << 7); // 512 and 1024 bytes
        _bench[Ptr] = 0x1234;
        _bench.Mal.WriteDcr(Rxcarr, 0x80000000);
        _bench.Receive(Frame(Own, dataLength: 1200));
        _bench.Receive(Frame(Own, dataLength: 1200));
        Assert.That(_bench.Sent.Single()[..18], Is.EqualTo((byte[])[1, 0x80, 0xc2, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0x88, 8, 0, 1, 0x12, 0x34]));
        _bench.Mal.WriteDcr(Rxcasr, 0x80000000);
        _bench.Settle();
        Assert.That(_bench.Sent, Has.Count.EqualTo(2));
        Assert.That(_bench.Sent[1][14..18], Is.EqualTo(new byte[] { 0, 1, 0, 0 }));
    }

    [TestCase(300, 2)]
    [TestCase(600, 1)]
    public void The_other_end_may_go_on_when_what_is_left_in_the_FIFO_is_below_the_low_mark(int left, int frames)
    {
        _bench.Open(mode1: 0x91788000);
        _bench[Rwmr] = (32u << 23) | (64u << 7); // 512 and 1024 bytes
        _bench.Describe(ReceiveTable, 1, 0, 0, 0); // the second frame finds no buffer, which stops the channel ahead of the third
        _bench.Mal.WriteDcr(Rxcarr, 0x80000000);
        _bench.Receive(Frame(Own, dataLength: 1200));
        _bench.Receive(Frame(Own, dataLength: 1200));
        _bench.Receive(Frame(Own, dataLength: left));
        _bench.Mal.WriteDcr(Rxcasr, 0x80000000);
        _bench.Settle();
        Assert.That(_bench.Sent, Has.Count.EqualTo(frames));
    }

    [Test]
    public void That_magic_packets_wake_nobody_is_said()
    {
        _bench[Mr0] = 0x04000000;
        Assert.That(_bench.Reports, Has.Some.Contain("does not wake up by magic packets"));
    }

    [Test]
    public void A_flood_is_lost_beyond_what_the_cable_holds()
    {
        _bench.Open(receiveMode: PromiscuousMode);
        for (int n = 0; n < 1000; n++)
            _bench.Emac.Receive(Frame(Own));
        Assert.That(_bench.Emac.CanReceive, Is.False);
        _bench.Settle();
        Assert.That(_bench.Emac.CanReceive, Is.True);
    }

    public enum Fault
    {
        Runt,
        Fcs,
        TooLong,
        Length,
    }

    private static (byte[] Frame, uint Permission, ushort Status) Make(Fault fault)
    {
        byte[] frame = Frame(Own);
        switch (fault)
        {
            case Fault.Runt:
                byte[] runt = Content(Own, Other, 0x0800, 24);
                EthernetFrame.WriteFcs(runt);
                return (runt, Runts, 0x40);
            case Fault.Fcs:
                frame[20] ^= 1;
                return (frame, BadFcs, 0x08);
            case Fault.TooLong:
                return (Frame(Own, dataLength: 1501), Oversize, 0x04);
            default:
                return (Frame(Own, type: 99, dataLength: 100), InRange, 0x01);
        }
    }

    private static byte[] Tagged(int dataLength)
    {
        byte[] content = Content(Own, Other, 0x8100, dataLength);
        (content[16], content[17]) = (8, 0);
        return EthernetFrame.Complete(content);
    }

    private static (uint Register, uint Bit) DriversHash(ulong address)
    {
        uint crc = uint.MaxValue;
        for (int bit = 0; bit < 48; bit++)
        {
            uint data = (uint)(address >> (40 - (8 * (bit / 8)) + (bit % 8))) & 1;
            crc = (crc << 1) ^ (((crc >> 31) ^ data) != 0 ? 0x04c11db7u : 0);
        }

        uint slot = 63 - (crc >> 26);
        return (slot >> 4, 0x8000u >> (int)(slot & 15));
    }

    private bool Accepts(MacAddress address)
    {
        uint before = _bench[Ocrx];
        _bench.Describe(ReceiveTable, 0, Empty | Wrap, 0, ReceiveBuffers);
        _bench.Mal.WriteDcr(Rxcarr, 0x80000000);
        _bench.Mal.WriteDcr(Rxcasr, 0x80000000);
        _bench.Receive(Frame(address));
        return _bench[Ocrx] != before && _bench.Control(ReceiveTable, 0) != (Empty | Wrap);
    }
}
