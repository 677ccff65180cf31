namespace PpcJit.Jit.SoftPages;

/// <summary>A list that is filled and emptied very often, and keeps its array.</summary>
internal sealed class FillList
{
    private uint[] _items = new uint[16];
    private int _count;

    /// <summary>What was added since the list was last cleared.</summary>
    public ReadOnlySpan<uint> Items => _items.AsSpan(0, _count);

    /// <summary>Adds an item.</summary>
    public void Add(uint item)
    {
        if (_count == _items.Length)
        {
            // Array.Resize would be compiled for this when it is needed first.
            uint[] items = new uint[_items.Length * 2];
            Array.Copy(_items, items, _count);
            _items = items;
        }

        _items[_count++] = item;
    }

    /// <summary>Takes the last item out.</summary>
    public uint RemoveLast() => _items[--_count];

    /// <summary>Empties the list.</summary>
    public void Clear() => _count = 0;
}
