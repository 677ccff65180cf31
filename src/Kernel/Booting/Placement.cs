using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// What goes where in a board's memory. Everything is placed and checked first and copied at the end, so that input that cannot be used leaves the
/// machine as it was.
/// </summary>
internal sealed class Placement(PhysicalAddressSpace memory)
{
    private const uint ResetVector = 0xfffffffc;
    private const int ChunkSize = 64 << 10;
    private readonly List<Item> _items = [];

    /// <summary>What has been placed, by rising address.</summary>
    public IReadOnlyList<LoadedRange> Ranges
    {
        get
        {
            List<Item> items = [.. _items];
            items.Sort((one, other) => one.Start.CompareTo(other.Start));
            return items.ConvertAll(item => new LoadedRange(item.Name, item.Start, item.Size));
        }
    }

    /// <summary>Places bytes at an address.</summary>
    /// <param name="name">What they are, for messages: a file name, "the boot information".</param>
    /// <param name="start">First physical address.</param>
    /// <param name="bytes">The contents.</param>
    /// <param name="size">Bytes occupied; what exceeds the contents is cleared.</param>
    /// <exception cref="InputException">The board has no memory there for the contents, or something else is there already.</exception>
    public void Add(string name, uint start, ReadOnlyMemory<byte> bytes, uint size)
    {
        if (size == 0)
            return;
        if (!IsMemory(start, size) && bytes.IsEmpty)
            return; // Names registers or memory that the program sets up itself: there is nothing to bring there
        if (!IsMemory(start, size))
            throw new InputException(OutsideMemory(name, start, size));
        foreach (Item item in _items)
        {
            if (item.Overlaps(start, size))
                throw new InputException($"{name} at {Range(start, size)} overlaps {item.Name} at {Range(item.Start, item.Size)}.");
        }

        _items.Add(new Item(name, start, bytes, size));
    }

    /// <summary>Places bytes as high as possible in free RAM below a limit.</summary>
    /// <param name="name">What they are, for messages.</param>
    /// <param name="bytes">The contents.</param>
    /// <param name="limit">First address past the range that may be used.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>The address chosen.</returns>
    /// <exception cref="InputException">There is no room.</exception>
    public uint AddBelow(string name, ReadOnlyMemory<byte> bytes, uint limit, uint alignment)
    {
        uint size = (uint)bytes.Length;
        uint top = Math.Min(limit, memory.RamSize);
        foreach (uint end in _items.Where(item => item.Start < top).Select(item => item.Start).Append(top).OrderDescending())
        {
            if (end < size)
                break;
            uint start = (end - size) & ~(alignment - 1);
            if (_items.TrueForAll(item => !item.Overlaps(start, size)))
            {
                Add(name, start, bytes, size);
                return start;
            }
        }

        throw new InputException($"{name} with {size} bytes finds no room in the {memory.RamSize >> 20} MB of memory below 0x{top:x8}.");
    }

    /// <summary>Whether a range is free memory.</summary>
    public bool IsFree(uint start, uint size) => IsMemory(start, size) && _items.TrueForAll(item => !item.Overlaps(start, size));

    /// <summary>Whether a range lies in one plain memory of the board.</summary>
    public bool IsMemory(uint start, uint size) =>
        memory.Find(start) is { IsMemory: true } window && size <= window.Size && start - window.Start <= window.Size - size;

    /// <summary>Copies everything into the board's memory.</summary>
    public void Commit()
    {
        byte[] zeros = new byte[ChunkSize];
        foreach (Item item in _items)
        {
            memory.TryCopyIn(item.Start, item.Bytes.Span);
            for (uint done = (uint)item.Bytes.Length; done < item.Size; done += ChunkSize)
                memory.TryCopyIn(item.Start + done, zeros.AsSpan(0, (int)Math.Min(ChunkSize, item.Size - done)));
        }
    }

    private static string Range(uint start, uint size) => $"0x{start:x8}-0x{start + (size - 1):x8}";

    private string OutsideMemory(string name, uint start, uint size) => start < memory.RamSize
        ? $"{name} does not fit: it needs 0x{size:x} bytes at 0x{start:x8}, and this board has {memory.RamSize >> 20} MB of RAM."
        : $"{name} wants {Range(start, size)}, where this board has no memory; its {memory.RamSize >> 20} MB of RAM end at 0x{memory.RamSize - 1:x8}."
            + (start >= ResetVector - (size - 4) ? " The flash ends at the end of the address space; --flash FILE,size=SIZE "
                + "gives a board one of another size." : "");

    private sealed record Item(string Name, uint Start, ReadOnlyMemory<byte> Bytes, uint Size)
    {
        public bool Overlaps(uint start, uint size) => start - Start < Size || Start - start < size;
    }
}
