using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>
/// Gives files of a folder to the guest by TFTP (RFC 1350) with the options blksize and tsize (RFC 2347 to 2349), octet
/// mode, reading only. It stands before libslirp, whose own server follows links out of its folder and waits for FIFOs.
/// </summary>
/// <param name="folder">The folder; null gives out nothing.</param>
/// <param name="nanoseconds">Gives guest time.</param>
/// <param name="send">Takes a frame for the guest.</param>
internal sealed class TftpServer(TftpFolder? folder, Func<long> nanoseconds, Action<byte[]> send) : IDisposable
{
    /// <summary>Most transfers that are under way; the one that was silent longest makes room for another.</summary>
    public const int MaxTransfers = 20;

    private const ushort Port = 69;
    private const ushort ReadRequest = 1;
    private const ushort WriteRequest = 2;
    private const ushort DataBlock = 3;
    private const ushort Acknowledgement = 4;
    private const ushort ErrorMessage = 5;
    private const ushort OptionAcknowledgement = 6;
    private const ushort NotDefined = 0;
    private const ushort FileNotFound = 1;
    private const ushort AccessViolation = 2;
    private const ushort UnknownTransfer = 5;
    private const int UsualBlock = 512;
    private const int SmallestBlock = 8;
    private const int MaxBlockLength = 1428;
    private const int MaxRequestLength = 512;
    private const int Overhead = Ipv4Header.Ethernet + Ipv4Header.Length + Ipv4Header.Udp;
    private const long RepeatAfter = 200_000_000;
    private const long SilentFor = 60_000_000_000;

    private readonly List<Transfer> _transfers = [];
    private ushort _identification;

    /// <summary>Transfers that are under way.</summary>
    public int Count => _transfers.Count;

