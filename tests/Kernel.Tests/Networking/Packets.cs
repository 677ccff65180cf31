using System.Buffers.Binary;
using System.Text;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Tests.Networking;

/// <summary>Frames made by hand, without frame check sequence, as a guest on the user network sends them.</summary>
internal static class Packets
{
    public static readonly MacAddress GuestMac = new(0x020040050000);
    public static readonly byte[] GuestIp = [10, 0, 2, 15];
    public static readonly byte[] GatewayIp = [10, 0, 2, 2];

    public const int Ethernet = 14, Ip = 20, Udp = 8;

    public static byte[] ArpRequest(byte[] sender, byte[] wanted) =>
        [.. Header(MacAddress.Broadcast, 0x0806), 0, 1, 8, 0, 6, 4, 0, 1, .. Bytes(GuestMac), .. sender, .. new byte[6], .. wanted];

    public static byte[] Echo(MacAddress to, byte[] destination, byte[] data)
    {
        byte[] icmp = [8, 0, 0, 0, 0x40, 5, 0, 1, .. data];
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(2), Checksum(icmp));
        return IpPacket(to, GuestIp, destination, 1, icmp);
    }

    public static byte[] UdpPacket(MacAddress to, byte[] source, byte[] destination, int sourcePort, int destinationPort, byte[] data)
    {
        byte[] udp = [.. Word(sourcePort), .. Word(destinationPort), .. Word(Udp + data.Length), 0, 0, .. data];
        return IpPacket(to, source, destination, 17, udp);
    }

    public static byte[] DhcpDiscover()
    {
        byte[] message = new byte[240];
        (message[0], message[1], message[2], message[7]) = (1, 1, 6, 0x77);
        GuestMac.CopyTo(message.AsSpan(28));
        (message[236], message[237], message[238], message[239]) = (99, 130, 83, 99);
        return UdpPacket(MacAddress.Broadcast, [0, 0, 0, 0], [255, 255, 255, 255], 68, 67, [.. message, 53, 1, 1, 255]);
    }

    public static byte[] TftpRequest(MacAddress to, string name) =>
        UdpPacket(to, GuestIp, GatewayIp, 0x4005, 69, [0, 1, .. Encoding.ASCII.GetBytes(name), 0, .. "octet"u8, 0]);

    /// <summary>Cuts an IPv4 packet into fragments.</summary>
    /// <param name="frame">The packet in a frame.</param>
    /// <param name="size">Bytes in each but the last, a multiple of 8.</param>
    /// <param name="identification">Identification of all.</param>
    public static byte[][] Fragments(byte[] frame, int size, int identification = 77)
    {
        byte[] payload = frame[(Ethernet + Ip)..];
        int count = (payload.Length + size - 1) / size;
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            byte[] piece = [.. frame[..(Ethernet + Ip)], .. payload[(n * size)..Math.Min(payload.Length, (n + 1) * size)]];
            Word(piece.Length - Ethernet).CopyTo(piece, Ethernet + 2);
            Word(identification).CopyTo(piece, Ethernet + 4);
            Word((n * size / 8) | (n < count - 1 ? 0x2000 : 0)).CopyTo(piece, Ethernet + 6);
            return Mended(piece);
        })];
    }

    /// <summary>Makes an IPv4 header's checksum right, in place.</summary>
    public static byte[] Mended(byte[] frame)
    {
        frame.AsSpan(Ethernet + 10, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ethernet + 10), Checksum(frame[Ethernet..(Ethernet + Ip)]));
        return frame;
    }

    public static ushort Type(byte[] frame) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12));

    public static byte[] IpPacket(MacAddress to, byte[] source, byte[] destination, byte protocol, byte[] payload)
    {
        byte[] header = [0x45, 0, .. Word(Ip + payload.Length), 0, 1, 0x40, 0, 64, protocol, 0, 0, .. source, .. destination];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        return [.. Header(to, 0x0800), .. header, .. payload];
    }

    private static byte[] Header(MacAddress to, int type) => [.. Bytes(to), .. Bytes(GuestMac), .. Word(type)];

    private static byte[] Word(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Bytes(MacAddress address)
    {
        byte[] bytes = new byte[MacAddress.Length];
        address.CopyTo(bytes);
        return bytes;
    }

    private static ushort Checksum(byte[] bytes)
    {
        uint sum = 0;
        for (int n = 0; n < bytes.Length; n++)
            sum += (uint)bytes[n] << (n % 2 == 0 ? 8 : 0);
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
