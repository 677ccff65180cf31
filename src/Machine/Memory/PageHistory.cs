namespace PpcJit.Machine.Memory;

/// <summary>
/// The content of plain memory at several marks along one run, kept as what each 4 KiB page held before its first
/// change after a mark. Going to any mark, back or forward, copies the pages that differ; setting a mark at the end of
/// the run copies nothing.
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

    private readonly PhysicalAddressSpace _memory;
    private readonly NativeBlock _noted;
    private readonly PageSet _notedElsewhere = new();
    private readonly List<PageSet> _marks = [];
    private readonly PageStore _contents;
    private uint[] _changed = new uint[1024];

    /// <summary>Begins to keep what a memory holds: it now is at mark 0.</summary>
    /// <param name="memory">The memory, which has no journal.</param>
    public PageHistory(PhysicalAddressSpace memory)
    {
        _memory = memory;
        _noted = new NativeBlock(memory.RamSize / PageSize);
        _contents = new PageStore(memory);
        memory.Journal = this;
        _marks.Add(new PageSet());
    }

    /// <summary>How many marks there are.</summary>
    public int Count => _marks.Count;

    /// <summary>The mark after which memory is now.</summary>
    public int Present { get; private set; }

    /// <summary>Bytes that are kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Pages that have changed since the present mark.</summary>
    public int Changed { get; private set; }

    private uint RamPages => _memory.RamSize / PageSize;

    /// <inheritdoc/>
    public void NoteStore(uint physical, uint bytes)
    {
        for (uint page = physical / PageSize; page <= (physical + bytes - 1) / PageSize; page++)
        {
            if (!IsNew(page))
                continue;
            if (Changed == _changed.Length)
                Array.Resize(ref _changed, 2 * Changed);
            _changed[Changed++] = page;
            if (!_marks[Present].Contains(page))
                Keep(_marks[Present], page);
        }
    }

    /// <summary>Sets a mark here. After it the run goes on to the next mark that there is already, or for the first time.</summary>
    public void Mark()
    {
        // It is not known here which pages the rest of the way to the next mark changes, only that they are among those that the whole way does.
        PageSet set = new();
        if (Present < _marks.Count - 1)
        {
            foreach (uint page in _marks[Present].Pages())
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
            pages.UnionWith(_marks[n].Pages());

        // What no later mark has is what does not change any more; nobody has its content once it is overwritten.
        HashSet<uint> unkept = [.. pages];
        for (int n = Present; n < _marks.Count && unkept.Count > 0; n++)
            unkept.ExceptWith(_marks[n].Pages());
        foreach (uint page in unkept)
            Keep(_marks[^1], page);

        _memory.Journal = null;
        for (int n = mark; n < _marks.Count && pages.Count > 0; n++)
        {
            foreach (uint page in _marks[n].Pages())
            {
                if (pages.Remove(page) && _marks[n].TryGet(page, out int content))
                    PutBack(page, _contents[content]);
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
        HashSet<uint> changed = [.. _changed.AsSpan(0, Changed)];
        foreach (uint page in _marks[Present].Pages())
        {
            if (!changed.Contains(page))
                Release(_marks[Present], page);
        }
    }

    /// <summary>Forgets a mark other than the present one. What is before mark 0 cannot be gone to any more.</summary>
    public void Remove(int mark)
    {
        PageSet removed = _marks[mark];
        foreach (uint page in mark > 0 ? removed.Pages() : [])
        {
            if (removed.TryGet(page, out int content) && _marks[mark - 1].TryAdd(page, content))
                removed.Remove(page, out _);
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
        _contents.Dispose();
    }

    private bool IsNew(uint page)
    {
        if (page >= RamPages)
            return _notedElsewhere.TryAdd(page, PageStore.Zeros);
        if (_noted.Start[page] != 0)
            return false;
        _noted.Start[page] = 1;
        return true;
    }

    private void Keep(PageSet mark, uint page)
    {
        int content = _contents.Keep(page);
        mark.TryAdd(page, content);
        Bytes += Cost(content);
    }

    private void Release(PageSet mark)
    {
        foreach (uint page in mark.Pages())
            Release(mark, page);
    }

    private void Release(PageSet mark, uint page)
    {
        if (!mark.Remove(page, out int content))
            return;
        Bytes -= Cost(content);
        _contents.Remove(content);
    }

    private static int Cost(int content) => EntryCost + (content == PageStore.Zeros ? 0 : PageSize);

    private void BeginAnew()
    {
        foreach (uint page in _changed.AsSpan(0, Changed))
        {
            if (page < RamPages)
                _noted.Start[page] = 0;
            else
                _notedElsewhere.Remove(page, out _);
            _memory.StoresWatched?.Invoke(page);
        }

        Changed = 0;
    }

    /// <summary>Copies from the first to the last byte that differs, so that code beside changed data stays.</summary>
    private void PutBack(uint page, ReadOnlySpan<byte> kept)
    {
        ReadOnlySpan<byte> present = _memory.Content(page);
        int first = present.CommonPrefixLength(kept);
        if (first == PageSize)
            return;
        int last = PageSize - 1;
        while (present[last] == kept[last])
            last--;
        _memory.TryCopyIn((page * PageSize) + (uint)first, kept[first..(last + 1)]);
    }
}
