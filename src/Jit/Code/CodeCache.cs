using PpcJit.Jit.Decoding;
using PpcJit.Jit.Profiles;
using PpcJit.Jit.Settings;
using PpcJit.Jit.SoftPages;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Code;

/// <summary>
/// All code pages and the contexts that see them. Keeps both true to memory (a store to code forgets what was derived
/// from it) and to the TLB (a changed entry forgets the pages that were reached through it).
/// </summary>
internal sealed unsafe class CodeCache : IDisposable
{
    /// <summary>
    /// Most code pages, of which 64 MiB of code have so many; beyond it some are dropped. A page takes 19 KiB of the host's memory where all of
    /// it was executed, 7 where a function was.
    /// </summary>
    public const int MaxPages = 1 << 14;

    /// <summary>
    /// How many pages are dropped at once, at least. Those that come back then are decoded again, so a guest that goes round more pages than
    /// there may be pays for it with as few of them as possible.
    /// </summary>
    private const int LeastDropped = MaxPages / 64;

    /// <summary>
    /// Each time after so many droppings, pages that have regions are asked whether they are still used; in between they stay, and those without
    /// regions go.
    /// </summary>
    private const int DroppingsBetweenAgings = 16;

    /// <summary>Most mappings of code pages in all contexts together, a bound of some 10 MiB; beyond it all are looked up again.</summary>
    public const int MaxMappings = 1 << 15;

    /// <summary>Most contexts, a bound of 24 MiB of jump caches; beyond it all are dropped. A kernel has one or two for each process.</summary>
    public const int MaxContexts = 96;

    private const int RealMode = 512;

    /// <summary>
    /// A region has paid for its compiling after this many instructions of the guest: the interpreter needs 2.1 ms for
    /// them (InstructionBenchmarks, 21 ns each), the runtime's compiler 1.4 ms for a region of 47 instructions, the mean of a
    /// boot of Linux with threshold=50, at 30 us for each (bench/README.md).
    /// </summary>
    private const int InstructionsToPay = 100_000;

    /// <summary>
    /// Most regions that are asked for before the guest's progress has paid for them: a bound of one or two seconds of the
    /// runtime's compiler. A boot of Linux with threshold=50 asks for 1,141, of which its 26 million instructions pay for 259.
    /// </summary>
    private const int Credit = 1000;

    /// <summary>
    /// Each time that a page's regions were written over before they had paid, its threshold is shifted by this. With
    /// <see cref="MaxWaste"/> it covers the 16 bits of a place's heat, so that the greatest threshold is reached from any.
    /// </summary>
    private const int WasteShift = 4;
    private const int MaxWaste = 16 / WasteShift;

    /// <summary>
    /// Instructions in the cold tier, some 0.3 s, after which a guest is no short run any more. Linux is at its first program after 22 to 26
    /// million, and one that decompresses itself first after 37 million.
    /// </summary>
    private const long ShortRun = 64_000_000;

    /// <summary>A place that is hot without any setting pays for its compiling whatever else is hot.</summary>
    private static readonly int PayingThreshold = new JitOptions().Threshold;

    /// <summary>Some 10 MiB: a collection is not worth while for less, unless the limit is less.</summary>
    private const int LeastCollected = 50_000;

    private readonly Processor _processor;
    private readonly CpuState* _state;
    private readonly SoftPageTables _tables;
    private readonly JitProfile? _profile;
    private readonly Dictionary<ulong, CodePage> _pages = [];
    private readonly Dictionary<int, List<CodePage>> _byPhysical = [];
    private readonly CodeContext?[] _contexts = new CodeContext?[RealMode + 1];
    private readonly List<MappedPage>[] _throughEntry = new List<MappedPage>[CpuState.TlbEntries + 1];
    private readonly bool[] _hasCode = new bool[CpuState.TlbEntries + 1];
    private readonly int _limit;
    private readonly int _threshold;
    private readonly bool _compilesUnpaid;
    private readonly int _collectAt;

