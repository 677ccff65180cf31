namespace PpcJit.Lab.Observing.Places;

/// <summary>Remembers something for each instruction by its address, a page at a time: looking it up costs no more than an array does.</summary>
internal sealed class WordCache<T>
{
    private const int PageShift = 12;
    private const int Words = 1024;

    /// <summary>Pages that are remembered, of 8 KiB each: more than a kernel and its programs have code.</summary>
    private const int MaxPages = 8192;

    private readonly Dictionary<uint, T?[]> _pages = [];
    private uint _lastPage = uint.MaxValue;
    private T?[] _lastWords = [];

    /// <summary>What is remembered for an instruction; the default while nothing is.</summary>
    public ref T? At(uint address)
    {
        uint page = address >> PageShift;
        if (page != _lastPage)
        {
            if (!_pages.TryGetValue(page, out T?[]? words))
            {
                if (_pages.Count == MaxPages)
                    _pages.Clear();
                _pages[page] = words = new T?[Words];
            }

            (_lastPage, _lastWords) = (page, words);
        }

        return ref _lastWords[(address >> 2) % Words];
    }
}
