namespace PpcJit.Machine.Memory;

/// <summary>
/// Contents of 4 KiB pages in memory of its own. Arrays of the runtime would be cleared before they are filled, and be
/// copied by its collector as long as they live.
/// </summary>
internal sealed unsafe class PageStore : IDisposable
{
    /// <summary>The number of the content that is all zeros, which takes no memory.</summary>
    public const int Zeros = 0;

    private const int PageSize = PhysicalAddressSpace.PageSize;
    private const int BlockPages = 256;

    private static readonly byte[] Nothing = new byte[PageSize];

    private readonly List<NativeBlock> _blocks = [];
    private readonly PhysicalAddressSpace _memory;
    private int[] _free = new int[BlockPages];
    private int _freeCount;
    private int _used = Zeros + 1;

    /// <summary>Creates a store that is empty.</summary>
    /// <param name="memory">Whose pages it keeps.</param>
    public PageStore(PhysicalAddressSpace memory) => _memory = memory;

    /// <summary>Gives a content by its number.</summary>
    public ReadOnlySpan<byte> this[int number] => number == Zeros ? Nothing : new ReadOnlySpan<byte>(Host(number), PageSize);

    /// <summary>Keeps what a page of the memory holds now, which is about to change.</summary>
    /// <returns>The content's number.</returns>
    public int Keep(uint page)
    {
        // A page that was never used is written first: to read it would have the host map it twice.
        if (page < _memory.RamSize / PageSize)
            Interlocked.Or(ref *(int*)(_memory.Ram + ((nuint)page * PageSize)), 0);
        ReadOnlySpan<byte> content = _memory.Content(page);
        if (!content.ContainsAnyExcept((byte)0))
            return Zeros;
        int number = _freeCount > 0 ? _free[--_freeCount] : _used++;
        if (number / BlockPages >= _blocks.Count)
            _blocks.Add(new NativeBlock(BlockPages * PageSize));
        content.CopyTo(new Span<byte>(Host(number), PageSize));
        return number;
    }

    /// <summary>Forgets a content; its memory is used again.</summary>
    public void Remove(int number)
    {
        if (number == Zeros)
            return;
        if (_freeCount == _free.Length)
            Array.Resize(ref _free, 2 * _freeCount);
        _free[_freeCount++] = number;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NativeBlock block in _blocks)
            block.Dispose();
    }

    private byte* Host(int number) => _blocks[number / BlockPages].Start + ((nuint)(number % BlockPages) * PageSize);
}
