using PpcJit.Jit.Settings;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Jit.SoftPages;

/// <summary>
/// Owns the data contexts and keeps them true to the TLB: every entry of a soft page table was derived from one TLB
/// entry, and goes when that entry changes. A change of PID or MSR only selects another context.
/// </summary>
internal sealed unsafe class SoftPageTables : IDisposable
{
    /// <summary>Most contexts, a bound of 3 GiB of address space; beyond it all are dropped, since each is only a cache.</summary>
    private const int MaxContexts = 96;

    /// <summary>
    /// Most pages of the host's memory (128 MiB) that all tables take before they begin anew: tables of one context can
    /// take 32 MiB.
    /// </summary>
    private const int MaxCommitted = 1 << 15;

    /// <summary>
    /// Most ways by which a page of RAM can be written; beyond it all are forgotten. It bounds a search at each new way,
    /// which a guest that maps one page everywhere would make as long as it likes.
    /// </summary>
    private const int MaxWays = 256;

    /// <summary>Most such ways that are noted for all pages together, 12 MiB; beyond it the tables are emptied.</summary>
    private const int MaxWriteFills = 1 << 20;

    private const int RealMode = 512;
    private const uint SmallestSoftPage = 4096;

    /// <summary>Bytes of what is mapped in one piece, from which on it is worth a linear range.</summary>
    private const uint LeastRange = 1 << 16;

    /// <summary>Storage attributes are the same in so many bytes where translation is off.</summary>
    private const uint RealModeRegion = 1u << 27;
    private const int NoFill = -1;

    /// <summary>
    /// What is noted of a fill: its context from bit 20, below that its page, and this for the write side.
    /// </summary>
    private const uint WriteSide = 1u << 31;
    private const int ContextShift = 20;
    private const uint ContextMask = 0x3ff;
    private const uint PageNumberMask = 0xfffff;

    private readonly Processor _processor;
    private readonly CpuState* _state;
    private readonly EngineState* _engine;
    private readonly DataContext?[] _contexts = new DataContext?[RealMode + 1];
    private readonly EntryFills _fills = new();

    /// <summary>The first fill of each written page of RAM, plus 1: what is zero has none, and takes no host memory.</summary>
    private readonly int[] _firstWriteFill;
    private readonly List<WriteFill> _writeFills = [];

    /// <summary>The first fill of each written page outside of RAM: the few of an SRAM.</summary>
    private Dictionary<int, FirstFill>? _firstWriteFillElsewhere;

    /// <summary>Fills of the read side from memories that can cease to be plain, as <see cref="_fills"/> notes them.</summary>
    private readonly List<uint> _withdrawable = [];
    private int _contextCount;
    private int _committed;
    private int _present = NoFill;
    private readonly bool _tracksMiss;
    private readonly HostHints? _hints;
    private readonly bool _hasRanges;

    /// <summary>Whether a linear range of some context was derived from a TLB entry.</summary>
    private readonly bool[] _isInRange = new bool[CpuState.TlbEntries + 1];

    /// <summary>
    /// Whether there ever was a valid TLB entry of 1 KB; few guests use them, and the others need not look.
    /// </summary>
    private bool _smallPages;

    public SoftPageTables(Processor processor, JitOptions options)
    {
        _tracksMiss = options.TrackMiss;
        _hints = options.Prefetch ? new HostHints() : null;
        _hasRanges = options.LinearRanges;
        _processor = processor;
        Miss = new TlbMiss(processor.State);
        _state = processor.State;
        _engine = EngineState.Of(_state);
        _firstWriteFill = new int[processor.Memory.RamSize / PhysicalAddressSpace.PageSize];
    }

    /// <summary>Contexts that there are.</summary>
    public int ContextCount => _contextCount;

    /// <summary>Pages of the host's memory that the tables take.</summary>
    public int Committed => _committed;

    /// <summary>Forgets loads from memories that can cease to be plain.</summary>
    public void ForgetWithdrawable()
    {
        foreach (uint fill in _withdrawable)
            _contexts[(fill >> ContextShift) & ContextMask]?.ClearRead(fill & PageNumberMask);
        _withdrawable.Clear();
    }

    /// <summary>Notes of how pages of RAM can be written.</summary>
    public int WriteFills => _writeFills.Count;

    /// <summary>The access that found no translation last.</summary>
    public TlbMiss Miss { get; }

    /// <summary>Selects the tables of the present PID and MSR.</summary>
    public void Select()
    {
        int key = (_state->Msr & Msr.Dr) == 0 ? RealMode : (int)(_state->Pid << 1) | ((_state->Msr & Msr.Pr) != 0 ? 1 : 0);
        if (key == _present)
            return;
        DataContext context = _contexts[key] ?? Create(key);
        _present = key;
        _engine->ReadTable = context.Read;
        _engine->WriteTable = context.Write;
    }

    /// <summary>
    /// Begins anew when the tables have become too large. Only for callers that read the tables' addresses again
    /// afterwards.
    /// </summary>
    public void Trim()
    {
        if (_committed <= MaxCommitted && _writeFills.Count <= MaxWriteFills)
            return;
        DropAll();
        _present = NoFill;
        Select();
    }