    /// <summary>
    /// How often each physical page's regions were written over before they had paid, less how often after.
    /// </summary>
    private readonly byte[] _waste;
    private long _requests;
    private readonly CodeWords _codeWords;
    private int _contextCount;
    private int _mappings;
    private int _droppings;

    /// <summary>
    /// The charge of regions that were forgotten and whose host memory the garbage collector may not have given back
    /// yet.
    /// </summary>
    private int _forgottenCharge;
    private int _present = -1;

    /// <summary>Whether any mapping is of a page outside of RAM.</summary>
    private bool _mapsElsewhere;

    public CodeCache(Processor processor, SoftPageTables tables, JitOptions options)
    {
        _profile = options.Profile;
        _limit = options.CodeLimit;
        _threshold = options.Threshold;
        _compilesUnpaid = options.CompilesUnpaid;
        IsPatient = options.PatientStart && _threshold >= PayingThreshold;
        _collectAt = Math.Min(_limit, Math.Max(_limit / 4, LeastCollected));
        _waste = new byte[(processor.Memory.RamSize + 0xfff) >> 12];
        _processor = processor;
        _state = processor.State;
        _tables = tables;
        for (int entry = 0; entry < _throughEntry.Length; entry++)
            _throughEntry[entry] = [];
        _codeWords = new CodeWords(processor.Memory);
        EngineState.Of(_state)->CodeWordsBase = _codeWords.Base;
        processor.Memory.CodeWritten = OnCodeWritten;
    }

    /// <summary>The context selected last.</summary>
    public CodeContext Present => _contexts[_present]!;

    /// <summary>Whether the guest has not run for long, so that a place has to be hot several times.</summary>
    public bool IsPatient { get; private set; }

    /// <summary>All pages.</summary>
    public IEnumerable<CodePage> Pages => _pages.Values;

    /// <summary>What the regions of all pages count against the limit of code.</summary>
    public int RegionCharge { get; private set; }

    /// <summary>How often a collection was asked for, to get the memory of forgotten regions back.</summary>
    public int Collections { get; private set; }

    /// <summary>How many mappings of code pages were forgotten so far.</summary>
    public int MappingsForgotten { get; private set; }

    /// <summary>Selects the context of the present PID and MSR.</summary>
    public void Select()
    {
        int key = (_state->Msr & Msr.Ir) == 0 ? RealMode : (int)(_state->Pid << 1) | ((_state->Msr & Msr.Pr) != 0 ? 1 : 0);
        if (key == _present)
            return;
        CodeContext context = _contexts[key] ?? Create(key);
        _present = key;
        EngineState.Of(_state)->JumpCache = context.Jumps;
    }

    /// <summary>Finds the code page of an address in the present context, if it was found before; else null.</summary>
    public MappedPage? FindKnown(uint effective)
    {
        MappedPage? known = Present.FindPage(effective);
        if (known is not null)
            Protect(known.Code);
        return known;
    }

    /// <summary>
    /// Finds the code page of an address in the present context.
    /// </summary>
    /// <returns>
    /// Null when the interpreter must execute there: a fault, or memory in which code is not tracked (little-endian, 1
    /// KB pages, neither RAM nor read-only).
    /// </returns>
    public MappedPage? Find(uint effective)
    {
        if (FindKnown(effective) is { } known)
            return known;
        if (_processor.Mmu.Translate(effective, AccessKind.Fetch, out int entry, out uint physical,
            out StorageAttributes attributes) != TranslationFault.None
            || (attributes & StorageAttributes.LittleEndian) != 0)
            return null;
        byte* host = _processor.Memory.PlainPage(physical, out bool writable);
        bool isElsewhere = physical >= _processor.Memory.RamSize;
        if (host == null || (isElsewhere && writable))
            return null;
        if (entry < 0)
            entry = CpuState.TlbEntries;
        else if (!_tables.IsWholePage(entry, effective))
            return null;

        if (_mappings >= MaxMappings)
            ForgetMappings();
        _mapsElsewhere |= isElsewhere;
        CodePage page = GetPage(effective & ~0xfffu, physical & ~0xfffu, host);
        _mappings++;
        MappedPage mapped = Present.AddPage(effective, page);
        _throughEntry[entry].Add(mapped);
        _hasCode[entry] = true;
        page.Mappings.Add(mapped);
        return mapped;
    }

