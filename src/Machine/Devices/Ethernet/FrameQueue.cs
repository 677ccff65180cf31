using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>Frames that wait in order, each with what is known about it. Bounded, so that nobody can make it grow.</summary>
/// <param name="maxFrames">How many frames it holds at most.</param>
internal sealed class FrameQueue(int maxFrames) : IStateful
{
    /// <summary>Longer frames are not taken.</summary>
    public const int MaxFrameLength = 16 << 10;

    private readonly Queue<QueuedFrame> _frames = new();

    /// <summary>Number of frames.</summary>
    public int Count => _frames.Count;

    /// <summary>Bytes of all frames.</summary>
    public int TotalBytes { get; private set; }

    /// <summary>The first frame.</summary>
    public ReadOnlySpan<byte> First => _frames.Peek().Bytes;

    /// <summary>Appends a frame.</summary>
    /// <returns>False when there is no room, or the frame is too long.</returns>
    public bool TryAdd(ReadOnlySpan<byte> frame, ushort status = 0, Arrival arrival = default)
    {
        if (_frames.Count == maxFrames || frame.Length > MaxFrameLength)
            return false;
        _frames.Enqueue(new QueuedFrame(status, frame.ToArray(), arrival));
        TotalBytes += frame.Length;
        return true;
    }

    /// <summary>Removes the first frame.</summary>
    public QueuedFrame Take()
    {
        QueuedFrame taken = _frames.Dequeue();
        TotalBytes -= taken.Bytes.Length;
        return taken;
    }

    /// <summary>Which frames of the cable those in it are, in order.</summary>
    public IEnumerable<Arrival> Arrivals => _frames.Select(frame => frame.Arrival);

    /// <summary>Says which frames of the cable those in it are.</summary>
    /// <param name="arrivals">For each of them, in order.</param>
    public void Name(IEnumerable<Arrival> arrivals)
    {
        QueuedFrame[] named = [.. _frames.Zip(arrivals, (frame, arrival) => frame with { Arrival = arrival })];
        _frames.Clear();
        foreach (QueuedFrame frame in named)
            _frames.Enqueue(frame);
    }

    /// <summary>Removes all frames.</summary>
    public void Clear()
    {
        _frames.Clear();
        TotalBytes = 0;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_frames.Count);
        foreach ((ushort status, byte[] bytes, _) in _frames)
        {
            writer.Write((uint)status);
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">It is not the state of such a queue.</exception>
    public void Load(StateReader reader)
    {
        Clear();
        int count = reader.ReadInt32();
        for (int n = 0; n < count; n++)
        {
            ushort status = (ushort)reader.ReadUInt32();
            int length = reader.ReadInt32();
            if ((uint)length > MaxFrameLength)
                throw new InvalidDataException($"The saved state has a frame of {length} bytes.");
            byte[] bytes = new byte[length];
            reader.ReadBytes(bytes);
            if (!TryAdd(bytes, status))
                throw new InvalidDataException($"The saved state has {count} waiting frames; there can be {maxFrames}.");
        }
    }
}

/// <summary>A frame that waits.</summary>
/// <param name="Status">What is known about it.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Arrival">Which frame of the cable it is.</param>
internal readonly record struct QueuedFrame(ushort Status, byte[] Bytes, Arrival Arrival);
