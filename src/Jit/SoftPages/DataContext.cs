using PpcJit.Machine.Memory;

namespace PpcJit.Jit.SoftPages;

/// <summary>
/// The soft page tables of one data translation context (PID and MSR[PR], or real mode): for each 4 KiB page of
/// effective addresses what to add to an address to get the host's, or zero for "take the slow path". The tables are
/// vast, but the host commits only what is touched.
/// </summary>
/// <remarks>
/// An entry that is not zero says "mapped, permitted, plain RAM, big-endian" of the whole page; that an access does not
/// run over the page's end is checked beside it. Two more parts of the write table serve dcbz, where only storage is
/// entered that dcbz may clear, and stores to pages with code.
/// </remarks>
internal sealed unsafe class DataContext : IDisposable
{
    /// <summary>Index of page 0 in the part of the write table that serves dcbz.</summary>
    public const uint ClearBase = Pages;

    /// <summary>
    /// Index of page 0 in the part of the write table for pages in which there is code: each store must ask <see
    /// cref="Code.CodeWords"/>.
    /// </summary>
    public const uint BesideCodeBase = 2 * Pages;

    /// <summary>
    /// How far an access, or a group of accesses, may reach from its lowest byte: the limit of a linear range is so much less than its end.
    /// </summary>
    public const uint Reach = 1024;

    /// <summary>Logarithm of the size of the parts of the address space each of which may begin with a linear range.</summary>
    public const int SegmentShift = 28;

    private const int Segments = 1 << (32 - SegmentShift);
    private const uint Pages = 1 << 20;
    private const int EntriesInHostPage = 4096 / sizeof(long);

    /// <summary>A bit for each page of the host's memory that the tables take, set when it is first written.</summary>
    private readonly ulong[] _committed = new ulong[4 * Pages / EntriesInHostPage / 64];

    /// <summary>Where the linear range of each segment ends, and the TLB entries from which it was derived.</summary>
    private readonly uint[] _ends = new uint[Segments];
    private readonly ulong[] _entries = new ulong[Segments];

    /// <summary>The linear ranges lie before the entries of the pages.</summary>
    private readonly NativeBlock _read = new((nuint)(EntriesInHostPage + Pages) * sizeof(long));
    private readonly NativeBlock _write = new((nuint)(3 * Pages) * sizeof(long));

    public DataContext()
    {
        Read = (long*)_read.Start + EntriesInHostPage;
        Write = (long*)_write.Start;
    }

    /// <summary>Read side.</summary>
    public long* Read { get; }

    /// <summary>Write side.</summary>
    public long* Write { get; }

    /// <summary>Enters a page.</summary>
    /// <returns>How many pages of the host's memory the tables take more: 0 or 1.</returns>
    public int SetRead(uint page, long addend)
    {
        Read[page] = addend;
        return Commit(page);
    }

    /// <summary>Enters a page into some part of the write table.</summary>
    /// <returns>How many pages of the host's memory the tables take more: 0 or 1.</returns>
    public int SetWrite(uint index, long addend)
    {
        Write[index] = addend;
        return Commit(Pages + index);
    }

    /// <summary>Where the limit of a segment's linear range is, in bytes from <see cref="Read"/>; what to add to its addresses follows.</summary>
    public static int OffsetOfRange(int segment) => -2 * sizeof(long) * (segment + 1);

    /// <summary>Whether an address is in a linear range.</summary>
    public bool IsInRange(uint effective) => (effective & ~(~0u << SegmentShift)) < _ends[effective >> SegmentShift];

    /// <summary>The segment with the largest linear range; -1 where there is none.</summary>
    public int LargestRange()
    {
        int largest = 0;
        for (int segment = 1; segment < Segments; segment++)
            largest = _ends[segment] > _ends[largest] ? segment : largest;
        return _ends[largest] > 0 ? largest : -1;
    }

    /// <summary>Enters memory that can be loaded from, if it begins where a segment does or where the segment's range ends.</summary>
    /// <param name="first">Its first effective address.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="addend">What to add to its addresses.</param>
    /// <param name="entries">A bit for the TLB entry that maps it.</param>
    public void ExtendRange(uint first, uint size, long addend, ulong entries)
    {
        const uint Size = 1u << SegmentShift;
        int segment = (int)(first >> SegmentShift);
        uint offset = first & (Size - 1), end = offset + Math.Min(size, Size - offset);
        long* range = RangeOf(segment);
        if (offset > _ends[segment] || end <= _ends[segment] || end <= Reach || (offset > 0 && range[1] != addend))
            return;
        _ends[segment] = end;
        _entries[segment] |= entries;
        range[1] = addend;
        range[0] = end - Reach;
    }

    /// <summary>Forgets the ranges that were derived from TLB entries.</summary>
    /// <param name="entries">Their bits.</param>
    public void ForgetRanges(ulong entries)
    {
        for (int segment = 0; segment < Segments; segment++)
        {
            if ((_entries[segment] & entries) == 0)
                continue;
            _entries[segment] = 0;
            _ends[segment] = 0;
            *RangeOf(segment) = 0;
        }
    }

    /// <summary>Makes the next load from a page take the slow path.</summary>
    public void ClearRead(uint page) => Read[page] = 0;

    /// <summary>
    /// Makes the next store to a page take the slow path. What is not there is not written: that would take memory.
    /// </summary>
    public void ClearWrite(uint page)
    {
        for (uint index = page; index < 3 * Pages; index += Pages)
        {
            if (Write[index] != 0)
                Write[index] = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }

    private long* RangeOf(int segment) => (long*)((byte*)Read + OffsetOfRange(segment));

    private int Commit(uint index)
    {
        uint hostPage = index / EntriesInHostPage;
        ref ulong word = ref _committed[hostPage / 64];
        ulong bit = 1ul << (int)(hostPage % 64);
        if ((word & bit) != 0)
            return 0;
        word |= bit;
        return 1;
    }
}
