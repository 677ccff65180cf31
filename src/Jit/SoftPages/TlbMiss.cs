using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.SoftPages;

/// <summary>
/// The data access that found no translation last, and what became of the TLB since. A miss handler nearly always
/// writes one entry and returns. Then nothing need be searched: no other entry matches the address, for none did when
/// it missed.
/// </summary>
internal sealed unsafe class TlbMiss(CpuState* state)
{
    private const int NoContext = -1;
    private const int NotWritten = -1;
    private const int NotKnown = -2;
    private const uint SoftPageMask = 0xfffff000;

    private int _context = NoContext;

    /// <summary>The only TLB entry that was written since the miss.</summary>
    private int _written = NotKnown;

    /// <summary>Address of the access.</summary>
    public uint Address { get; private set; }

    /// <summary>Load or store.</summary>
    public AccessKind Access { get; private set; }

    /// <summary>Whether it is a load on behalf of stores that follow.</summary>
    public bool IsMixed { get; private set; }

    /// <summary>Remembers an access.</summary>
    /// <param name="context">Number of the data context: twice the PID, and MSR[PR].</param>
    /// <param name="address">Its address.</param>
    /// <param name="access">Load or store.</param>
    /// <param name="unmatched">Whether it is known that no TLB entry matches the address.</param>
    /// <param name="isMixed">Whether it is a load on behalf of stores that follow.</param>
    public void Note(int context, uint address, AccessKind access, bool unmatched, bool isMixed)
    {
        (_context, Address, Access, IsMixed) = (context, address, access, isMixed);
        _written = unmatched ? NotWritten : NotKnown;
    }

    /// <summary>Notes that an entry is about to change.</summary>
    public void EntryChanging(int entry)
    {
        if (_written != entry)
            _written = _written == NotWritten ? entry : NotKnown;
    }

    /// <summary>Notes that any entry may have changed.</summary>
    public void AnyChanged() => _written = NotKnown;

    /// <summary>Gives up the access, once, when its context is the present one again.</summary>
    public bool TryTake(int present)
    {
        if (_context != present)
            return false;
        _context = NoContext;
        return true;
    }

    /// <summary>Finds the TLB entry that translates the access, whose context is the present one.</summary>
    /// <returns>Its index; -1 when there is none.</returns>
    public int FindEntry(Tlb tlb) =>
        _written >= 0 ? (tlb.Matches(_written, Address) ? _written : -1)
        : _written == NotWritten ? -1
        : tlb.Find(Address);

    /// <summary>
    /// Whether it is known that an entry, as just written, overlaps no other that can match: it is the page of the
    /// access, under the PID of the access.
    /// </summary>
    /// <remarks>
    /// It may hide a page of 1 KB elsewhere in the 4 KiB. From such a page nothing is ever derived, so nothing has to
    /// be forgotten.
    /// </remarks>
    public bool IsOnlyMatch(int entry) =>
        _written == entry && _context > 1
        && state->TlbTid[entry] == (uint)_context >> 1
        && state->TlbMask[entry] == SoftPageMask && state->TlbTag[entry] == (Address & SoftPageMask);
}
