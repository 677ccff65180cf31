using System.Buffers.Binary;
using PpcJit.Kernel.Files;

namespace PpcJit.Kernel.Networking;

/// <summary>
/// Writes frames in the pcap format that tcpdump and Wireshark read, with guest time since the start of the machine in nanoseconds.
/// </summary>
internal sealed class PcapFile : IDisposable
{
    private const uint NanosecondMagic = 0xa1b23c4d;
    private const uint Ethernet = 1;
    private const uint MaxPacketLength = 65535;
    private const int FileHeaderSize = 24;
    private const int PacketHeaderSize = 16;
    private const ulong Nanoseconds = 1_000_000_000;

    private readonly RunningOutput _file;
    private readonly ulong _instructionsPerSecond;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="instructionsPerSecond">What makes guest time of counts.</param>
    /// <param name="notice">Told once when the file cannot be written any more.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public PcapFile(string path, ulong instructionsPerSecond, Action<string> notice)
    {
        _instructionsPerSecond = instructionsPerSecond;
        _file = new RunningOutput("--net pcap=", path, "capture", notice);
        Span<byte> header = stackalloc byte[FileHeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2); // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], MaxPacketLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Ethernet);
        _file.Write(header);
    }

    /// <summary>Appends a frame without frame check sequence.</summary>
    public void Write(ulong count, ReadOnlySpan<byte> frame)
    {
        (ulong seconds, ulong rest) = Math.DivRem(count, _instructionsPerSecond);
        byte[] packet = new byte[PacketHeaderSize + frame.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(packet, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(4), (uint)(rest * Nanoseconds / _instructionsPerSecond));
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(8), frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(12), frame.Length);
        frame.CopyTo(packet.AsSpan(PacketHeaderSize));
        _file.Write(packet);
    }

    /// <summary>Makes what was written the capture.</summary>
    /// <returns>What went wrong, now or before; null for nothing. The old file is then still there.</returns>
    public string? Complete() => _file.Complete();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