    /// <summary>Takes a frame that the gate has let through, if it is for the server.</summary>
    /// <returns>Whether it was.</returns>
    public bool Take(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> packet = frame[Ipv4Header.Ethernet..];
        if (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != Ipv4Header.EtherType || packet[9] != Ipv4Header.UdpProtocol
            || !packet[16..20].SequenceEqual(SlirpBackend.Gateway.GetAddressBytes()))
            return false;
        ReadOnlySpan<byte> datagram = packet[Ipv4Header.Length..];
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != Port)
            return false;
        Peer peer = new(
            BinaryPrimitives.ReadUInt64BigEndian(frame[4..]) & 0xffff_ffff_ffff, BinaryPrimitives.ReadUInt32BigEndian(packet[12..]),
            BinaryPrimitives.ReadUInt16BigEndian(datagram));
        ReadOnlySpan<byte> message = datagram[Ipv4Header.Udp..BinaryPrimitives.ReadUInt16BigEndian(datagram[4..])];
        if (message.Length >= 4 && peer is { Address: not 0, Port: not 0 })
            Answer(peer, message);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Transfer transfer in _transfers)
            transfer.File.Dispose();
        _transfers.Clear();
    }

    private void Answer(Peer peer, ReadOnlySpan<byte> message)
    {
        End(transfer => nanoseconds() - transfer.LastSent > SilentFor);
        switch (BinaryPrimitives.ReadUInt16BigEndian(message))
        {
            case ReadRequest:
                Begin(peer, message[2..]);
                break;
            case WriteRequest:
                Refuse(peer, AccessViolation, "files are only given out");
                break;
            case Acknowledgement:
                if (_transfers.Find(transfer => transfer.Peer == peer) is { } acknowledged)
                    GoOn(acknowledged, BinaryPrimitives.ReadUInt16BigEndian(message[2..]));
                else
                    Refuse(peer, UnknownTransfer, "no such transfer");
                break;
            default:
                // An error ends the transfer; anything else is no way to go on with it.
                End(transfer => transfer.Peer == peer);
                break;
        }
    }

    private void Begin(Peer peer, ReadOnlySpan<byte> request)
    {
        // The same port asking once more means that it has not heard the answer, or begins anew.
        End(transfer => transfer.Peer == peer);
        if (request.Length > MaxRequestLength || request[^1] != 0
            || Encoding.UTF8.GetString(request[..^1]).Split('\0') is not [var name, var mode, .. var options])
        {
            Refuse(peer, NotDefined, "not a read request");
            return;
        }

        if (!mode.Equals("octet", StringComparison.OrdinalIgnoreCase))
        {
            Refuse(peer, NotDefined, "only octet mode is spoken");
            return;
        }

        if (folder?.Open(name) is not { } file)
        {
            Refuse(peer, FileNotFound, "no such file");
            return;
        }

        if (_transfers.Count == MaxTransfers)
            End(transfer => transfer == _transfers.MinBy(other => other.LastSent));
        Transfer begun = new(peer, file);
        _transfers.Add(begun);
        byte[] accepted = Accept(begun, options);
        if (accepted.Length == 0)
            SendBlock(begun, 1);
        else
            SendTo(begun, [0, (byte)OptionAcknowledgement, .. accepted]);
    }

    /// <summary>Reads options.</summary>
    /// <returns>Those that are accepted, as they stand in the answer.</returns>
    private static byte[] Accept(Transfer transfer, string[] options)
    {
        StringBuilder accepted = new();
        for (int n = 0; n + 1 < options.Length; n += 2)
        {
            if (!long.TryParse(options[n + 1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
                continue;
            switch (options[n].ToLowerInvariant())
            {
                case "blksize" when value >= SmallestBlock:
                    transfer.BlockSize = (int)Math.Min(value, MaxBlockLength);
                    accepted.Append(CultureInfo.InvariantCulture, $"blksize\0{transfer.BlockSize}\0");
                    break;
                case "tsize":
                    accepted.Append(CultureInfo.InvariantCulture, $"tsize\0{transfer.File.Length}\0");
                    break;
            }
        }

        return Encoding.ASCII.GetBytes(accepted.ToString());
    }

    private void GoOn(Transfer transfer, ushort acknowledged)
    {
        if (acknowledged == (ushort)transfer.Block)
        {
            if (transfer.IsLast)
                End(ended => ended == transfer);
            else
                SendBlock(transfer, transfer.Block + 1);
        }
        else if (acknowledged == (ushort)(transfer.Block - 1) && nanoseconds() - transfer.LastSent >= RepeatAfter)
        {
            // The block was lost. At once it would only be a doubled acknowledgement, and each block after it would be
            // sent twice.
            SendBlock(transfer, transfer.Block);
        }
    }

    private void SendBlock(Transfer transfer, long block)
    {
        byte[] content = new byte[4 + transfer.BlockSize];
        BinaryPrimitives.WriteUInt16BigEndian(content, DataBlock);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(2), (ushort)block);
        int read;
        try
        {
            read = RandomAccess.Read(transfer.File.SafeFileHandle, content.AsSpan(4), (block - 1) * transfer.BlockSize);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(transfer.Peer, NotDefined, "the file cannot be read");
            End(ended => ended == transfer);
            return;
        }

        transfer.Block = block;
        transfer.IsLast = read < transfer.BlockSize;
        SendTo(transfer, content.AsSpan(0, 4 + read));
    }

    private void SendTo(Transfer transfer, ReadOnlySpan<byte> message)
    {
        transfer.LastSent = nanoseconds();
        SendTo(transfer.Peer, message);
    }

    private void Refuse(Peer peer, ushort code, string text) =>
        SendTo(peer, [0, (byte)ErrorMessage, 0, (byte)code, .. Encoding.ASCII.GetBytes(text), 0]);

    private void SendTo(Peer peer, ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[Overhead + message.Length];
        Span<byte> packet = frame.AsSpan(Ipv4Header.Ethernet);
        Span<byte> datagram = packet[Ipv4Header.Length..];
        BinaryPrimitives.WriteUInt64BigEndian(frame, peer.Station << 16);
        ReadOnlySpan<byte> gateway = SlirpBackend.Gateway.GetAddressBytes();
        SlirpBackend.GatewayStation.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), Ipv4Header.EtherType);
        Span<byte> guest = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(guest, peer.Address);
        Ipv4Header.Write(packet, ++_identification, Ipv4Header.UdpProtocol, gateway, guest);
        BinaryPrimitives.WriteUInt16BigEndian(datagram, Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], peer.Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        message.CopyTo(datagram[Ipv4Header.Udp..]);

        // The pseudo-header: addresses, protocol, length. A checksum of 0 is written as its other form (RFC 768).
        ushort addresses = (ushort)~InternetChecksum.Of(packet[12..20]);
        ushort checksum = InternetChecksum.Of(datagram, addresses + (uint)Ipv4Header.UdpProtocol + (uint)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], checksum == 0 ? ushort.MaxValue : checksum);
        send(frame);
    }

    private void End(Predicate<Transfer> ends)
    {
        foreach (Transfer transfer in _transfers.FindAll(ends))
        {
            transfer.File.Dispose();
            _transfers.Remove(transfer);
        }
    }

    /// <summary>Who receives a file.</summary>
    /// <param name="Station">Ethernet address.</param>
    /// <param name="Address">IPv4 address.</param>
    /// <param name="Port">UDP port.</param>
    private readonly record struct Peer(ulong Station, uint Address, ushort Port);

    /// <summary>A file on its way.</summary>
    private sealed class Transfer(Peer peer, FileStream file)
    {
        public Peer Peer => peer;

        public FileStream File => file;

        public int BlockSize { get; set; } = UsualBlock;

        /// <summary>The block that was sent last; 0 when only options were answered.</summary>
        public long Block { get; set; }

        /// <summary>Whether that block ends the file.</summary>
        public bool IsLast { get; set; }

        /// <summary>Guest time in nanoseconds when something was sent.</summary>
        public long LastSent { get; set; }
    }
}
