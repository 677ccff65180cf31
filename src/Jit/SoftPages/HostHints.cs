using System.Runtime.Intrinsics.X86;

namespace PpcJit.Jit.SoftPages;

/// <summary>
/// Where pages of effective addresses were in the host's memory when they were last entered into a soft page table. It
/// may be long out of date: all that it is good for is to ask the host's caches for the line of an access while the
/// guest's TLB miss handler runs.
/// </summary>
internal sealed unsafe class HostHints
{
    /// <summary>
    /// A power of two; pages this far apart share an entry. In Linux's bench_mem, which goes over 16 MiB, 99.6 % of the fills
    /// find their page as noted; with 1,024 it would be 99.2 %, with 16,384 99.6 % as well.
    /// </summary>
    private const int Entries = 4096;

    private readonly long[] _addends = new long[Entries];

    /// <summary>Remembers what to add to addresses of a page.</summary>
    public void Note(uint page, long addend) => _addends[page & (Entries - 1)] = addend;

    /// <summary>Asks for the line of an address. The host ignores addresses that it does not map.</summary>
    public void Prefetch(uint effective)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0((void*)(_addends[(effective >> 12) & (Entries - 1)] + effective));
    }
}
