using System.Numerics;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Analysis;

/// <summary>A comparison that a CR field may stand for where a loop begins.</summary>
/// <param name="Head">The first block of the loop.</param>
/// <param name="Field">The field.</param>
/// <param name="Comparison">What it stands for after each turn.</param>
/// <param name="IsAsked">
/// Whether the field stands for it whatever the way, since the region is not entered there with another value; else there is
/// a mark.
/// </param>
internal sealed record HeadComparison(RegionBlock Head, int Field, CrSource Comparison, bool IsAsked);

/// <summary>
/// Finds what CR fields stand for where loops begin. Each turn comes there with what it has compared at its end, but the first
/// one with whatever came before the loop, so the field would have to be computed at the end of each turn, though mostly only
/// ways out of the region need it until the next comparison.
/// <para>Where nothing but an entry leads into the loop, the entry asks whether the field is what the comparison gives, as it
/// is when the turn before ran elsewhere. Otherwise the field gets a mark: a turn stores one byte, and ways out compute the
/// field from the compared registers if that is set.</para>
/// </summary>
internal sealed class HeadComparisons
{
    private readonly List<RegionBlock> _entries;
    private readonly List<RegionBlock> _postorder;
    private readonly JitOptions _options;
    private readonly List<HeadComparison> _found = [];
    private readonly HashSet<HeadField> _wished = [];
    private readonly HashSet<HeadField> _lastTried = [];

    private HeadComparisons(List<RegionBlock> entries, List<RegionBlock> postorder, JitOptions options) =>
        (_entries, _postorder, _options) = (entries, postorder, options);

    /// <summary>Finds them, and sources and live values with them.</summary>
    /// <param name="entries">Where the region can be entered.</param>
    /// <param name="needed">How many of these must let in whatever comes: all but heads of loops.</param>
    /// <param name="postorder">The blocks, whose sources and live values are known without.</param>
    /// <param name="options">Switches.</param>
    public static void Find(List<RegionBlock> entries, int needed, List<RegionBlock> postorder, JitOptions options)
    {
        HeadComparisons comparisons = new(entries, postorder, options);
        while (comparisons.WishMore(needed))
            comparisons.Settle();
        foreach (HeadComparison comparison in comparisons._found)
        {
            if (comparison.IsAsked)
                comparison.Head.Asked.Add(comparison);
        }
    }

    /// <summary>Wishes for what no block was wished before: one loop that keeps a comparison may let another one keep it.</summary>
    private bool WishMore(int needed)
    {
        int before = _found.Count;
        foreach (RegionBlock head in _postorder)
            Wish(head, _entries.IndexOf(head) >= needed && _options.AskEntries);
        return _found.Count != before;
    }

    /// <summary>Finds sources and live values, with one comparison fewer each time, or one with a mark instead.</summary>
    private void Settle()
    {
        do
        {
            RegionAnalysis.FindSources(_entries, _postorder, _found);
            RegionAnalysis.FindLiveness(_postorder);
        }
        while (RefuseAnotherWay() || _postorder.Exists(RefuseWhatIsNeeded));
    }

    private void Wish(RegionBlock head, bool canAsk)
    {
        for (ulong fields = head.LiveIn & Resources.AllCr & ~head.Sources![0].Comparisons; fields != 0; fields &= fields - 1)
        {
            int field = BitOperations.TrailingZeroCount(fields) - Resources.FirstCr;
            RegionBlock? closing = null;
            foreach (RegionBlock block in head.Predecessors)
            {
                if ((closing is null || block.Order > closing.Order) && (ClosesAt(head, block) || OnlyCloses(block))
                    && block.Sources![^1][field].IsComparison)
                    closing = block;
            }

            if (closing is not null && _wished.Add(new HeadField(head, field)))
                Add(new HeadComparison(head, field, closing.Sources![^1][field], canAsk));
        }
    }

    private static bool ClosesAt(RegionBlock head, RegionBlock block) => block.Order >= head.Order;

    /// <summary>
    /// Whether nothing but turns of a loop come to a block: that loop begins in the middle, with the block after it.
    /// </summary>
    private static bool OnlyCloses(RegionBlock block) =>
        block.Predecessors.Count != 0 && block.Predecessors.TrueForAll(predecessor => ClosesAt(block, predecessor));

    private void Add(HeadComparison comparison)
    {
        if (comparison.IsAsked || _options.MarkCr)
            _found.Add(comparison);
    }

    /// <summary>Lets a field have a mark where something else than the entry leads into the loop.</summary>
    private bool RefuseAnotherWay()
    {
        HeadComparison? refused = _found.Find(one => one.IsAsked && one.Head.Sources![0][one.Field] != one.Comparison);
        if (refused is null)
            return false;
        _found.Remove(refused);
        if (!_lastTried.Contains(new HeadField(refused.Head, refused.Field)))
            Add(refused with { IsAsked = false });
        return true;
    }

    /// <summary>
    /// Gives up a comparison where a block changes a compared register while the field is needed, which would have to be
    /// computed there, and a mark where a block needs the field other than to leave.
    /// </summary>
    /// <returns>Whether it did.</returns>
    private bool RefuseWhatIsNeeded(RegionBlock block)
    {
        CrSources[] sources = block.Sources!;
        ulong[] live = new ulong[block.Instructions.Length];
        RegionAnalysis.Liveness(block, live);
        for (int n = 0; n < live.Length; n++)
        {
            (ulong reads, ulong writes, _) = block.Uses[n];
            if (Refuse(sources[n], live[n] & ~writes & Lost(sources[n], sources[n + 1]), canAsk: false)
                || Refuse(sources[n], reads & sources[n].Marked, canAsk: true))
                return true;
        }

        return block.Successors.Exists(successor =>
            Refuse(sources[^1], successor.LiveIn & sources[^1].Marked & Lost(sources[^1], successor.Sources![0]), canAsk: false));
    }

    /// <summary>The fields that stand for something else at the place that follows.</summary>
    private static ulong Lost(CrSources sources, CrSources next)
    {
        ulong lost = 0;
        for (ulong fields = sources.Comparisons | sources.Marked; fields != 0; fields &= fields - 1)
        {
            int number = BitOperations.TrailingZeroCount(fields);
            if (sources[number - Resources.FirstCr] != next[number - Resources.FirstCr])
                lost |= 1ul << number;
        }

        return lost;
    }

    private bool Refuse(CrSources sources, ulong fields, bool canAsk)
    {
        bool any = false;
        for (; fields != 0; fields &= fields - 1)
        {
            int field = BitOperations.TrailingZeroCount(fields) - Resources.FirstCr;
            foreach (HeadComparison one in _found.FindAll(one => one.Field == field && Source(one) == sources[field]))
            {
                any = true;
                _found.Remove(one);

                // The place that became hot is mostly come to by the loop itself, but less surely than others.
                if (canAsk && one.Head == _entries[0] && _options.AskEntries && _lastTried.Add(new HeadField(one.Head, field)))
                    _found.Add(one with { IsAsked = true });
            }
        }

        return any;
    }

    private static CrSource Source(HeadComparison one) => one.IsAsked ? one.Comparison : one.Comparison with { IsMarked = true };

    /// <summary>A field at the head of a loop.</summary>
    private sealed record HeadField(RegionBlock Head, int Field);
}
