using System.Buffers.Binary;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// The form of an Ethernet frame (IEEE 802.3, clause 3). Lengths are in bytes and include the frame check sequence.
/// </summary>
public static class EthernetFrame
{
    /// <summary>Bytes of the frame check sequence.</summary>
    public const int FcsLength = 4;

    /// <summary>The shortest frame that is no runt.</summary>
    public const int MinimumLength = 64;

    /// <summary>The longest frame without a VLAN tag.</summary>
    public const int MaximumLength = 1518;

    /// <summary>The longest jumbo frame, which only an EMAC4 takes, when it is told to.</summary>
    public const int MaximumJumboLength = 9018;

    /// <summary>Bytes of a VLAN tag, by which a tagged frame may be longer.</summary>
    public const int VlanTagLength = 4;

    /// <summary>Bytes of both addresses.</summary>
    public const int AddressesLength = 2 * MacAddress.Length;

    /// <summary>Bytes of the addresses and of the type or length.</summary>
    public const int HeaderLength = AddressesLength + 2;

    /// <summary>The largest value of the type or length field that is a length.</summary>
    public const int MaximumDataLength = 1500;

    /// <summary>The smallest value of the type or length field that is a type.</summary>
    public const int MinimumType = 1536;

    /// <summary>Bytes of preamble and start delimiter before each frame.</summary>
    public const int PreambleLength = 8;

    /// <summary>Type of MAC control frames, of which PAUSE is one (IEEE 802.3, clause 31).</summary>
    public const int ControlType = 0x8808;

    /// <summary>
    /// Gives what is sent for a frame without frame check sequence: padded to the shortest length, and with the
    /// sequence.
    /// </summary>
    public static byte[] Complete(ReadOnlySpan<byte> content)
    {
        byte[] frame = new byte[Math.Max(content.Length + FcsLength, MinimumLength)];
        content.CopyTo(frame);
        WriteFcs(frame);
        return frame;
    }

    /// <summary>Computes the frame check sequence of all bytes but the last four, and puts it there.</summary>
    public static void WriteFcs(Span<byte> frame) =>
        BinaryPrimitives.WriteUInt32LittleEndian(frame[^FcsLength..], Crc32.Of(frame[..^FcsLength]));

    /// <summary>Whether a frame ends in its frame check sequence.</summary>
    public static bool HasGoodFcs(ReadOnlySpan<byte> frame) =>
        frame.Length > FcsLength && BinaryPrimitives.ReadUInt32LittleEndian(frame[^FcsLength..]) == Crc32.Of(frame[..^FcsLength]);

    /// <summary>The type or length field that stands at an offset.</summary>
    internal static int TypeAt(ReadOnlySpan<byte> frame, int offset = AddressesLength) =>
        BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]);
}
