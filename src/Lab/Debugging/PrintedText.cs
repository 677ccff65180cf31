namespace PpcJit.Lab.Debugging;

/// <summary>The last of what a guest has transmitted, by place in its output, so that a search may begin in the middle of a text.</summary>
internal sealed class PrintedText
{
    private const int MaxKept = 1 << 20;
    private readonly List<byte> _kept = [];
    private ulong _first;

    /// <summary>Notes a byte.</summary>
    /// <param name="place">Bytes transmitted before it.</param>
    /// <param name="value">The byte.</param>
    public void Add(ulong place, byte value)
    {
        if (place < _first || place - _first > (ulong)_kept.Count)
        {
            _kept.Clear();
            _first = place;
        }

        int index = (int)(place - _first);
        if (index < _kept.Count)
            _kept[index] = value;
        else
            _kept.Add(value);
        if (_kept.Count < MaxKept)
            return;
        _kept.RemoveRange(0, MaxKept / 2);
        _first += MaxKept / 2;
    }

    /// <summary>Gives the bytes ahead of a place, as far as they are known.</summary>
    public IReadOnlyList<byte> Before(ulong place, int most)
    {
        if (place < _first || place - _first > (ulong)_kept.Count)
            return [];
        int end = (int)(place - _first);
        int start = Math.Max(0, end - most);
        return _kept.GetRange(start, end - start);
    }
}