    /// <summary>Installs a region of a page.</summary>
    public void Install(CodePage page, Region region)
    {
        page.Install(region);
        RegionCharge += region.Charge;
    }

    /// <summary>
    /// Whether a place that has reached its page's threshold is worth a region. Where a lower threshold is set than one
    /// that pays, code that runs a few times only would cost far more than it gives: when the credit is used up, the
    /// page must be as hot as without the setting.
    /// </summary>
    public bool IsWorthCompiling(CodePage page)
    {
        if (page.Threshold >= PayingThreshold || _compilesUnpaid
            || _requests < Credit || (ulong)(_requests - Credit) < _state->InstructionCount / InstructionsToPay)
            return true;
        page.RaiseThreshold(PayingThreshold);
        return false;
    }

    /// <summary>Asks less of all places as soon as the guest has run for so long that compiling them pays.</summary>
    /// <param name="cold">Instructions that the cold tier has executed so far.</param>
    public void NoteCold(long cold) => IsPatient &= cold < ShortRun;

    /// <summary>The segment in whose linear range the loads of what becomes hot now are expected; -1 for none.</summary>
    public int LargestRange() => _tables.LargestRange();

    /// <summary>Notes that a region of a page is asked for.</summary>
    public void NoteRequest(CodePage page, int word)
    {
        if (!page.HasCompiled)
            (page.FirstRequestAt, page.RequestsBefore) = (_state->InstructionCount, _requests);
        _requests++;
        page.Requested.Add(word);
    }

    /// <summary>Notes what an instruction of a page was seen to do.</summary>
    public void Note(CodePage page, int word, InstructionMarks mark)
    {
        int before = page.RegionCharge;
        if (!page.Note(word, mark))
            return;
        int forgotten = before - page.RegionCharge;
        RegionCharge -= forgotten;
        _forgottenCharge += forgotten;
        foreach (MappedPage mapped in page.Mappings)
            mapped.Context.ForgetJumps(mapped);
    }

    /// <summary>Drops all pages when their regions have become too many: what is hot comes back by itself.</summary>
    /// <returns>Whether they were dropped.</returns>
    public bool DropExcess()
    {
        if (RegionCharge <= _limit)
            return false;
        DropPages();
        return true;
    }

    /// <summary>Forgets how instructions were decoded, and the regions that contain them.</summary>
    /// <param name="effectivePage">The first effective address of their page; null for all pages.</param>
    public void ForgetInstructions(uint? effectivePage)
    {
        foreach (CodePage page in _pages.Values)
        {
            if (effectivePage is { } wanted && page.Effective != wanted)
                continue;
            Account(page);
            page.Forget();
            foreach (MappedPage mapped in page.Mappings)
                mapped.Context.ForgetJumps(mapped);
        }

        CollectForgotten();
    }

    /// <summary>Forgets the pages that were reached through a TLB entry.</summary>
    public void ForgetEntry(int entry)
    {
        if (!_hasCode[entry])
            return;
        _hasCode[entry] = false;
        foreach (MappedPage mapped in _throughEntry[entry])
        {
            MappingsForgotten++;
            mapped.Context.Remove(mapped);
            mapped.Code.Mappings.Remove(mapped);
        }

        _mappings -= _throughEntry[entry].Count;
        _throughEntry[entry].Clear();
    }