    /// <summary>
    /// Enters the page of a permitted access into the present table, if it is plain RAM in pages of 4 KiB or more,
    /// big-endian, and, for a store, without translated code.
    /// </summary>
    /// <param name="effective">The address.</param>
    /// <param name="physical">Its translation.</param>
    /// <param name="attributes">Its storage attributes.</param>
    /// <param name="entry">The TLB entry through which it was found; -1 in real mode.</param>
    /// <param name="access">Load or store.</param>
    /// <returns>
    /// Whether the access will now be served, if it is aligned and stays in the page. False for a store to a page with
    /// code, which only regions can serve.
    /// </returns>
    public bool TryFill(uint effective, uint physical, StorageAttributes attributes, int entry, AccessKind access)
    {
        bool store = access == AccessKind.Store;
        if ((attributes & StorageAttributes.LittleEndian) != 0 || _processor.Observers.WatchesData(effective, physical))
            return false;
        byte* host = _processor.Memory.PlainPage(physical, out bool writable);
        if (host == null || (store && !writable))
            return false;
        bool besideCode = store && physical < _processor.Memory.RamSize && _processor.Memory.CodePages[physical >> 12] != 0;

        if (entry < 0)
            entry = CpuState.TlbEntries;
        else if (!IsWholePage(entry, effective))
            return false;

        // Already there: it is the access itself that cannot be served (misaligned, over a page boundary, or dcbz to
        // uncached storage).
        uint page = effective >> 12;
        DataContext context = _contexts[_present]!;
        if ((store ? context.Write : context.Read)[besideCode ? DataContext.BesideCodeBase + page : page] != 0)
            return false;
        if (store)
            _processor.Memory.Journal?.NoteStore(physical, 1);
        if (_fills.IsFull(entry))
            ForgetEntry(entry);
        long addend = (long)host - (long)(effective & ~(SmallestSoftPage - 1));
        _hints?.Note(page, addend);
        if (store)
        {
            _committed += context.SetWrite(besideCode ? DataContext.BesideCodeBase + page : page, addend);
            if (!besideCode && (attributes & (StorageAttributes.WriteThrough | StorageAttributes.CacheInhibited)) == 0)
                _committed += context.SetWrite(DataContext.ClearBase + page, addend);
            NoteWriteFill(physical, page);
        }
        else
        {
            _committed += context.SetRead(page, addend);
            if (_hasRanges && (entry == CpuState.TlbEntries || _state->TlbMask[entry] <= ~(LeastRange - 1)) && !context.IsInRange(effective))
                ExtendRange(context, effective, physical, addend, entry);
            if (physical >= _processor.Memory.RamSize && _processor.Memory.Find(physical) is { Device: not null })
                NoteWithdrawable(((uint)_present << ContextShift) | page);
        }

        _fills.Add(entry, (store ? WriteSide : 0) | ((uint)_present << ContextShift) | page);
        return !besideCode;
    }

    /// <summary>
    /// Remembers an access in the present context that found no translation, and fetches the memory where it was
    /// before.
    /// </summary>
    /// <param name="effective">Its address.</param>
    /// <param name="access">Load or store.</param>
    /// <param name="unmatched">Whether no TLB entry matches it.</param>
    /// <param name="isMixed">Whether it is a load on behalf of stores that follow.</param>
    public void NoteMiss(uint effective, AccessKind access, bool unmatched, bool isMixed)
    {
        _hints?.Prefetch(effective);
        Miss.Note(_present, effective, access, unmatched && _tracksMiss, isMixed);
    }

    /// <summary>
    /// Gives up the access that was noted last, once, when the context in which it happened is the present one again.
    /// </summary>
    public bool TryTakeMiss() => Miss.TryTake(_present);

    /// <summary>
    /// Whether the 4 KiB page of an address has one translation: its TLB entry is no smaller, and no 1 KB page lies in
    /// it.
    /// </summary>
    public bool IsWholePage(int entry, uint effective) =>
        ~_state->TlbMask[entry] >= SmallestSoftPage - 1 && !SmallPageOverlaps(effective);

    /// <summary>The segment of the present context with the largest linear range; -1 where there is none.</summary>
    public int LargestRange() => _contexts[_present]!.LargestRange();

