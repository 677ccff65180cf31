using System.Buffers.Binary;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Kernel.Tests.Networking.Packets;

namespace PpcJit.Kernel.Tests.Networking;

internal sealed class FrameGateTests
{
    private static readonly MacAddress Gateway = SlirpBackend.GatewayStation;
    private long _nanoseconds;
    private FrameGate _gate = null!;

    [SetUp]
    public void Create() => _gate = new FrameGate(() => _nanoseconds);

    [Test]
    public void What_a_guest_needs_passes_unchanged_but_for_its_padding()
    {
        foreach (byte[] frame in new[]
        {
            ArpRequest(GuestIp, GatewayIp), Echo(Gateway, GatewayIp, new byte[20]), DhcpDiscover(),
            TftpRequest(Gateway, "x"), Tcp([2, 4, 5, 0xb4]),
        })
            Assert.That(_gate.Pass([.. frame, .. new byte[18]]).ToArray(), Is.EqualTo(frame));
        Assert.That(_gate.Dropped, Is.Zero);
    }

    [TestCase(0x86dd, TestName = "IPv6_is_dropped")]
    [TestCase(0x88f8, TestName = "NC_SI_is_dropped")]
    [TestCase(0x8100, TestName = "A_VLAN_tag_is_dropped")]
    [TestCase(46, TestName = "An_LLC_frame_is_dropped")]
    public void Another_type_is_dropped(int type) => AssertDropped(frame => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)type));

    [TestCase(Ethernet, 0x44, TestName = "A_header_of_16_bytes_is_dropped")]
    [TestCase(Ethernet, 0x46, TestName = "Options_are_dropped")]
    [TestCase(Ethernet, 0x65, TestName = "Version_6_in_an_IPv4_frame_is_dropped")]
    [TestCase(Ethernet + 2, 1, TestName = "A_length_beyond_the_frame_is_dropped")]
    [TestCase(Ethernet + 6, 0x80, TestName = "The_reserved_flag_is_dropped")]
    [TestCase(Ethernet + 8, 0, TestName = "A_lifetime_of_0_is_dropped")]
    [TestCase(Ethernet + 9, 41, TestName = "A_protocol_that_nobody_speaks_is_dropped")]
    [TestCase(Ethernet + 12, 127, TestName = "A_loopback_source_is_dropped")]
    [TestCase(Ethernet + 12, 224, TestName = "A_multicast_source_is_dropped")]
    [TestCase(Ethernet + 16, 127, TestName = "A_loopback_destination_is_dropped")]
    [TestCase(6, 3, TestName = "A_group_as_sender_is_dropped")]
    public void A_header_that_cannot_be_is_dropped(int place, int value) => AssertDropped(frame => frame[place] = (byte)value);

    [Test]
    public void A_wrong_checksum_is_dropped()
    {
        byte[] frame = Echo(Gateway, GatewayIp, []);
        frame[Ethernet + 10] ^= 1;
        Assert.That(_gate.Pass(frame).IsEmpty, Is.True);
    }

    [Test]
    public void Every_truncation_is_dropped([Values("arp", "echo", "dhcp", "tcp")] string kind)
    {
        byte[] frame = kind switch { "arp" => ArpRequest(GuestIp, GatewayIp), "echo" =>
            Echo(Gateway, GatewayIp, []), "dhcp" => DhcpDiscover(), _ => Tcp([2, 4, 5, 0xb4]) };
        for (int length = 0; length < frame.Length; length++)
            Assert.That(_gate.Pass(frame.AsSpan(0, length)).IsEmpty, Is.True, $"{length} bytes");
    }

    [TestCase(new byte[] { 2, 0, 0, 0 })]
    [TestCase(new byte[] { 2, 1, 0, 0 })]
    [TestCase(new byte[] { 2, 5, 0, 0 })]
    [TestCase(new byte[] { 1, 1, 1, 3 })]
    public void A_TCP_option_that_is_longer_than_its_room_is_dropped(byte[] options) => Assert.That(_gate.Pass(Tcp(options)).IsEmpty, Is.True);

    [Test]
    public void A_DHCP_option_that_is_longer_than_its_message_is_dropped()
    {
        byte[] message = [.. DhcpDiscover()[(Ethernet + Ip + Udp)..^4], 12, 200, 65];
        byte[] frame = UdpPacket(MacAddress.Broadcast, [0, 0, 0, 0], [255, 255, 255, 255], 68, 67, message);
        Assert.That(_gate.Pass(frame).IsEmpty, Is.True);
    }

    [TestCase(7)]
    [TestCase(100)]
    public void A_UDP_length_that_is_wrong_is_dropped(int length)
    {
        byte[] frame = UdpPacket(Gateway, GuestIp, GatewayIp, 1000, 9, [1, 2, 3]);
        frame[Ethernet + Ip + 5] = (byte)length;
        Assert.That(_gate.Pass(frame).IsEmpty, Is.True);
    }

    [Test]
    public void A_last_fragment_without_its_first_waits_and_is_forgotten()
    {
        Assert.That(_gate.Pass(Fragments(3)[2]).IsEmpty, Is.True);
        Assert.That(_gate.Incomplete, Is.EqualTo(1));
        _nanoseconds += 31_000_000_000;
        Assert.That(_gate.Pass(Fragments(3)[1]).IsEmpty, Is.True);
        Assert.That(_gate.Incomplete, Is.EqualTo(1), "the first one's time is over");
        Assert.That(_gate.Pass(Fragments(3)[0]).IsEmpty, Is.True, "and it is missing now");
    }

    [Test]
    public void Fragments_become_the_packet_in_any_order([Values("012", "210", "120", "0012", "20110")] string order)
    {
        byte[] whole = Echo(Gateway, GatewayIp, Data);
        List<byte[]> passed = [];
        foreach (char piece in order)
        {
            ReadOnlySpan<byte> frame = _gate.Pass(Fragments(3)[piece - '0']);
            if (!frame.IsEmpty)
                passed.Add(frame.ToArray());
        }

        Assert.That(passed, Has.Count.EqualTo(1));
        Assert.That(passed[0][(Ethernet + Ip)..], Is.EqualTo(whole[(Ethernet + Ip)..]));
        Assert.That(InternetChecksum.Of(passed[0].AsSpan(Ethernet, Ip)), Is.Zero);
    }

    [Test]
    public void Fragments_that_overlap_end_their_packet()
    {
        byte[] overlapping = Fragments(3)[1];
        BinaryPrimitives.WriteUInt16BigEndian(overlapping.AsSpan(Ethernet + 6),
            (ushort)(BinaryPrimitives.ReadUInt16BigEndian(overlapping.AsSpan(Ethernet + 6)) - 1));
        Assert.That(_gate.Pass(Fragments(3)[0]).IsEmpty, Is.True);
        Assert.That(_gate.Pass(Mended(overlapping)).IsEmpty, Is.True);
        Assert.That(_gate.Incomplete, Is.Zero);
    }

    [Test]
    public void A_fragment_beyond_the_longest_packet_is_dropped()
    {
        byte[] far = Fragments(3)[2];
        BinaryPrimitives.WriteUInt16BigEndian(far.AsSpan(Ethernet + 6), 0x1fff);
        Assert.That(_gate.Pass(Mended(far)).IsEmpty, Is.True);
        Assert.That(_gate.Incomplete, Is.Zero);
    }

    [Test]
    public void No_more_than_a_few_packets_wait_for_fragments()
    {
        for (int n = 0; n < 1000; n++)
            _gate.Pass(Fragments(3, identification: n)[n % 3]);
        Assert.That(_gate.Incomplete, Is.EqualTo(FragmentStore.MaxPackets));
    }

    private static byte[] Data => [.. Enumerable.Range(0, 3000).Select(n => (byte)(n * 7))];

    private static byte[] Tcp(byte[] options) =>
        IpPacket(Gateway, GuestIp, GatewayIp, 6, [4, 0, 0, 22, 0, 0, 0, 1, 0, 0, 0, 0,
            (byte)((20 + options.Length) << 2), 2, 0x40, 0, 0, 0, 0, 0, .. options]);

    /// <summary>A long ping in pieces.</summary>
    private static byte[][] Fragments(int count, int identification = 77)
    {
        byte[] frame = Echo(Gateway, GatewayIp, Data);
        return Packets.Fragments(frame, (((frame.Length - Ethernet - Ip) / count) + 7) / 8 * 8, identification);
    }

    private void AssertDropped(Action<byte[]> spoil)
    {
        byte[] frame = Echo(Gateway, GatewayIp, new byte[40]);
        spoil(frame);
        Assert.That(_gate.Pass(Mended(frame)).IsEmpty, Is.True);
        Assert.That(_gate.Dropped, Is.EqualTo(1));
    }
}
