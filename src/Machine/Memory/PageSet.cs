namespace PpcJit.Machine.Memory;

/// <summary>
/// Numbers of contents (<see cref="PageStore"/>) by page number. A dictionary of the library would have to be compiled for these
/// types in every run, which costs a short boot a twentieth of its time.
/// </summary>
internal sealed class PageSet
{
    /// <summary>Pages for which there is room at first; twice as many each time that it is full.</summary>
    private const int FirstSize = 64;

    private const int None = -1;

    private int[] _buckets = [];
    private int[] _next = [];
    private uint[] _pages = [];
    private int[] _contents = [];
    private int _used;
    private int _free = None;

    /// <summary>How many pages there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gives the page numbers, in no order.</summary>
    public uint[] Pages()
    {
        uint[] pages = new uint[Count];
        int found = 0;
        for (int n = 0; n < _used; n++)
        {
            if (_contents[n] != None)
                pages[found++] = _pages[n];
        }

        return pages;
    }

    /// <summary>Gives a page's content.</summary>
    public bool TryGet(uint page, out int content)
    {
        content = Find(page) is >= 0 and var entry ? _contents[entry] : None;
        return content != None;
    }

    /// <summary>Whether a page is there.</summary>
    public bool Contains(uint page) => Find(page) >= 0;

    /// <summary>Adds a page.</summary>
    /// <returns>False, with nothing changed, when it was there.</returns>
    public bool TryAdd(uint page, int content)
    {
        if (Contains(page))
            return false;
        if (_free == None && _used == _pages.Length)
            Grow();
        int entry = _free;
        if (entry == None)
            entry = _used++;
        else
            _free = _next[entry];
        (_pages[entry], _contents[entry]) = (page, content);
        Link(entry);
        Count++;
        return true;
    }

    /// <summary>Removes a page.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Remove(uint page, out int content)
    {
        int entry = Find(page);
        content = None;
        if (entry < 0)
            return false;
        ref int link = ref _buckets[Bucket(page)];
        while (link - 1 != entry)
            link = ref _next[link - 1];
        link = _next[entry];
        (content, _contents[entry]) = (_contents[entry], None);
        (_next[entry], _free) = (_free, entry);
        Count--;
        return true;
    }

    private int Find(uint page)
    {
        if (_buckets.Length == 0)
            return None;
        int entry = _buckets[Bucket(page)] - 1;
        while (entry >= 0 && _pages[entry] != page)
            entry = _next[entry] - 1;
        return entry;
    }

    /// <summary>Neighbours in memory are neighbours here.</summary>
    private int Bucket(uint page) => (int)(page & (uint)(_buckets.Length - 1));

    /// <summary>Links hold the number of an entry and one, so that cleared memory says none.</summary>
    private void Link(int entry)
    {
        ref int bucket = ref _buckets[Bucket(_pages[entry])];
        (_next[entry], bucket) = (bucket, entry + 1);
    }

    private void Grow()
    {
        int size = Math.Max(FirstSize, _pages.Length * 2);
        Array.Resize(ref _next, size);
        Array.Resize(ref _pages, size);
        Array.Resize(ref _contents, size);
        _buckets = new int[size];
        for (int n = 0; n < _used; n++)
            Link(n);
    }
}
