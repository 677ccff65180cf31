using System.Buffers.Binary;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>
/// Puts fragments of IPv4 packets together (RFC 791, 3.2; RFC 815): libslirp 4.7 dies of a last fragment without its
/// first, and of fragments in reverse order. What it holds is bounded: few packets at a time, each for a while.
/// Fragments that overlap are an attack or a fault, and end their packet.
/// </summary>
/// <param name="nanoseconds">Gives guest time.</param>
internal sealed class FragmentStore(Func<long> nanoseconds)
{
    /// <summary>Most packets that are incomplete at a time; each has at most 64 KiB.</summary>
    public const int MaxPackets = 16;

    /// <summary>
    /// RFC 1122, 3.3.2, asks for 60 to 120 seconds; within a virtual cable fragments follow each other at once.
    /// </summary>
    private const long MaxNanoseconds = 30_000_000_000;

    private const int MaxPacketLength = ushort.MaxValue;
    private const int Unit = 8;

    private readonly List<Packet> _packets = [];

    /// <summary>Packets that are incomplete.</summary>
    public int Count => _packets.Count;

    /// <summary>Adds a fragment.</summary>
    /// <param name="frame">
    /// A frame with a valid IPv4 header without options, cut to the header's length; either more fragments follow or it
    /// has an offset.
    /// </param>
    /// <returns>The whole packet as a frame, when this was the last piece of it; else null.</returns>
    public byte[]? Add(ReadOnlySpan<byte> frame)
    {
        _packets.RemoveAll(packet => nanoseconds() - packet.Began > MaxNanoseconds);
        ReadOnlySpan<byte> header = frame.Slice(Ipv4Header.Ethernet, Ipv4Header.Length);
        ReadOnlySpan<byte> data = frame[(Ipv4Header.Ethernet + Ipv4Header.Length)..];
        ushort word = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
        bool hasMore = (word & Ipv4Header.MoreFragments) != 0;
        int offset = (word & Ipv4Header.OffsetMask) * Unit;
        if (data.Length == 0 || (hasMore && data.Length % Unit != 0) || Ipv4Header.Length + offset + data.Length > MaxPacketLength)
            return null;

        // Source, destination, protocol and identification say which packet it is of.
        UInt128 key = new(
            BinaryPrimitives.ReadUInt64BigEndian(header[12..]),
                ((ulong)header[9] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header[4..]));
        Packet? packet = _packets.Find(packet => packet.Key == key);
        if (packet is null)
        {
            if (_packets.Count == MaxPackets)
                _packets.RemoveAt(0);
            packet = new Packet(key, nanoseconds());
            _packets.Add(packet);
        }

        if (!packet.TryAdd(frame, data, offset, hasMore))
        {
            _packets.Remove(packet);
            return null;
        }

        if (!packet.IsComplete)
            return null;
        _packets.Remove(packet);
        return packet.Frame();
    }

    /// <summary>An incomplete packet.</summary>
    private sealed class Packet(UInt128 key, long began)
    {
        private readonly SortedList<int, byte[]> _pieces = [];
        private byte[] _head = [];
        private int _length = -1;
        private int _held;

        public UInt128 Key => key;

        public long Began => began;

        public bool IsComplete => _held == _length && _head.Length != 0;

        /// <summary>Adds a piece.</summary>
        /// <returns>False when it contradicts another one.</returns>
        public bool TryAdd(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> data, int offset, bool hasMore)
        {
            // The same piece once more is no contradiction: networks may duplicate.
            if (_pieces.TryGetValue(offset, out byte[]? known) && data.SequenceEqual(known))
                return true;
            foreach ((int start, byte[] piece) in _pieces)
            {
                if (offset < start + piece.Length && start < offset + data.Length)
                    return false;
            }

            int end = offset + data.Length;
            if (!hasMore)
            {
                bool contradicts = _length >= 0 || (_pieces.Count > 0 && _pieces.Keys[^1] + _pieces.Values[^1].Length > end);
                if (contradicts)
                    return false;
                _length = end;
            }
            else if (_length >= 0 && end > _length)
            {
                return false;
            }

            if (offset == 0)
                _head = frame[..(Ipv4Header.Ethernet + Ipv4Header.Length)].ToArray();
            _pieces.Add(offset, data.ToArray());
            _held += data.Length;
            return true;
        }

        public byte[] Frame()
        {
            byte[] frame = new byte[_head.Length + _length];
            _head.CopyTo(frame, 0);
            foreach ((int start, byte[] piece) in _pieces)
                piece.CopyTo(frame, _head.Length + start);
            Span<byte> packet = frame.AsSpan(Ipv4Header.Ethernet);
            Ipv4Header.Write(packet, BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(Ipv4Header.Ethernet + 4)),
                _head[Ipv4Header.Ethernet + 9],
                _head.AsSpan(Ipv4Header.Ethernet + 12, 4), _head.AsSpan(Ipv4Header.Ethernet + 16, 4));
            return frame;
        }
    }
}
