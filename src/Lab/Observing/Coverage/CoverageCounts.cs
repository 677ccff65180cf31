using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Coverage;

/// <summary>Counts how often each instruction was executed, and which way each branch went.</summary>
internal sealed class CoverageCounts(ObservedGuest guest) : IFlowListener
{
    private const int PageShift = 12;
    private const int Words = 1024;

    /// <summary>Pages of code that are counted, of 24 KB each: 32 MB of code, several times a kernel with its programs.</summary>
    private const int MaxPages = 8192;

    private readonly Dictionary<uint, Page> _pages = [];

    /// <summary>Takes what is on further pages.</summary>
    private readonly Page _other = new();
    private uint _lastNumber = uint.MaxValue;
    private Page _last = new();

    /// <inheritdoc/>
    public void Ran(in CodeRun run)
    {
        uint address = run.Start;
        uint left = run.Words;
        while (left > 0)
        {
            uint first = (address >> 2) % Words;
            uint words = Math.Min(left, Words - first);
            Page page = At(address);
            page.Steps[first]++;
            page.Steps[first + words]--;
            address += words * 4;
            left -= words;
        }
    }

    /// <inheritdoc/>
    public void Transferred(in Transfer transfer)
    {
        if (!transfer.IsConditional)
            return;
        uint address = guest.Places.Linked(transfer.From, transfer.Msr);
        At(address).Branches[(2 * ((address >> 2) % Words)) + (transfer.Kind == TransferKind.NotTaken ? 1 : 0)]++;
    }

    /// <summary>Whether code was reached on more pages than are counted.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Reports what was reached so far.</summary>
    /// <param name="title">What was run.</param>
    public CoverageReport Report(string title)
    {
        Dictionary<uint, ulong[]> times = _pages.ToDictionary(page => page.Key, page => Times(page.Value));
        uint[] pages = [.. times.Keys.Order()];
        ulong Count(uint address) => times.TryGetValue(address >> PageShift, out ulong[]? page) ? page[(address >> 2) % Words] : 0;
        IEnumerable<CodeFunction> reached = times.SelectMany(page => Enumerable.Range(0, Words).Where(word => page.Value[word] > 0)
            .Select(word => guest.Places.Find((page.Key << PageShift) + (uint)(4 * word))));
        CodeFunction[] functions = [.. guest.Places.Named().Concat(reached).DistinctBy(function => function.Start)
            .OrderBy(function => function.Start)];
        return new CoverageReport
        {
            Title = title,
            Functions = [.. functions.Select(function => new FunctionCoverage(function.Name, function.Start, function.Words, Count(function.Start),
                Reached(function, pages, Count)))],
            Files = guest.Places.Lines is LineTable lines ? Files(lines, functions, pages, Count) : [],
        };
    }

    /// <summary>
    /// The instructions of a stretch that are on pages of which anything was reached. A symbol or a line may claim the whole address space.
    /// </summary>
    /// <param name="start">Address of its first instruction.</param>
    /// <param name="words">Its instructions.</param>
    /// <param name="pages">The pages, rising.</param>
    private static IEnumerable<uint> Instructions(uint start, uint words, uint[] pages)
    {
        ulong end = start + (4UL * words);
        int first = Array.BinarySearch(pages, start >> PageShift);
        for (int n = first < 0 ? ~first : first; n < pages.Length; n++)
        {
            ulong page = (ulong)pages[n] << PageShift;
            if (page >= end)
                yield break;
            ulong last = Math.Min(end, page + (4 * Words));
            ulong from = page > start ? page + (start & 3) : start;
            for (ulong address = from; address < last; address += 4)
                yield return (uint)address;
        }
    }

    private static List<ReachedStretch> Reached(CodeFunction function, uint[] pages, Func<uint, ulong> count)
    {
        List<ReachedStretch> reached = [];
        foreach (uint address in Instructions(function.Start, (uint)function.Words, pages))
        {
            int word = (int)((address - function.Start) >> 2);
            ulong times = count(address);
            if (times == 0)
                continue;
            if (reached.Count > 0 && reached[^1] is var last && last.Times == times && last.First + last.Length == word)
                reached[^1] = last with { Length = last.Length + 1 };
            else
                reached.Add(new ReachedStretch(word, 1, times));
        }

        return reached;
    }

    private FileCoverage[] Files(LineTable lines, CodeFunction[] functions, uint[] pages, Func<uint, ulong> count)
    {
        SortedDictionary<string, (SortedDictionary<int, ulong> Lines, List<BranchCoverage> Branches,
            List<SourceFunctionCoverage> Functions)> files = new(StringComparer.Ordinal);
        foreach ((uint start, uint end, SourceLine line) in lines.Stretches())
        {
            if (!files.TryGetValue(line.File, out var file))
                files[line.File] = file = ([], [], []);
            ulong most = file.Lines.GetValueOrDefault(line.Line);
            foreach (uint address in Instructions(start, (uint)(((ulong)(end - start) + 3) >> 2), pages))
            {
                most = Math.Max(most, count(address));
                if (Branch(address) is (var taken, var notTaken) && taken + notTaken > 0)
                    file.Branches.Add(new BranchCoverage(line.Line, address, taken, notTaken));
            }

            file.Lines[line.Line] = most;
        }

        foreach (CodeFunction function in functions)
        {
            if (lines.Find(function.Start) is { } line && files.TryGetValue(line.File, out var file))
                file.Functions.Add(new SourceFunctionCoverage(function.Name, line.Line, count(function.Start)));
        }

        return
        [
            .. files.Select(file => new FileCoverage(
                file.Key,
                [.. file.Value.Lines.Select(line => new LineCoverage(line.Key, line.Value))],
                [.. file.Value.Branches.DistinctBy(branch => branch.Address)],
                [.. file.Value.Functions.OrderBy(function => function.Line)])),
        ];
    }

    private (ulong Taken, ulong NotTaken) Branch(uint address)
    {
        if (!_pages.TryGetValue(address >> PageShift, out Page? page))
            return default;
        uint word = (address >> 2) % Words;
        return (page.Branches[2 * word], page.Branches[(2 * word) + 1]);
    }

    private Page At(uint address)
    {
        uint number = address >> PageShift;
        if (number == _lastNumber)
            return _last;
        if (!_pages.TryGetValue(number, out Page? page))
        {
            IsFull |= _pages.Count == MaxPages;
            page = IsFull ? _other : _pages[number] = new Page();
        }

        (_lastNumber, _last) = (number, page);
        return page;
    }

    private static ulong[] Times(Page page)
    {
        ulong[] times = new ulong[Words];
        ulong sum = 0;
        for (int n = 0; n < Words; n++)
            times[n] = sum += page.Steps[n];
        return times;
    }

    private sealed class Page
    {
        /// <summary>By how much each word was executed more often than the one before it.</summary>
        public ulong[] Steps { get; } = new ulong[Words + 1];

        /// <summary>How often the branch at each word was taken, and how often not.</summary>
        public ulong[] Branches { get; } = new ulong[2 * Words];
    }
}
