using PpcJit.Jit.Decoding;
using PpcJit.Jit.Profiles;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Memory;

namespace PpcJit.Jit.Code;

/// <summary>
/// What is known about the code of one 4 KiB physical page seen at one effective address: its instructions decoded as
/// they were first executed, how often each place was jumped to, and the regions compiled from it.
/// </summary>
internal sealed unsafe class CodePage
{
    /// <summary>Instructions in a page.</summary>
    public const int Words = WordRun.WordsInPage;

    private readonly NativeBlock _decoded = new((nuint)(Words + 1) * (nuint)sizeof(DecodedInstruction));
    private readonly byte* _codeWords;
    private readonly List<Region> _regions = [];
    private bool[]? _inRegion;
    private Dictionary<int, (int Times, ulong Last)>? _alone;
    private Dictionary<int, WarmPlace>? _warm;
    private RegionEntry?[]? _entries;

    /// <summary>
    /// The decoded instructions lie from the first to before the second: what is forgotten often is mostly short.
    /// </summary>
    private int _firstDecoded = Words;
    private int _endDecoded;

    /// <summary>The same of the words that this page has marked as code; they may have been forgotten since.</summary>
    private int _firstMarked = Words;
    private int _endMarked;

    /// <summary>Creates the page with nothing decoded.</summary>
    /// <param name="effective">Effective address of its first byte.</param>
    /// <param name="physical">Physical address of its first byte.</param>
    /// <param name="host">Host address of its first byte.</param>
    /// <param name="codeWords">The marks of its words.</param>
    /// <param name="profile">What earlier runs compiled; null for nothing.</param>
    public CodePage(uint effective, uint physical, byte* host, byte* codeWords, JitProfile? profile)
    {
        _codeWords = codeWords;
        Effective = effective;
        Physical = physical;
        Host = host;
        Decoded[Words].Code = Codes.PageEnd;
        Profiled = profile?.Find(effective, physical) ?? [];
        HeatProfiled();
    }

    /// <summary>Effective address of the first byte.</summary>
    public uint Effective { get; }

    /// <summary>Physical address of the first byte.</summary>
    public uint Physical { get; }

    /// <summary>Host address of the first byte.</summary>
    public byte* Host { get; }

    /// <summary>The decoded instructions, and one more that ends the page.</summary>
    public DecodedInstruction* Decoded => (DecodedInstruction*)_decoded.Start;

    /// <summary>How often each word was the target of a jump while it had no region.</summary>
    public ushort[] Heat { get; } = new ushort[Words];

    /// <summary>Words for which a region was asked and has not come yet.</summary>
    public HashSet<int> Requested { get; } = [];

    /// <summary>
    /// Changes whenever the code of the page changed, so that the result of an older compilation is recognised.
    /// </summary>
    public int Generation { get; private set; }

    /// <summary>What its regions count against the limit of code.</summary>
    public int RegionCharge { get; private set; }

    /// <summary>How often a place must be jumped to before it is compiled.</summary>
    public int Threshold { get; set; }

    /// <summary>Completed instructions when the first region since the page last changed was asked for.</summary>
    public ulong FirstRequestAt { get; set; }

    /// <summary>Compile requests of the whole engine before that one.</summary>
    public long RequestsBefore { get; set; }

    /// <summary>Whether it was looked for since that was last asked.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Whether compiling anything of the page was begun since it last changed.</summary>
    public bool HasCompiled => _regions.Count > 0 || Requested.Count > 0;

    /// <summary>Regions that earlier runs compiled here, which may have been of other code.</summary>
    public IReadOnlyList<ProfiledRegion> Profiled { get; }

    /// <summary>Words whose profiled regions were found to be of other code than is there now.</summary>
    public HashSet<int> StaleProfiles { get; } = [];

    /// <summary>The contexts that have the page mapped.</summary>
    public List<MappedPage> Mappings { get; } = [];

    /// <summary>All regions of the page.</summary>
    public IReadOnlyList<Region> Regions => _regions;

    /// <summary>The region that can be entered at a word; null when there is none.</summary>
    public RegionEntry? EntryAt(int word) => _entries?[word];

    /// <summary>Whether an instruction is part of some region. Any thread may ask; the answer is a hint.</summary>
    public bool HasRegion(int word) => _inRegion?[word] == true;

    /// <summary>
    /// Installs a region. Where another one can be entered already, that one stays, except where this one begins.
    /// </summary>
    public void Install(Region region)
    {
        _entries ??= new RegionEntry?[Words];
        _regions.Add(region);
        for (int number = 0; number < region.Entries.Length; number++)
        {
            ref RegionEntry? entry = ref _entries[region.Entries[number]];
            if (entry is null || number == 0)
                entry = new RegionEntry(region, number);
        }

        bool[] inRegion = _inRegion ??= new bool[Words];
        foreach (WordRun run in region.Runs)
        {
            for (int word = run.First; word < run.First + run.Length; word++)
                inRegion[word] = true;
        }

        RegionCharge += region.Charge;
    }

    /// <summary>Enters an instruction that is about to be executed.</summary>
    public void SetDecoded(int word, DecodedInstruction decoded)
    {
        Decoded[word] = decoded;
        _codeWords[word] = 1;
        _firstDecoded = Math.Min(_firstDecoded, word);
        _endDecoded = Math.Max(_endDecoded, word + 1);
        _firstMarked = Math.Min(_firstMarked, word);
        _endMarked = Math.Max(_endMarked, word + 1);
    }

