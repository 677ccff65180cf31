using PpcJit.Jit.Analysis;
using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Finding;

/// <summary>
/// Chooses the blocks of a region: from its entry along direct branches inside the page, through instructions that have
/// been executed at least once. Where code was never executed the region ends, so cold paths cost no compile time. A
/// call out of the page leaves the region, which can be entered again after it.
/// </summary>
internal sealed class RegionFinder
{
    private readonly DecodedInstruction[] _page;
    private readonly uint _pageAddress;
    private readonly JitOptions _options;
    private readonly bool[] _taken = new bool[CodePage.Words];
    private readonly bool[] _leader = new bool[CodePage.Words];
    private readonly List<int> _entries = [];

    private RegionFinder(DecodedInstruction[] page, uint pageAddress, JitOptions options)
    {
        _page = page;
        _pageAddress = pageAddress;
        _options = options;
    }

    /// <summary>Finds the region that begins at a word of a page.</summary>
    /// <param name="page">A copy of the page's decoded instructions.</param>
    /// <param name="pageAddress">Effective address of the page.</param>
    /// <param name="entry">Index of the first instruction.</param>
    /// <param name="options">How large it may become, and which instructions it may have.</param>
    /// <returns>Null when the first instruction itself cannot be part of a region.</returns>
    public static RegionPlan? Find(DecodedInstruction[] page, uint pageAddress, int entry, JitOptions options)
    {
        RegionFinder finder = new(page, pageAddress, options);
        finder.Explore(entry);
        return finder._taken[entry] ? finder.Build() : null;
    }

    private bool CanTake(int word) => word < CodePage.Words
        && _page[word].Code is not (Codes.Undecoded or Codes.PageEnd) && !MustStep(_page[word].Code);

    /// <summary>Whether only the interpreter executes an instruction.</summary>
    private bool MustStep(Op code) =>
        code == Codes.Interpret || (!_options.ContextCalls && CodeTraits.Of(code).Kind == CodeKind.Context);

    private void Explore(int entry)
    {
        List<int> leaders = [entry];
        List<int> functions = [];
        _entries.Add(entry);
        int count = 0;
        for (int n = 0; n < leaders.Count; n++)
        {
            int leader = leaders[n];
            _leader[leader] = true;
            for (int word = leader; CanTake(word) && !_taken[word] && count < _options.RegionSize; word++)
            {
                _taken[word] = true;
                count++;
                ref DecodedInstruction decoded = ref _page[word];
                if (!decoded.EndsBlock)
                    continue;

                if (decoded.DirectTarget(_pageAddress, word, call: false) is >= 0 and { } target && CanTake(target))
                    leaders.Add(target);
                if (_options.NearJumps)
                    leaders.AddRange(NearJumps.TargetsOf(_page, word).Where(CanTake));
                if (decoded.ComesBack && CanTake(word + 1) && _options.MoreEntries && _entries.Count < RegionAnalysis.MaxEntries)
                {
                    leaders.Add(word + 1);
                    _entries.Add(word + 1);
                }

                if (decoded.MayFallThrough && word + 1 < CodePage.Words)
                    leaders.Add(word + 1);
                if (_options.NearCalls
                    && decoded.DirectTarget(_pageAddress, word, call: true) is >= 0 and { } function
                    && CanTake(function))
                    functions.Add(function);
                break;
            }

            // What it calls comes after the function's own code, so that the size limit leaves out the former.
            if (n + 1 == leaders.Count)
            {
                leaders.AddRange(functions);
                functions.Clear();
            }
        }
    }

    private RegionPlan Build()
    {
        List<RegionBlock> blocks = [];
        RegionBlock?[] blockAt = new RegionBlock?[CodePage.Words + 1];
        int first = 0;
        while (first < CodePage.Words)
        {
            if (!_taken[first])
            {
                first++;
                continue;
            }

            int last = first;
            while (!_page[last].EndsBlock && last + 1 < CodePage.Words && _taken[last + 1] && !_leader[last + 1])
                last++;
            bool branch = _page[last].EndsBlock;
            bool step = !branch && last + 1 < CodePage.Words && MustStep(_page[last + 1].Code);
            RegionBlock block = new()
            {
                First = first,
                Instructions = new DecodedInstruction[last + 1 - first],
                Uses = new ResourceUse[last + 1 - first],
                End = branch ? BlockEnd.Branch : step ? BlockEnd.Step : BlockEnd.FallsThrough,
            };
            Array.Copy(_page, first, block.Instructions, 0, block.Instructions.Length);
            for (int n = 0; n < block.Uses.Length; n++)
                block.Uses[n] = Resources.Of(block.Instructions[n]);
            blocks.Add(block);
            blockAt[first] = block;
            first = last + 1;
        }

        foreach (RegionBlock block in blocks)
            Connect(block, blockAt);
        if (_options.VersionLoops)
        {
            foreach (RegionBlock block in blocks)
                block.Version = VersionedLoop.Add(block, blockAt, _options);
        }

        if (_options.NearJumps)
            NearJumps.Connect(_page, blocks, blockAt);
        if (_options.NearCalls)
            NearCalls.Connect(blocks, blockAt, _pageAddress);

        // Where the size limit was reached, the instruction after a call may not be part of the region.
        List<RegionBlock> entries = [];
        foreach (int word in _entries)
        {
            if (blockAt[word] is { } block && !entries.Contains(block) && (entries.Count == 0 || !ReturnsInside(blocks, word)))
                entries.Add(block);
        }

        return RegionAnalysis.Complete(_page, _pageAddress, entries, blocks, _options);
    }

    /// <summary>Whether a word comes after a call that the region has itself, so that it returns there inside.</summary>
    private bool ReturnsInside(List<RegionBlock> blocks, int word) =>
        _options.OuterEntries && blocks.Exists(call => call.Next == word && call.Callee is not null);

    private void Connect(RegionBlock block, RegionBlock?[] blockAt)
    {
        void Add(int word)
        {
            if (word >= 0 && blockAt[word] is { } successor)
                block.AddSuccessor(successor);
        }

        int last = block.Next - 1;
        ref DecodedInstruction decoded = ref _page[last];
        if (block.End == BlockEnd.FallsThrough || (block.End == BlockEnd.Branch && decoded.MayFallThrough))
            Add(block.Next);
        Add(decoded.DirectTarget(_pageAddress, last, call: false));
    }
}
