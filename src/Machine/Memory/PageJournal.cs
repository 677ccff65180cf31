namespace PpcJit.Machine.Memory;

/// <summary>
/// Copy on write: keeps the content of each 4 KiB page of plain memory as it was before its first change since the journal began, so that all
/// changes can be taken back at the price of the pages that changed.
/// </summary>
public sealed unsafe class PageJournal(PhysicalAddressSpace memory) : IPageJournal, IDisposable
{
    private const int PageSize = PhysicalAddressSpace.PageSize;

    /// <summary>Bytes that are compared at once from the end of a page on.</summary>
    private const int Chunk = 64;

    private readonly NativeBlock _noted = new(memory.RamSize / PageSize);
    private readonly HashSet<uint> _notedElsewhere = [];
    private readonly List<uint> _pages = [];
    private readonly List<byte[]> _contents = [];

    /// <summary>How many pages have changed, or may have, since the journal began.</summary>
    public int Pages => _pages.Count;

    /// <inheritdoc/>
    public void NoteStore(uint physical, uint bytes)
    {
        for (uint page = physical / PageSize; page <= (physical + bytes - 1) / PageSize; page++)
        {
            if (IsNew(page))
                Keep(page);
        }
    }

    /// <summary>Begins anew: what has changed stays, and cannot be taken back any more.</summary>
    public void Commit()
    {
        foreach (uint page in _pages)
            Forget(page);
        _pages.Clear();
    }

    /// <summary>Takes back all changes and begins anew. Code translated from memory that changes is invalidated.</summary>
    public void RollBack()
    {
        for (int n = 0; n < _pages.Count; n++)
            PutBack(_pages[n], _contents[n]);
        Commit();
    }

    /// <inheritdoc/>
    public void Dispose() => _noted.Dispose();

    private bool IsNew(uint page)
    {
        if (page >= memory.RamSize / PageSize)
            return _notedElsewhere.Add(page);
        if (_noted.Start[page] != 0)
            return false;
        _noted.Start[page] = 1;
        return true;
    }

    private void Keep(uint page)
    {
        if (_pages.Count == _contents.Count)
            _contents.Add(new byte[PageSize]);
        memory.Content(page).CopyTo(_contents[_pages.Count]);
        _pages.Add(page);
    }

    private void Forget(uint page)
    {
        if (page >= memory.RamSize / PageSize)
            _notedElsewhere.Remove(page);
        else
            _noted.Start[page] = 0;
        memory.StoresWatched?.Invoke(page);
    }

    /// <summary>Copies from the first to the last byte that differs, so that code beside changed data stays.</summary>
    private void PutBack(uint page, ReadOnlySpan<byte> kept)
    {
        ReadOnlySpan<byte> present = memory.Content(page);
        int first = present.CommonPrefixLength(kept);
        if (first == PageSize)
            return;
        int end = PageSize;
        while (present[(end - Chunk)..end].SequenceEqual(kept[(end - Chunk)..end]))
            end -= Chunk;
        while (present[end - 1] == kept[end - 1])
            end--;
        memory.TryCopyIn((page * PageSize) + (uint)first, kept[first..end]);
    }
}