    /// <summary>
    /// Takes back the marks that this page has made. Only when all pages of the same memory do so, and forget their
    /// instructions.
    /// </summary>
    public void ClearMarks()
    {
        if (_endMarked > _firstMarked)
            new Span<byte>(_codeWords + _firstMarked, _endMarked - _firstMarked).Clear();
        (_firstMarked, _endMarked) = (Words, 0);
    }

    /// <summary>
    /// Makes the threshold of a page higher. Where a region waits to be entered, the next jump there still leaves the
    /// cold tier for it.
    /// </summary>
    public void RaiseThreshold(int threshold)
    {
        Threshold = threshold;
        for (int word = _firstDecoded; word < _endDecoded; word++)
        {
            if (EntryAt(word) is not null)
                Heat[word] = (ushort)(threshold - 1);
        }
    }

    /// <summary>
    /// Notes what an instruction was seen to do, and forgets the regions that were compiled without knowing it: hot ones
    /// come back.
    /// </summary>
    /// <returns>Whether that is new.</returns>
    public bool Note(int word, InstructionMarks mark)
    {
        if ((Decoded[word].Marks & mark) != 0)
            return false;
        Decoded[word].Marks |= mark;
        foreach (Region region in _regions.FindAll(
            region => region.Runs.Exists(run => word >= run.First && word < run.First + run.Length)))
        {
            RegionCharge -= region.Charge;
            _regions.Remove(region);
            foreach (int entry in region.Entries)
            {
                if (_entries![entry]?.Region == region)
                    _entries[entry] = null;
            }
        }

        return true;
    }

    /// <summary>Notes that the first of a group of accesses could not find the page of all, and was executed alone.</summary>
    /// <param name="word">The access.</param>
    /// <param name="count">Completed instructions.</param>
    /// <returns>Whether that happens so often there that the group is to be another one, or none.</returns>
    public bool NoteAlone(int word, ulong count)
    {
        const ulong MaxDistance = 10_000; // instructions: that costs as much as some hundred
        const int MaxTimes = 16;
        _alone ??= [];
        (int times, ulong last) = _alone.GetValueOrDefault(word);
        times = count - last > MaxDistance ? 1 : times + 1;
        _alone[word] = (times, count);
        return times >= MaxTimes;
    }

    /// <summary>Notes that a place has reached the threshold in a run that is not long yet.</summary>
    /// <returns>Whether it has done so often enough to be compiled.</returns>
    public bool IsHotAgain(int word)
    {
        _warm ??= [];
        if (!_warm.TryGetValue(word, out WarmPlace? place))
            _warm[word] = place = new WarmPlace(new ReadOnlySpan<DecodedInstruction>(Decoded, Words));
        return place.IsHotAgain();
    }

    /// <summary>
    /// Copies the instructions for the compiler. Of a place that was waited for, those that were executed when it was hot for the first time:
    /// what came later is seldom executed, and would only make its region slower.
    /// </summary>
    public DecodedInstruction[] CopyFor(int word)
    {
        DecodedInstruction[] copy = new ReadOnlySpan<DecodedInstruction>(Decoded, Words).ToArray();
        if (_warm is not null && _warm.TryGetValue(word, out WarmPlace? place))
            place.LeaveOutLater(copy);
        return copy;
    }

    /// <summary>Whether any decoded instruction lies in a range of bytes of the page.</summary>
    public bool Covers(uint firstByte, uint lastByte)
    {
        for (uint word = firstByte / 4; word <= lastByte / 4; word++)
        {
            if (Decoded[word].Code != Codes.Undecoded)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Forgets all decoded instructions and regions, because the code changed. Code may be rewritten between any two
    /// calls of it: this takes no longer than what is forgotten is long. A place that was jumped to and never executed
    /// keeps its heat.
    /// </summary>
    public void Forget()
    {
        Generation++;
        if (_entries is not null)
            ForgetRegions();
        StaleProfiles.Clear();
        _alone = null;
        _warm = null;
        if (Requested.Count > 0)
            Requested.Clear();
        if (_endDecoded > _firstDecoded)
        {
            Heat.AsSpan(_firstDecoded.._endDecoded).Clear();
            new Span<DecodedInstruction>(Decoded + _firstDecoded, _endDecoded - _firstDecoded).Clear();
        }

        HeatProfiled();
        (_firstDecoded, _endDecoded) = (Words, 0);
    }

    /// <summary>Gives the memory back; the generation refuses compilations that are still under way.</summary>
    public void Retire()
    {
        Generation++;
        _entries = null;
        _regions.Clear();
        _decoded.Dispose();
    }

    private void ForgetRegions()
    {
        _entries = null;
        _regions.Clear();
        _inRegion = null;
        RegionCharge = 0;
    }

    /// <summary>
    /// Makes the places where earlier runs had regions so hot that the next jump there asks for them again.
    /// </summary>
    private void HeatProfiled()
    {
        foreach (ProfiledRegion region in Profiled)
            Heat[region.Entry] = JitOptions.MaxThreshold;
    }
}