    /// <summary>Forgets what was derived from a TLB entry.</summary>
    public void ForgetEntry(int entry)
    {
        if (_isInRange[entry])
            ForgetRanges(entry);
        while (_fills.TryTake(entry, out uint fill))
        {
            if (_contexts[(fill >> ContextShift) & ContextMask] is not { } context)
                continue;
            if ((fill & WriteSide) != 0)
                context.ClearWrite(fill & PageNumberMask);
            else
                context.ClearRead(fill & PageNumberMask);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void ForgetAll()
    {
        for (int entry = 0; entry <= CpuState.TlbEntries; entry++)
            ForgetEntry(entry);
    }

    /// <summary>Makes stores to a physical page take the slow path, because code from it is about to be kept.</summary>
    public void ProtectPage(uint physicalPage)
    {
        for (int n = FirstWriteFill(physicalPage); n != NoFill; n = _writeFills[n].Next)
            _contexts[_writeFills[n].Context]?.ClearWrite(_writeFills[n].Page);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DataContext? context in _contexts)
            context?.Dispose();
    }

    /// <summary>Looks whether a TLB entry that became valid is smaller than the pages of the tables.</summary>
    public void NoteEntry(int entry) => _smallPages |= ~_state->TlbMask[entry] < SmallestSoftPage - 1;

    /// <summary>
    /// Whether a valid 1 KB page lies in the 4 KiB page of an address: then the page has no single translation.
    /// </summary>
    private bool SmallPageOverlaps(uint effective)
    {
        if (!_smallPages)
            return false;
        for (int index = 0; index < CpuState.TlbEntries; index++)
        {
            if (~_state->TlbMask[index] < SmallestSoftPage - 1
                && (_state->TlbTag[index] & ~(SmallestSoftPage - 1)) == (effective & ~(SmallestSoftPage - 1))
                && (_state->TlbHi[index] & Tlb.Valid) != 0)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Remembers by which effective pages a physical page can be written; each pair once, however often it is filled.
    /// </summary>
    private void NoteWriteFill(uint physical, uint page)
    {
        uint physicalPage = physical >> 12;
        int first = FirstWriteFill(physicalPage);
        int ways = 0;
        for (int n = first; n != NoFill; n = _writeFills[n].Next)
        {
            if (_writeFills[n].Page == page && _writeFills[n].Context == _present)
                return;
            ways++;
        }

        if (ways >= MaxWays)
        {
            ProtectPage(physicalPage);
            first = NoFill;
        }

        _writeFills.Add(new WriteFill(_present, page, first));
        if (physicalPage < _firstWriteFill.Length)
            _firstWriteFill[physicalPage] = _writeFills.Count;
        else
            (_firstWriteFillElsewhere ??= [])[(int)physicalPage] = new FirstFill(_writeFills.Count - 1);
    }

    /// <summary>
    /// Enters all that a TLB entry maps, or what surrounds an address where translation is off, as a linear range: every page of it could
    /// be filled from RAM. Where somebody watches data, or where another entry may hide a part of it, there is none.
    /// </summary>
    private void ExtendRange(DataContext context, uint effective, uint physical, long addend, int entry)
    {
        uint size = entry == CpuState.TlbEntries ? RealModeRegion : ~_state->TlbMask[entry] + 1;
        uint before = effective & (size - 1);
        if (physical >= _processor.Memory.RamEnd || _processor.Observers.WatchesAnyData || _smallPages
            || (entry < CpuState.TlbEntries && ((_processor.Tlb.Watched >> entry & 1) != 0 || IsOverlapped(entry))))
            return;
        uint inRam = Math.Min(size, _processor.Memory.RamEnd - (physical - before));
        context.ExtendRange(effective - before, inRam, addend, entry < CpuState.TlbEntries ? 1ul << entry : ulong.MaxValue);
        _isInRange[entry] = true;
    }

    private void ForgetRanges(int entry)
    {
        _isInRange[entry] = false;
        if (entry == CpuState.TlbEntries)
        {
            _contexts[RealMode]?.ForgetRanges(ulong.MaxValue);
            return;
        }

        for (int key = 0; key < RealMode; key++)
            _contexts[key]?.ForgetRanges(1ul << entry);
    }

    /// <summary>Whether an entry before this one, which comes first, has an address in common with it.</summary>
    private bool IsOverlapped(int entry)
    {
        for (int index = 0; index < entry; index++)
        {
            if ((_state->TlbHi[index] & Tlb.Valid) != 0
                && ((_state->TlbTag[index] ^ _state->TlbTag[entry]) & _state->TlbMask[index] & _state->TlbMask[entry]) == 0)
                return true;
        }

        return false;
    }

    private void NoteWithdrawable(uint fill)
    {
        const int MaxFills = 1 << 14; // of memories outside of RAM, which have few pages: a bound of 64 KiB
        if (_withdrawable.Count >= MaxFills)
            ForgetWithdrawable();
        _withdrawable.Add(fill);
    }

    private int FirstWriteFill(uint physicalPage) =>
        physicalPage < _firstWriteFill.Length ? _firstWriteFill[physicalPage] - 1
        : _firstWriteFillElsewhere?.GetValueOrDefault((int)physicalPage)?.Index ?? NoFill;

    private DataContext Create(int key)
    {
        if (_contextCount >= MaxContexts)
            DropAll();
        _contextCount++;
        return _contexts[key] = new DataContext();
    }

    private void DropAll()
    {
        ForgetAll();
        for (int key = 0; key < _contexts.Length; key++)
        {
            _contexts[key]?.Dispose();
            _contexts[key] = null;
        }

        _writeFills.Clear();
        _withdrawable.Clear();
        Array.Clear(_firstWriteFill);
        _firstWriteFillElsewhere = null;
        _contextCount = 0;
        _committed = 0;
    }

    private sealed record FirstFill(int Index);

    private readonly record struct WriteFill(int Context, uint Page, int Next);
}
