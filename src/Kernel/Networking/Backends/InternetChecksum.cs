using System.Buffers.Binary;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>The checksum of IPv4, ICMP and UDP (RFC 1071).</summary>
internal static class InternetChecksum
{
    /// <summary>The checksum of bytes; 0 when they contain a right one.</summary>
    /// <param name="bytes">The bytes; a last odd one counts as the upper half of a word.</param>
    /// <param name="sum">What to begin with: sums of other parts.</param>
    public static ushort Of(ReadOnlySpan<byte> bytes, uint sum = 0)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length == 1)
            sum += (uint)bytes[0] << 8;
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
