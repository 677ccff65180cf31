using PpcJit.Machine.Memory;

namespace PpcJit.Jit.Translation;

/// <summary>
/// The soft page tables of one data translation context (PID and MSR[PR], or real mode): for each 4 KiB page of effective addresses what to add to
/// an address to get the host's, or zero for "take the slow path". The tables are vast, but the host commits only what is touched.
/// </summary>
/// <remarks>
/// An entry that is not zero says "mapped, permitted, plain RAM, big-endian" of the whole page; that an access does not run over the page's end is
/// checked beside it. Two more parts of the write table serve dcbz, where only storage is entered that dcbz may clear, and stores to pages with code.
/// </remarks>
internal sealed unsafe class DataContext : IDisposable
{
    /// <summary>Index of page 0 in the part of the write table that serves dcbz.</summary>
    public const uint ClearBase = Pages;

    /// <summary>Index of page 0 in the part of the write table for pages in which there is code: each store must ask <see cref="Code.CodeWords"/>.</summary>
    public const uint BesideCodeBase = 2 * Pages;

    private const uint Pages = 1 << 20;
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

    /// <summary>Makes the next load from a page take the slow path.</summary>
    public void ClearRead(uint page) => Read[page] = 0;

    /// <summary>Makes the next store to a page take the slow path.</summary>
    public void ClearWrite(uint page)
    {
        Write[page] = 0;
        Write[ClearBase + page] = 0;
        Write[BesideCodeBase + page] = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }
}
