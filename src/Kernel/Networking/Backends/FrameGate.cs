using System.Buffers.Binary;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>
/// Lets through to libslirp only frames that are what they say: a guest can never end the host. Lengths, headers,
/// addresses and options are checked, fragments are put together, and protocols of which the user network has nothing
/// (IPv6, NC-SI, ICMP other than echo requests) end here.
/// </summary>
/// <param name="nanoseconds">Gives guest time.</param>
internal sealed class FrameGate(Func<long> nanoseconds)
{
    private const int MaxFrameLength = 1514;
    private const ushort ArpEtherType = 0x0806;
    private const int ArpLength = 28;
    private const int IcmpLength = 8;
    private const byte EchoRequest = 8;
    private const int TcpLength = 20;
    private const byte TcpFin = 1;
    private const byte TcpSyn = 2;
    private const byte TcpReset = 4;
    private const int FirstTcpOption = 2;
    private const ushort DhcpServer = 67;
    private const int DhcpOptions = 240;
    private const uint DhcpCookie = 0x6382_5363;

    /// <summary>Ethernet over IPv4, six bytes over four: the first eight bytes of ARP but for the operation.</summary>
    private const ulong ArpKind = 0x0001_0800_0604;

    private readonly FragmentStore _fragments = new(nanoseconds);

    /// <summary>Frames that were not let through. Fragments that wait for others do not count.</summary>
    public long Dropped { get; private set; }

    /// <summary>Packets that wait for fragments.</summary>
    public int Incomplete => _fragments.Count;

    /// <summary>Looks at a frame.</summary>
    /// <param name="frame">The frame without frame check sequence; padding may follow.</param>
    /// <returns>What libslirp is to be given; empty for nothing.</returns>
    public ReadOnlySpan<byte> Pass(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> passed = Look(frame, out bool waits);
        if (passed.IsEmpty && !waits)
            Dropped++;
        return passed;
    }

    private ReadOnlySpan<byte> Look(ReadOnlySpan<byte> frame, out bool waits)
    {
        waits = false;
        if (frame.Length is < Ipv4Header.Ethernet or > MaxFrameLength || !IsStation(frame[6..12]))
            return default;
        ReadOnlySpan<byte> payload = frame[Ipv4Header.Ethernet..];
        switch (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]))
        {
            case ArpEtherType:
                return IsArp(payload) ? frame[..(Ipv4Header.Ethernet + ArpLength)] : default;
            case Ipv4Header.EtherType when IsIpv4(payload):
                int total = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
                ReadOnlySpan<byte> cut = frame[..(Ipv4Header.Ethernet + total)];
                if ((BinaryPrimitives.ReadUInt16BigEndian(payload[6..]) & (Ipv4Header.MoreFragments | Ipv4Header.OffsetMask)) != 0)
                {
                    waits = true;
                    if (_fragments.Add(cut) is not { } whole)
                        return default;
                    waits = false;
                    cut = whole;
                }

                return CarriesWhatItSays(cut[Ipv4Header.Ethernet..]) ? cut : default;
            default:
                return default;
        }
    }

    /// <summary>Whether an Ethernet address can be that of a sender.</summary>
    private static bool IsStation(ReadOnlySpan<byte> address) => (address[0] & 1) == 0 && address.ContainsAnyExcept((byte)0);

    private static bool IsArp(ReadOnlySpan<byte> packet) =>
        packet.Length >= ArpLength
        && BinaryPrimitives.ReadUInt64BigEndian(packet) >> 16 == ArpKind
        && BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) is 1 or 2
        && IsStation(packet[8..14])
        && IsSource(packet[14..18]);

    private static bool IsIpv4(ReadOnlySpan<byte> packet)
    {
        // Nothing on this network has a use for IP options, and libslirp moves them about in place.
        if (packet.Length < Ipv4Header.Length || packet[0] != 0x45 || InternetChecksum.Of(packet[..Ipv4Header.Length]) != 0)
            return false;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        return total >= Ipv4Header.Length && total <= packet.Length
            && (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & Ipv4Header.ReservedFlag) == 0
            && packet[8] != 0
            && IsSource(packet[12..16])
            && packet[16] is not (0 or 127);
    }

    /// <summary>
    /// Whether an IPv4 address can be that of a sender: 0.0.0.0, which has none yet, but no loopback, multicast or
    /// broadcast.
    /// </summary>
    private static bool IsSource(ReadOnlySpan<byte> address) =>
        address[0] < 224 && address[0] != 127 && (address[0] != 0 || !address.ContainsAnyExcept((byte)0));

    private static bool CarriesWhatItSays(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> payload = packet[Ipv4Header.Length..];
        return packet[9] switch
        {
            Ipv4Header.IcmpProtocol =>
                payload.Length >= IcmpLength && payload[0] == EchoRequest && payload[1] == 0 && InternetChecksum.Of(payload) == 0,
            Ipv4Header.TcpProtocol => IsTcp(payload),
            Ipv4Header.UdpProtocol => IsUdp(payload),
            _ => false,
        };
    }

    private static bool IsTcp(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < TcpLength)
            return false;
        int header = segment[12] >> 4 << 2;
        byte flags = segment[13];
        bool isSensible = (flags & TcpSyn) == 0 ? (flags & 0x3f) != 0 : (flags & (TcpFin | TcpReset)) == 0;
        bool hasPorts = BinaryPrimitives.ReadUInt16BigEndian(segment) != 0 && BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) != 0;
        return header >= TcpLength && header <= segment.Length && isSensible && hasPorts && HasTcpOptions(segment[TcpLength..header]);
    }

    /// <summary>Whether each option has the length that it says (RFC 9293, 3.1).</summary>
    private static bool HasTcpOptions(ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty && options[0] != 0)
        {
            int length = options[0] == 1 ? 1 : options.Length < FirstTcpOption ? 0 : options[1];
            if (length == 0 || length > options.Length || (options[0] != 1 && length < FirstTcpOption))
                return false;
            options = options[length..];
        }

        return true;
    }

    private static bool IsUdp(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < Ipv4Header.Udp)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]);
        ushort destination = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        return length >= Ipv4Header.Udp && length <= datagram.Length && destination != 0
            && (destination != DhcpServer || IsDhcp(datagram[Ipv4Header.Udp..length]));
    }

    /// <summary>
    /// Whether a message to the DHCP server is a request whose options have the lengths that they say (RFC 2131, RFC
    /// 2132).
    /// </summary>
    private static bool IsDhcp(ReadOnlySpan<byte> message)
    {
        if (message.Length < DhcpOptions || message[0] != 1 || message[1] != 1 || message[2] != 6
            || BinaryPrimitives.ReadUInt32BigEndian(message[(DhcpOptions - 4)..]) != DhcpCookie)
            return false;
        for (ReadOnlySpan<byte> options = message[DhcpOptions..]; !options.IsEmpty && options[0] != 255;)
        {
            int length = options[0] == 0 ? 1 : options.Length < 2 ? 0 : 2 + options[1];
            if (length == 0 || length > options.Length)
                return false;
            options = options[length..];
        }

        return true;
    }
}
