using System.Buffers.Binary;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// Makes what goes onto the wire of what the MAL delivered (405GP User's Manual, "Packet Content Configuration
/// Options").
/// </summary>
internal static class TransmitFormat
{
    /// <summary>Applies the descriptor's control bits to a packet.</summary>
    /// <param name="packet">The packet as software wrote it.</param>
    /// <param name="control">The EMAC's control bits of its first descriptor.</param>
    /// <param name="source">The station's own address.</param>
    /// <param name="vlanTag">TPID and TCI; null when VLAN support is off.</param>
    public static byte[] Apply(ReadOnlySpan<byte> packet, ushort control, MacAddress source, uint? vlanTag)
    {
        List<byte> frame = [.. packet];
        bool hasAddresses = InsertSource(frame, control, source);
        bool generatesFcs = (control & EmacBits.GenerateFcs) != 0;
        if (!generatesFcs)
            return [.. frame];

        if (vlanTag is { } tag && hasAddresses)
            InsertTag(frame, control, tag);
        int shortest = EthernetFrame.MinimumLength - EthernetFrame.FcsLength;
        if ((control & EmacBits.GeneratePadding) != 0 && frame.Count < shortest)
            frame.AddRange(new byte[shortest - frame.Count]);
        byte[] bytes = new byte[frame.Count + EthernetFrame.FcsLength];
        frame.CopyTo(bytes);
        EthernetFrame.WriteFcs(bytes);
        return bytes;
    }

    /// <returns>Whether the frame has both addresses; a fragment stays as it is.</returns>
    private static bool InsertSource(List<byte> frame, ushort control, MacAddress source)
    {
        Span<byte> bytes = stackalloc byte[MacAddress.Length];
        source.CopyTo(bytes);
        if ((control & EmacBits.InsertSource) != 0 && frame.Count >= MacAddress.Length)
            frame.InsertRange(MacAddress.Length, bytes);
        if (frame.Count < EthernetFrame.AddressesLength)
            return false;
        if ((control & EmacBits.ReplaceSource) != 0)
        {
            for (int n = 0; n < bytes.Length; n++)
                frame[MacAddress.Length + n] = bytes[n];
        }

        return true;
    }

    private static void InsertTag(List<byte> frame, ushort control, uint tag)
    {
        Span<byte> bytes = stackalloc byte[EthernetFrame.VlanTagLength];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, tag);
        if ((control & EmacBits.ReplaceVlanTag) != 0 && frame.Count >= EthernetFrame.AddressesLength + bytes.Length)
            frame.RemoveRange(EthernetFrame.AddressesLength, bytes.Length);
        else if ((control & EmacBits.InsertVlanTag) == 0)
            return;
        frame.InsertRange(EthernetFrame.AddressesLength, bytes);
    }
}
