using System.Buffers.Binary;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>An Ethernet frame that carries IPv4 (RFC 791), as far as it must be read or made here.</summary>
internal static class Ipv4Header
{
    /// <summary>Bytes of an Ethernet header.</summary>
    public const int Ethernet = 14;

    /// <summary>Bytes of a header without options.</summary>
    public const int Length = 20;

    /// <summary>Bytes of a UDP header.</summary>
    public const int Udp = 8;

    /// <summary>EtherType of IPv4.</summary>
    public const ushort EtherType = 0x0800;

    public const byte IcmpProtocol = 1;
    public const byte TcpProtocol = 6;
    public const byte UdpProtocol = 17;

    /// <summary>
    /// In the word of flags and offset: the bit that must be 0, "more fragments", and the offset in units of 8 bytes.
    /// </summary>
    public const ushort ReservedFlag = 0x8000;
    public const ushort MoreFragments = 0x2000;
    public const ushort OffsetMask = 0x1fff;

    private const byte HopsLeft = 64;

    /// <summary>Writes a header without options and fragmentation.</summary>
    /// <param name="packet">The packet, header included.</param>
    /// <param name="identification">Identification.</param>
    /// <param name="protocol">What it carries.</param>
    /// <param name="source">Four bytes.</param>
    /// <param name="destination">Four bytes.</param>
    public static void Write(
        Span<byte> packet, ushort identification, byte protocol, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination)
    {
        Span<byte> header = packet[..Length];
        header.Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], identification);
        (header[8], header[9]) = (HopsLeft, protocol);
        source.CopyTo(header[12..]);
        destination.CopyTo(header[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Of(header));
    }
}
