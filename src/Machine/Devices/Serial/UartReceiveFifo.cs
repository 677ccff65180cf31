using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Serial;

/// <summary>The receive FIFO of a 16550A: 16 characters, each with the line errors that came with it.</summary>
internal sealed class UartReceiveFifo : IStateful
{
    /// <summary>Number of characters that fit.</summary>
    public const int Depth = 16;

    private readonly ushort[] _entries = new ushort[Depth]; // errors in the high byte, as LSR bits
    private readonly Arrival[] _arrivals = new Arrival[Depth];
    private int _first;

    /// <summary>Characters in it, 0 to <see cref="Depth"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Whether any character in it has an error that was not taken yet.</summary>
    public bool HasErrors
    {
        get
        {
            for (int n = 0; n < Count; n++)
            {
                if (Entry(n) >> 8 != 0)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Which characters of the line those in it are, the oldest first.</summary>
    public IReadOnlyList<Arrival> Arrivals
    {
        get => Count == 0 ? [] : [.. Enumerable.Range(0, Count).Select(n => _arrivals[(_first + n) % Depth])];
        set
        {
            for (int n = 0; n < Math.Min(Count, value.Count); n++)
                _arrivals[(_first + n) % Depth] = value[n];
        }
    }

    /// <summary>Which character of the line the oldest is.</summary>
    public Arrival FirstArrival => _arrivals[_first];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_entries);
        Array.Clear(_arrivals);
        _first = 0;
        Count = 0;
    }

    /// <summary>Adds a character; there must be room.</summary>
    public void Add(byte data, byte errors, Arrival arrival)
    {
        Count++;
        ReplaceNewest(data, errors, arrival);
    }

    /// <summary>Replaces the newest character: what an overrun does to the one-character buffer of 16450 mode.</summary>
    public void ReplaceNewest(byte data, byte errors, Arrival arrival)
    {
        Entry(Count - 1) = (ushort)((errors << 8) | data);
        _arrivals[(_first + Count - 1) % Depth] = arrival;
    }

    /// <summary>Removes the oldest character; there must be one.</summary>
    public byte Take()
    {
        byte data = (byte)Entry(0);
        Entry(0) = 0;
        _first = (_first + 1) % Depth;
        Count--;
        return data;
    }

    /// <summary>Takes the errors of the oldest character, which the line status register shows from now on.</summary>
    public byte TakeErrors()
    {
        if (Count == 0)
            return 0;
        byte errors = (byte)(Entry(0) >> 8);
        Entry(0) &= 0xff;
        return errors;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write((byte)Count);
        for (int n = 0; n < Depth; n++)
        {
            ushort entry = n < Count ? Entry(n) : (ushort)0;
            writer.Write((byte)(entry >> 8));
            writer.Write((byte)entry);
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        Clear();
        Count = Math.Min((int)reader.ReadByte(), Depth);
        for (int n = 0; n < Depth; n++)
            _entries[n] = (ushort)((reader.ReadByte() << 8) | reader.ReadByte());
    }

    private ref ushort Entry(int n) => ref _entries[(_first + n) % Depth];
}
