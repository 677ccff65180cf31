using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Kernel.Tests.Networking.Packets;

namespace PpcJit.Kernel.Tests.Networking;

/// <summary>
/// Sends frames that are almost right through the real libslirp. It runs in a process of its own
/// (<see cref="Program"/>), which a fault in the library would end. Frames go to the user network's own addresses and
/// to a port that is listened to here, never to anybody else.
/// </summary>
internal sealed class FrameFuzzer : IDisposable
{
    private const int MaxPieces = 12;
    private static readonly byte[][] Targets = [GatewayIp, GatewayIp, GatewayIp, [10, 0, 2, 3], [10, 0, 2, 99], [255, 255, 255, 255], GuestIp];
    private static readonly int[] Types = [0x0800, 0x0800, 0x0800, 0x0806, 0x86dd, 0x88f8, 0x8100, 0x0000, 0x05dc];
    private readonly Random _random;
    private readonly SlirpBackend _backend;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _accepted = [];
    private readonly int _port;
    private long _nanoseconds;
    private uint _sequence = 1;
    private uint _acknowledged;
    private int _sourcePort = 1025;

    public FrameFuzzer(int seed, string tftpFolder)
    {
        _random = new Random(seed);
        _backend = new SlirpBackend(new NetworkOptions { TftpFolder = tftpFolder, BootFile = "uImage" }, () => _nanoseconds);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>Frames that came back.</summary>
    public long Answers { get; private set; }

    /// <summary>Sends frames.</summary>
    public void Run(int frames)
    {
        for (int n = 0; n < frames; n++)
        {
            byte[] frame = Frame();
            if (_random.Next(3) == 0)
                SendPieces(frame);
            else
                Send(frame);
            _nanoseconds += _random.Next(200) == 0 ? _random.NextInt64(90_000_000_000) : _random.Next(2_000_000);
            if (_random.Next(4) == 0)
                Serve();
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _accepted)
            socket.Dispose();
        _listener.Dispose();
        _backend.Dispose();
    }

    private void Send(byte[] frame)
    {
        _backend.Send(frame);
        while (_backend.HasFrame)
            Hear(_backend.Take());
    }

    /// <summary>Remembers what a connection needs to go on, so that segments reach deeper than its first state.</summary>
    private void Hear(byte[] frame)
    {
        Answers++;
        if (frame.Length < Ethernet + Ip + 20 || Type(frame) != 0x0800 || frame[23] != 6)
            return;
        Span<byte> segment = frame.AsSpan(Ethernet + Ip);
        _acknowledged = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]) + (uint)((segment[13] & 2) != 0 ? 1 : 0);
        _sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[8..]);
    }

    private void Serve()
    {
        _backend.Poll(TimeSpan.Zero);
        while (_backend.HasFrame)
            Hear(_backend.Take());
        if (_listener.Pending())
            _accepted.Add(_listener.AcceptSocket());
        if (_accepted.Count > 0)
        {
            Socket socket = _accepted[_random.Next(_accepted.Count)];
            try
            {
                socket.Blocking = false;
                socket.Send(new byte[_random.Next(4000)]);
            }
            catch (SocketException)
            {
                // The guest's side has gone, or its window is full.
            }

            if (_random.Next(10) == 0 || _accepted.Count > 100)
            {
                socket.Dispose();
                _accepted.Remove(socket);
            }
        }
    }

    private byte[] Frame()
    {
        byte[] frame = Template();
        int changes = _random.Next(4);
        for (int n = 0; n < changes; n++)
            frame = Change(frame);
        if (frame.Length >= Ethernet + Ip && _random.Next(10) != 0)
            Mend(frame);
        return frame;
    }

    private byte[] Template()
    {
        MacAddress to = SlirpBackend.GatewayStation;
        byte[] target = Targets[_random.Next(Targets.Length)];
        switch (_random.Next(9))
        {
            case 0: return ArpRequest(GuestIp, target);
            case 1: return Echo(to, target, new byte[_random.Next(1400)]);
            case 2: return DhcpDiscover();
            case 3: return UdpPacket(to, GuestIp, GatewayIp, _random.Next(2000), 69, Tftp());
            case 4: return UdpPacket(to, GuestIp, target, _random.Next(2000), 9, Bytes(1400));
            case 5: return UdpPacket(MacAddress.Broadcast, [0, 0, 0, 0], [255, 255, 255, 255], 68, 67,
                [.. DhcpDiscover()[(Ethernet + Ip + Udp)..^1], .. Bytes(300)]);
            case 6:
                byte[] other = Echo(to, GatewayIp, Bytes(100));
                BinaryPrimitives.WriteUInt16BigEndian(other.AsSpan(12), (ushort)Types[_random.Next(Types.Length)]);
                return other;
            default: return Tcp(to);
        }
    }

    private byte[] Tftp() => _random.Next(3) switch
    {
        0 =>
            [0, 1,
                .. Encoding.ASCII.GetBytes(_random.Next(2) == 0 ? "file" : "../" + new string('x', _random.Next(600))),
                0, .. "octet"u8, 0, .. "blksize"u8, 0, .. "1428"u8, 0],
        1 => [0, 4, 0, (byte)_random.Next(4)],
        _ => Bytes(60),
    };

    private byte[] Tcp(MacAddress to)
    {
        if (_random.Next(4) == 0)
            _sourcePort = 1025 + _random.Next(200);
        byte[] options = _random.Next(3) == 0 ? Bytes(40) : _random.Next(2) == 0 ? [2, 4, 5, 0xb4] : [];
        Array.Resize(ref options, options.Length & ~3);
        byte[] data = _random.Next(2) == 0 ? Bytes(1200) : [];
        int flags = _random.Next(4) == 0 ? 2 : _random.Next(3) == 0 ? _random.Next(64) : 0x18;
        byte[] segment =
        [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)((20 + options.Length) << 2), (byte)flags, 0x40, 0, 0, 0, 0,
            (byte)_random.Next(200), .. options, .. data,
        ];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)_sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(_random.Next(8) == 0 ? 1 : _port));
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), _sequence + (uint)(_random.Next(6) == 0 ? _random.Next(100_000) - 50_000 : 0));
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), _acknowledged);
        return IpPacket(to, GuestIp, GatewayIp, 6, segment);
    }

    private byte[] Bytes(int most)
    {
        byte[] bytes = new byte[_random.Next(most + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Change(byte[] frame)
    {
        switch (_random.Next(6))
        {
            case 0:
                return frame[..Math.Max(Ethernet, _random.Next(frame.Length))];
            case 1 when frame.Length > Ethernet + Ip:
                // Options, or what a header with a wrong length takes for them.
                byte[] options = new byte[4 * _random.Next(11)];
                _random.NextBytes(options);
                byte[] longer = [.. frame[..(Ethernet + Ip)], .. options, .. frame[(Ethernet + Ip)..]];
                longer[Ethernet] = (byte)(0x45 + (options.Length / 4));
                return longer;
            case 2 when frame.Length > Ethernet + Ip:
                // A length, of IP or of UDP, that is a little or entirely wrong.
                int place = _random.Next(2) == 0 || frame.Length < Ethernet + Ip + 6 ? Ethernet + 2 : Ethernet + Ip + 4;
                int value = _random.Next(2) == 0
                    ? _random.Next(ushort.MaxValue)
                    : BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(place)) + _random.Next(-9, 10);
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(place), (ushort)value);
                return frame;
            case 3 when frame.Length > Ethernet + 8:
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ethernet + 6), (ushort)_random.Next(0x4000));
                return frame;
            case 4:
                return [.. frame, .. Bytes(64)];
            default:
                for (int n = _random.Next(1, 4); n > 0; n--)
                    frame[_random.Next(12, frame.Length)] ^= (byte)(1 << _random.Next(8));
                return frame;
        }
    }

    /// <summary>Makes the checksums right again, since nobody looks behind wrong ones; keeps the packet on the user network.</summary>
    private void Mend(byte[] frame)
    {
        if (Type(frame) != 0x0800)
            return;
        Span<byte> packet = frame.AsSpan(Ethernet);
        if (packet[16] != 255)
            (packet[16], packet[17], packet[18]) = (10, 0, 2);
        int header = Math.Min((packet[0] & 15) * 4, packet.Length);
        Span<byte> payload = packet[header..];
        if (packet[9] is 6 or 17 && payload.Length >= 4)
        {
            int to = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
            if (to is not (67 or 69 or 1) && to != _port)
                BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)(packet[9] == 6 ? _port : 9));
        }

        int sum = packet[9] switch { 1 => 2, 6 => 16, 17 => 6, _ => -1 };
        if (sum >= 0 && payload.Length >= sum + 2)
        {
            payload[sum..(sum + 2)].Clear();
            uint pseudo = packet[9] == 6 ? (uint)((ushort)~InternetChecksum.Of(packet[12..20]) + packet[9] + payload.Length) : 0;
            if (packet[9] != 17)
                BinaryPrimitives.WriteUInt16BigEndian(payload[sum..], InternetChecksum.Of(payload, pseudo));
        }

        if (header < Ip)
            return;
        packet[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Of(packet[..header]));
    }

    /// <summary>Cuts a packet into fragments, and sends them in some order, some twice, some not at all, some moved.</summary>
    private void SendPieces(byte[] frame)
    {
        if (frame.Length < Ethernet + Ip + 16 || Type(frame) != 0x0800)
        {
            Send(frame);
            return;
        }

        byte[] payload = frame[(Ethernet + Ip)..];
        int size = 8 * _random.Next(1 + (payload.Length / 8 / MaxPieces), 1 + (payload.Length / 8));
        List<byte[]> pieces = [];
        ushort identification = (ushort)_random.Next(50);
        for (int offset = 0; offset < payload.Length; offset += size)
        {
            byte[] data = payload[offset..Math.Min(payload.Length, offset + size)];
            byte[] piece = [.. frame[..(Ethernet + Ip)], .. data];
            piece[Ethernet] = 0x45;
            int moved = _random.Next(12) == 0 ? _random.Next(-2, 3) : 0;
            int word = Math.Clamp((offset / 8) + moved, 0, 0x1fff) | (offset + size < payload.Length ? 0x2000 : 0);
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(Ethernet + 2), (ushort)(Ip + data.Length));
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(Ethernet + 4), identification);
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(Ethernet + 6), (ushort)word);
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(Ethernet + 10), 0);
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(Ethernet + 10), InternetChecksum.Of(piece.AsSpan(Ethernet, Ip)));
            if (_random.Next(12) != 0)
                pieces.Add(piece);
            if (_random.Next(12) == 0)
                pieces.Add(piece);
        }

        if (_random.Next(2) == 0)
            pieces.Reverse();
        else if (_random.Next(2) == 0)
            _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pieces));
        foreach (byte[] piece in pieces)
            Send(piece);
    }
}