    /// <summary>Forgets where pages outside of RAM are reached: such a memory is no longer plain.</summary>
    public void ForgetElsewhere()
    {
        if (!_mapsElsewhere)
            return;
        _mapsElsewhere = false;
        ForgetMappings();
    }

    /// <summary>Forgets which pages are reached where, not the code itself.</summary>
    public void ForgetMappings()
    {
        for (int entry = 0; entry < _throughEntry.Length; entry++)
            ForgetEntry(entry);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _processor.Memory.CodeWritten = null;
        DropPages();
        foreach (CodeContext? context in _contexts)
            context?.Dispose();
        _codeWords.Dispose();
    }

    private CodeContext Create(int key)
    {
        if (_contextCount >= MaxContexts)
            DropContexts();
        _contextCount++;
        return _contexts[key] = new CodeContext();
    }

    private CodePage GetPage(uint effective, uint physical, byte* host)
    {
        ulong key = KeyOf(effective, physical);
        if (_pages.TryGetValue(key, out CodePage? page))
        {
            Protect(page);
            return page;
        }

        if (_pages.Count >= MaxPages)
            DropSomePages();
        page = new CodePage(effective, physical, host, _codeWords.Of(physical), _profile) { Threshold = ThresholdOf(physical) };
        _pages[key] = page;
        if (!_byPhysical.TryGetValue((int)(physical >> 12), out List<CodePage>? same))
            _byPhysical[(int)(physical >> 12)] = same = [];
        same.Add(page);
        Protect(page);
        return page;
    }

    private void Protect(CodePage page)
    {
        page.IsUsed = true;
        byte* flag = _processor.Memory.CodePages + (page.Physical >> 12);
        if (*flag != 0)
            return;
        *flag = 1;
        _tables.ProtectPage(page.Physical >> 12);
    }

    private void OnCodeWritten(uint physical, uint bytes)
    {
        for (uint number = physical >> 12; number <= (physical + bytes - 1) >> 12; number++)
        {
            if (!_byPhysical.TryGetValue((int)number, out List<CodePage>? pages))
                continue;
            uint start = number << 12;
            uint first = Math.Max(physical, start) - start;
            uint last = Math.Min(physical + bytes - 1, start + 0xfff) - start;
            if (!AnyCovers(pages, first, last))
                continue;
            JudgeWaste(number, pages);
            foreach (CodePage page in pages)
            {
                Account(page);
                page.ClearMarks();
                page.Forget();
                page.Threshold = ThresholdOf(start);
                foreach (MappedPage mapped in page.Mappings)
                    mapped.Context.ForgetJumps(mapped);
            }

            // Nothing from the page is kept any more: stores may be fast until it is executed again.
            _processor.Memory.CodePages[number] = 0;
        }

        CollectForgotten();
    }

    private static bool AnyCovers(List<CodePage> pages, uint firstByte, uint lastByte)
    {
        foreach (CodePage page in pages)
        {
            if (page.Covers(firstByte, lastByte))
                return true;
        }

        return false;
    }

    private int ThresholdOf(uint physical)
    {
        int waste = physical < _processor.Memory.RamSize ? _waste[physical >> 12] : 0;
        return Math.Max(_threshold, (int)Math.Min((long)_threshold << (WasteShift * waste), JitOptions.MaxThreshold));
    }

    /// <summary>
    /// Code that is rewritten all the time stays cold: compiling it would cost more than it gives. What counts is the
    /// guest's progress for each region that the engine asked for since the page's first one, so that a guest that goes
    /// round many pages is judged like one that rewrites a single page.
    /// </summary>
    private void JudgeWaste(uint number, List<CodePage> pages)
    {
        CodePage? first = null;
        foreach (CodePage page in pages)
        {
            if (page.HasCompiled && (first is null || page.FirstRequestAt < first.FirstRequestAt))
                first = page;
        }

        if (first is null || number >= _waste.Length)
            return;
        ulong earned = (_state->InstructionCount - first.FirstRequestAt) / InstructionsToPay;
        bool hasPaid = earned >= (ulong)(_requests - first.RequestsBefore);
        ref byte waste = ref _waste[number];
        waste = (byte)(hasPaid ? Math.Max(0, waste - 1) : Math.Min(MaxWaste, waste + 1));
    }

