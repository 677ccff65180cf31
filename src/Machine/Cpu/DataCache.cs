using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Cpu;

/// <summary>
/// What of the data cache a program can see although memory is always coherent here: lines at addresses where nothing answers. Firmware has its
/// first stack in them before it has memory. The rule: dcba and dcbz over such cacheable storage keep a line, up to the cache's size; loads
/// and stores find it; it goes when DCCR makes its 128 MB region not cacheable, or when dcbi, dcbf or dccci name it.
/// </summary>
/// <param name="memory">What answers elsewhere.</param>
/// <param name="bytes">Size of the cache.</param>
/// <param name="log">Where it is told that more is asked for.</param>
public sealed class DataCache(PhysicalAddressSpace memory, uint bytes, HardwareLog log) : ILastResort, IStateful
{
    private const uint LineSize = 32;
    private const int Ways = 2;
    private const int RegionShift = 27;

    /// <summary>
    /// The lines by address; null for none, as with most guests. The runtime would compile the collection before the first instruction.
    /// </summary>
    private SortedDictionary<uint, byte[]>? _lines;

    /// <summary>Whether it holds any line.</summary>
    public bool IsEmpty => _lines is not { Count: > 0 };

    /// <inheritdoc/>
    public bool TryRead(uint physical, int size, out uint value)
    {
        value = 0;
        if (_lines is null)
            return false;
        for (uint n = 0; n < size; n++)
        {
            if (!_lines.TryGetValue(LineOf(physical + n), out byte[]? line))
                return false;
            value = (value << 8) | line[(physical + n) % LineSize];
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(uint physical, int size, uint value)
    {
        if (_lines is null || !_lines.ContainsKey(LineOf(physical)) || !_lines.ContainsKey(LineOf(physical + (uint)size - 1)))
            return false;
        for (int n = 0; n < size; n++)
        {
            uint at = physical + (uint)n;
            _lines[LineOf(at)][at % LineSize] = (byte)(value >> (8 * (size - 1 - n)));
        }

        return true;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_lines?.Count ?? 0);
        if (_lines is null)
            return;
        foreach ((uint address, byte[] line) in _lines)
        {
            writer.Write(address);
            writer.Write(line.AsSpan());
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _lines = null;
        int count = reader.ReadInt32();
        if (count < 0 || count > bytes / LineSize)
            throw new InvalidDataException($"The data cache has no {count} lines.");
        for (int n = 0; n < count; n++)
        {
            uint address = reader.ReadUInt32();
            byte[] line = new byte[LineSize];
            reader.ReadBytes(line);
            (_lines ??= [])[address] = line;
        }
    }

    /// <summary>Most bytes that <see cref="Save"/> writes.</summary>
    public int MaxSaved => sizeof(int) + ((int)(bytes / LineSize) * (int)(sizeof(uint) + LineSize));

    /// <summary>Forgets all lines, as a reset does.</summary>
    public void Clear() => _lines = null;

    /// <summary>Keeps a line of zeros at a cacheable address, if nothing answers there.</summary>
    internal void Establish(uint physical)
    {
        uint address = LineOf(physical);
        if (memory.FindAnswering(address) is not null || (IsEmpty && memory.IsAnswered(address)))
            return;
        _lines ??= [];
        if (_lines.TryGetValue(address, out byte[]? line))
            Array.Clear(line);
        else if (_lines.Count < bytes / LineSize)
            _lines.Add(address, new byte[LineSize]);
        else
            log.ReportOnce($"the data cache is full of lines at addresses without memory; the one at 0x{address:x8} is lost", "data cache");
    }

    /// <summary>Forgets the line of an address.</summary>
    internal void Drop(uint physical)
    {
        _lines?.Remove(LineOf(physical));
    }

    /// <summary>Forgets the lines of a congruence class, which an address names.</summary>
    internal void DropClass(uint effective)
    {
        uint classes = bytes / LineSize / Ways;
        Drop(address => address / LineSize % classes == effective / LineSize % classes);
    }

    /// <summary>Forgets the lines in regions that are not cacheable.</summary>
    /// <param name="dccr">DCCR: bit 0 is the first 128 MB.</param>
    internal void DropUncacheable(uint dccr) => Drop(address => (dccr << (int)(address >> RegionShift) & 0x80000000) == 0);

    private static uint LineOf(uint physical) => physical & ~(LineSize - 1);

    private void Drop(Predicate<uint> goes)
    {
        if (_lines is null)
            return;
        foreach (uint address in _lines.Keys.Where(address => goes(address)).ToArray())
            _lines.Remove(address);
    }
}
