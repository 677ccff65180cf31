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

    private const uint Pages = 1 << 20;
    private const int EntriesInHostPage = 4096 / sizeof(long);

    /// <summary>A bit for each page of the host's memory that the tables take, set when it is first written.</summary>
    private readonly ulong[] _committed = new ulong[4 * Pages / EntriesInHostPage / 64];

    private readonly NativeBlock _read = new((nuint)Pages * sizeof(long));
    private readonly NativeBlock _write = new((nuint)(3 * Pages) * sizeof(long));

    public DataContext()
    {
        Read = (long*)_read.Start;
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
