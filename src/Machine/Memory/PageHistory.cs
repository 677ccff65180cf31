namespace PpcJit.Machine.Memory;

/// <summary>
/// The content of plain memory at several marks along one run, kept as what each 4 KiB page held before its first change after a mark. Going to any mark, back or
/// forward, copies the pages that differ; setting a mark at the end of the run copies nothing.
/// </summary>
/// <remarks>
/// Between two marks a run must always do the same, however often it goes that way; a run that goes another way begins with <see cref="Cut"/>.
/// A content that is all zeros takes no memory.
/// </remarks>
public sealed unsafe class PageHistory : IPageJournal, IDisposable
{
    private const int PageSize = PhysicalAddressSpace.PageSize;

    /// <summary>What a page costs beside its content, in bytes, about.</summary>
    private const int EntryCost = 64;

    private static readonly byte[] Zeros = new byte[PageSize];

    private readonly PhysicalAddressSpace _memory;
    private readonly NativeBlock _noted;
    private readonly HashSet<uint> _notedElsewhere = [];
    private readonly List<uint> _changed = [];
    private readonly List<Dictionary<uint, byte[]>> _marks = [];
    private readonly Stack<byte[]> _spare = new();

    /// <summary>Begins to keep what a memory holds: it now is at mark 0.</summary>
    /// <param name="memory">The memory, which has no journal.</param>
    public PageHistory(PhysicalAddressSpace memory)
    {
        _memory = memory;
        _noted = new NativeBlock(memory.RamSize / PageSize);
        memory.Journal = this;
        _marks.Add([]);
    }

    /// <summary>How many marks there are.</summary>
    public int Count => _marks.Count;

    /// <summary>The mark after which memory is now.</summary>
    public int Present { get; private set; }

    /// <summary>Bytes that are kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Pages that have changed since the present mark.</summary>
    public int Changed => _changed.Count;

    private uint RamPages => _memory.RamSize / PageSize;

    /// <inheritdoc/>
    public void NoteStore(uint physical, uint bytes)
    {
        for (uint page = physical / PageSize; page <= (physical + bytes - 1) / PageSize; page++)
        {
            if (!IsNew(page))
                continue;
            _changed.Add(page);
            if (!_marks[Present].ContainsKey(page))
                Keep(_marks[Present], page);
        }
    }

    /// <summary>Sets a mark here. Behind it the run goes on to the next mark that there is already, or for the first time.</summary>
    public void Mark()
    {
        // It is not known here which pages the rest of the way to the next mark changes, only that they are among those that the whole way does.
        Dictionary<uint, byte[]> set = [];
        if (Present < _marks.Count - 1)
        {
            foreach (uint page in _marks[Present].Keys)
                Keep(set, page);
        }

        BeginAnew();
        _marks.Insert(++Present, set);
    }

    /// <summary>Notes that the run has arrived at the next mark.</summary>
    public void Arrive()
    {
        BeginAnew();
        Present++;
    }

    /// <summary>
    /// Goes to a mark. What the run has changed after the last mark is kept nowhere: it has to go there again.
    /// </summary>
    public void GoTo(int mark)
    {
        HashSet<uint> pages = [];
        for (int n = Math.Min(mark, Present); n < mark || n <= Present; n++)
            pages.UnionWith(_marks[n].Keys);

        // What no later mark has is what does not change any more; nobody has its content once it is overwritten.
        HashSet<uint> unkept = [.. pages];
        for (int n = Present; n < _marks.Count && unkept.Count > 0; n++)
            unkept.ExceptWith(_marks[n].Keys);
        foreach (uint page in unkept)
            Keep(_marks[^1], page);

        _memory.Journal = null;
        for (int n = mark; n < _marks.Count && pages.Count > 0; n++)
        {
            foreach ((uint page, byte[] content) in _marks[n])
            {
                if (pages.Remove(page))
                    PutBack(page, content);
            }
        }

        _memory.Journal = this;
        BeginAnew();
        Present = mark;
    }

    /// <summary>Forgets all marks after the present one: the run goes another way from here.</summary>
    public void Cut()
    {
        for (int n = Present + 1; n < _marks.Count; n++)
            Release(_marks[n]);
        _marks.RemoveRange(Present + 1, _marks.Count - Present - 1);
        HashSet<uint> changed = [.. _changed];
        foreach (uint page in _marks[Present].Keys.Where(page => !changed.Contains(page)).ToList())
            Release(page, _marks[Present]);
    }

    /// <summary>Forgets a mark other than the present one. What is before mark 0 cannot be gone to any more.</summary>
    public void Remove(int mark)
    {
        Dictionary<uint, byte[]> removed = _marks[mark];
        if (mark > 0)
        {
            foreach (uint page in removed.Keys.ToList())
            {
                if (_marks[mark - 1].TryAdd(page, removed[page]))
                    removed.Remove(page);
            }
        }

        Release(removed);
        _marks.RemoveAt(mark);
        if (Present > mark)
            Present--;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory.Journal == this)
            _memory.Journal = null;
        _noted.Dispose();
    }

    private static bool IsZero(ReadOnlySpan<byte> content) => !content.ContainsAnyExcept((byte)0);

    private ReadOnlySpan<byte> Content(uint page) => new(_memory.PlainPage(page * PageSize, out _), PageSize);

    private bool IsNew(uint page)
    {
        if (page >= RamPages)
            return _notedElsewhere.Add(page);
        if (_noted.Start[page] != 0)
            return false;
        _noted.Start[page] = 1;
        return true;
    }

    private void Keep(Dictionary<uint, byte[]> mark, uint page)
    {
        ReadOnlySpan<byte> content = Content(page);
        byte[] kept = Zeros;
        if (!IsZero(content))
        {
            kept = _spare.TryPop(out byte[]? spare) ? spare : new byte[PageSize];
            content.CopyTo(kept);
            Bytes += PageSize;
        }

        Bytes += EntryCost;
        mark.Add(page, kept);
    }

    private void Release(Dictionary<uint, byte[]> mark)
    {
        foreach (byte[] content in mark.Values)
            Release(content);
        mark.Clear();
    }

    private void Release(uint page, Dictionary<uint, byte[]> mark)
    {
        Release(mark[page]);
        mark.Remove(page);
    }

    private void Release(byte[] content)
    {
        const int MaxSpare = 1024;
        Bytes -= EntryCost;
        if (content == Zeros)
            return;
        Bytes -= PageSize;
        if (_spare.Count < MaxSpare)
            _spare.Push(content);
    }

    private void BeginAnew()
    {
        foreach (uint page in _changed)
        {
            if (page < RamPages)
            {
                _noted.Start[page] = 0;
                _memory.StoresWatched?.Invoke(page);
            }
        }

        _notedElsewhere.Clear();
        _changed.Clear();
    }

    /// <summary>Copies from the first to the last byte that differs, so that code beside changed data stays.</summary>
    private void PutBack(uint page, ReadOnlySpan<byte> kept)
    {
        ReadOnlySpan<byte> present = Content(page);
        int first = present.CommonPrefixLength(kept);
        if (first == PageSize)
            return;
        int last = PageSize - 1;
        while (present[last] == kept[last])
            last--;
        _memory.TryCopyIn((page * PageSize) + (uint)first, kept[first..(last + 1)]);
    }
}