    private void DropPages()
    {
        ForgetMappings();
        foreach ((int number, List<CodePage> same) in _byPhysical)
            Retire(number, same);
        _pages.Clear();
        _byPhysical.Clear();
        CollectForgotten();
    }

    /// <summary>
    /// Makes room for new pages. A guest that goes round more pages than there may be keeps the regions of those that have some: the pages
    /// without go first. Lest regions that nobody needs any more stay for ever, all pages are asked now and then whether they are used.
    /// </summary>
    private void DropSomePages()
    {
        HashSet<int> gone = [];
        if (++_droppings % DroppingsBetweenAgings == 0)
        {
            Choose(gone, static page => page.IsUsed);
            foreach (CodePage page in _pages.Values)
            {
                page.IsUsed = false;
                foreach (MappedPage mapped in page.Mappings)
                    mapped.Context.ForgetJumps(mapped); // The next jump there comes here, which is a use
            }
        }

        Choose(gone, static page => page.HasCompiled);
        Choose(gone, static _ => false);
        Drop(gone);
    }

    /// <summary>Chooses physical pages of which nothing is to stay, until they have as many pages as are dropped at once.</summary>
    private void Choose(HashSet<int> gone, Func<CodePage, bool> stays)
    {
        int chosen = gone.Sum(number => _byPhysical[number].Count);
        foreach ((int number, List<CodePage> same) in _byPhysical)
        {
            if (chosen >= LeastDropped)
                return;
            if (!same.Exists(page => stays(page)) && gone.Add(number))
                chosen += same.Count;
        }
    }

    private void Drop(HashSet<int> physicalPages)
    {
        HashSet<CodePage> gone = [];
        foreach (int number in physicalPages)
        {
            if (!_byPhysical.Remove(number, out List<CodePage>? same))
                continue;
            foreach (CodePage page in same)
            {
                foreach (MappedPage mapped in page.Mappings)
                    mapped.Context.Remove(mapped);
                _pages.Remove(KeyOf(page.Effective, page.Physical));
                gone.Add(page);
            }

            Retire(number, same);
        }

        foreach (List<MappedPage> through in _throughEntry)
            _mappings -= through.RemoveAll(mapped => gone.Contains(mapped.Code));
        CollectForgotten();
    }

    /// <summary>Takes its code from a physical page: its pages by effective address, which nobody finds any more.</summary>
    private void Retire(int physicalPage, List<CodePage> pages)
    {
        _processor.Memory.CodePages[physicalPage] = 0;
        foreach (CodePage page in pages)
        {
            page.ClearMarks();
            Account(page);
            page.Retire();
        }
    }

    // The two numbers side by side: combined in halves, those of a kernel's linear mapping would all have the same hash.
    private static ulong KeyOf(uint effective, uint physical) => ((ulong)(physical >> 12) << 20) | (effective >> 12);

    /// <summary>Notes that a page's regions go.</summary>
    private void Account(CodePage page)
    {
        RegionCharge -= page.RegionCharge;
        _forgottenCharge += page.RegionCharge;
    }

    /// <summary>
    /// The code of regions that went is only given back by the garbage collector, which knows nothing of its size and
    /// might never see a need to run.
    /// </summary>
    private void CollectForgotten()
    {
        if (_forgottenCharge < _collectAt)
            return;
        _forgottenCharge = 0;
        Collections++;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    private void DropContexts()
    {
        ForgetMappings();
        for (int key = 0; key < _contexts.Length; key++)
        {
            _contexts[key]?.Dispose();
            _contexts[key] = null;
        }

        _contextCount = 0;
    }
}
