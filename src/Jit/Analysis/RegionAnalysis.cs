using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>Orders the blocks of a region, bounds its paths, and finds which values are needed where.</summary>
internal static class RegionAnalysis
{
    /// <summary>
    /// Most places at which a region can be entered: each is code that loads registers. With 2 a boot of Linux (--jit-opt
    /// background=off,threshold=200) compiles 646 regions, with 12 542, with 40 as many, with more IL.
    /// </summary>
    public const int MaxEntries = 12;

    /// <summary>Fills in what <see cref="RegionPlan"/> and its blocks promise.</summary>
    /// <param name="page">The page's decoded instructions.</param>
    /// <param name="pageAddress">Effective address of the page.</param>
    /// <param name="entries">Where it can be entered, the place where it begins first.</param>
    /// <param name="blocks">All blocks by address.</param>
    /// <param name="options">What is to be found.</param>
    public static RegionPlan Complete(
        DecodedInstruction[] page, uint pageAddress, List<RegionBlock> entries, List<RegionBlock> blocks, JitOptions options)
    {
        List<RegionBlock> postorder = Postorder(entries);
        for (int n = 0; n < postorder.Count; n++)
            postorder[n].Order = postorder.Count - n;
        int needed = entries.Count;
        if (options.MoreEntries)
            AddLoopHeads(entries, postorder, options.OuterEntries);

        // Successors come before their predecessors here, so each length is known when it is needed. Edges that close a
        // loop, or change to its other version, check the budget again.
        foreach (RegionBlock block in postorder)
        {
            int after = 0;
            foreach (RegionBlock successor in block.Successors)
                after = Math.Max(after, successor.Order > block.Order && !successor.IsUnchecked ? successor.LongestPath : 0);
            block.LongestPath = block.Instructions.Length + after;
        }

        // A block that the size limit cut off from the entry is not part of the region.
        List<RegionBlock> reachable = blocks.FindAll(block => block.Order > 0);
        FindLoops(postorder);
        if (options.InnerLoops)
            AddressLoops.Judge(postorder);
        if (options.JoinedCharges)
            BudgetCharges.Join(entries, postorder);
        if (options.AccessGroups)
            AccessGroups.Find(entries, postorder, options);
        FindChanged(postorder, options.StoreChanged);
        FindSources(entries, postorder, []);
        FindLiveness(postorder);
        if (options.LazyCr)
            HeadComparisons.Find(entries, needed, postorder, options);
        return new RegionPlan(pageAddress, entries, reachable, page);
    }

    /// <summary>Walks a block backward.</summary>
    /// <param name="block">The block, whose <see cref="RegionBlock.LiveOut"/> is known.</param>
    /// <param name="after">Receives what is live after each instruction; may be empty.</param>
    /// <returns>What is live before the block.</returns>
    public static ulong Liveness(RegionBlock block, Span<ulong> after)
    {
        // What has changed is known from the front, so it is collected first.
        int length = block.Uses.Length;
        Span<ulong> changed = length <= 64 ? stackalloc ulong[length] : new ulong[length];
        ulong soFar = block.Changed;
        for (int n = 0; n < length; n++)
        {
            changed[n] = soFar;
            soFar |= block.Uses[n].Writes;
        }

        ulong live = block.LiveOut;
        for (int n = length - 1; n >= 0; n--)
        {
            if (!after.IsEmpty)
                after[n] = live;
            (ulong reads, ulong writes, bool mayExit) = block.Uses[n];
            live = (live & ~writes) | reads | (mayExit ? changed[n] : 0);
            live |= block.Sources![n].RegistersOf(live);
        }

        return live;
    }

    /// <summary>The blocks in postorder of a search from all entries, as if one block before them led to each.</summary>
    private static List<RegionBlock> Postorder(List<RegionBlock> entries)
    {
        List<RegionBlock> order = [];
        HashSet<RegionBlock> seen = [];

        // As deep as the region has blocks, which is not much.
        void Visit(RegionBlock block)
        {
            if (!seen.Add(block))
                return;
            foreach (RegionBlock successor in block.Successors)
                Visit(successor);
            order.Add(block);
        }

        // The first entry is visited last, so that its order is the lowest.
        for (int n = entries.Count - 1; n >= 0; n--)
            Visit(entries[n]);
        return order;
    }

    /// <summary>Adds the heads of loops to the entries: that is where the cold tier goes again and again.</summary>
    /// <param name="entries">Where the region can be entered.</param>
    /// <param name="postorder">The blocks.</param>
    /// <param name="onlyOuter">
    /// Whether heads of inner loops are left out. The cold tier comes to the outer one soon, and where an entry leads into the middle of a
    /// loop, RyuJIT does not see that it is one, and gives its registers to what is seldom executed.
    /// </param>
    private static void AddLoopHeads(List<RegionBlock> entries, List<RegionBlock> postorder, bool onlyOuter)
    {
        for (int n = postorder.Count - 1; n >= 0; n--)
        {
            foreach (RegionBlock head in postorder[n].Successors)
            {
                if (head.Order <= postorder[n].Order
                    && !head.IsUnchecked && entries.Count < MaxEntries && !entries.Contains(head)
                    && !(onlyOuter && IsInner(head, postorder[n], postorder)))
                    entries.Add(head);
            }
        }
    }

    /// <summary>Whether what a branch back closes lies between another one and its target.</summary>
    private static bool IsInner(RegionBlock head, RegionBlock closing, List<RegionBlock> blocks) => blocks.Exists(block =>
        block.Next >= closing.Next && block.Successors.Exists(outer =>
            outer.First <= block.First && outer.First <= head.First && (outer.First != head.First || block.Next != closing.Next)));

    /// <summary>Forward until nothing changes: what differs from the state.</summary>
    /// <param name="postorder">The blocks.</param>
    /// <param name="exact">
    /// Whether it is told apart by place; else all that the region writes counts as changed everywhere.
    /// </param>
    private static void FindChanged(List<RegionBlock> postorder, bool exact)
    {
        ulong all = 0;
        foreach (RegionBlock block in postorder)
        {
            foreach (ResourceUse use in block.Uses)
                block.ChangedAtEnd |= use.Writes;
            all |= block.ChangedAtEnd;
        }

        bool again = true;
        while (again)
        {
            again = false;
            for (int n = postorder.Count - 1; n >= 0; n--)
            {
                RegionBlock block = postorder[n];
                if (!exact)
                    block.Changed = all;
                block.ChangedAtEnd |= block.Changed;
                foreach (RegionBlock successor in block.Successors)
                {
                    ulong changed = successor.Changed | block.ChangedAtEnd;
                    again |= changed != successor.Changed;
                    successor.Changed = changed;
                }
            }
        }
    }

    /// <summary>
    /// Finds the loops: the blocks from which an edge that closes a loop is reached without passing the loop's head.
    /// </summary>
    private static void FindLoops(List<RegionBlock> postorder)
    {
        foreach (RegionBlock block in postorder)
        {
            foreach (RegionBlock successor in block.Successors)
                successor.Predecessors.Add(block);
        }

        foreach (RegionBlock head in postorder)
        {
            Stack<RegionBlock> body = new();
            foreach (RegionBlock block in head.Predecessors)
            {
                if (block.Order >= head.Order)
                    body.Push(block);
            }

            if (body.Count == 0)
                continue;
            HashSet<RegionBlock> blocks = [head];
            while (body.TryPop(out RegionBlock? block))
            {
                if (!blocks.Add(block))
                    continue;
                foreach (RegionBlock predecessor in block.Predecessors)
                    body.Push(predecessor);
            }

            RegionLoop loop = new(blocks);
            foreach (RegionBlock block in blocks)
            {
                block.Loops.Add(loop);
                if (block.Loop is null || block.Loop.Count < loop.Count)
                    block.JudgedLoop = block.Loop = loop;
            }
        }
    }

    /// <summary>
    /// Forward until nothing changes: what the CR fields stand for. At an entry the fields come from the state.
    /// </summary>
    /// <param name="entries">Where the region can be entered.</param>
    /// <param name="postorder">The blocks.</param>
    /// <param name="atHeads">What fields stand for where loops begin.</param>
    public static void FindSources(List<RegionBlock> entries, List<RegionBlock> postorder, List<HeadComparison> atHeads)
    {
        CrSources Marked(RegionBlock block, CrSources sources)
        {
            foreach (HeadComparison mark in atHeads)
                sources = !mark.IsAsked && mark.Head == block ? sources.WithMark(mark.Field, mark.Comparison) : sources;
            return sources;
        }

        CrSources Asked(RegionBlock entry)
        {
            CrSources sources = CrSources.None;
            foreach (HeadComparison asked in atHeads)
                sources = asked.IsAsked && asked.Head == entry ? sources.With(asked.Field, asked.Comparison) : sources;
            return sources;
        }

        Dictionary<RegionBlock, CrSources> before = [];
        foreach (RegionBlock block in postorder)
            block.Sources = null;
        foreach (RegionBlock entry in entries)
            before[entry] = Marked(entry, Asked(entry));
        bool again = true;
        while (again)
        {
            again = false;
            for (int n = postorder.Count - 1; n >= 0; n--)
            {
                RegionBlock block = postorder[n];
                if (block.Sources is not null && block.Sources[0].Equals(before[block]))
                    continue;
                again = true;
                CrSources[] sources = block.Sources = new CrSources[block.Instructions.Length + 1];
                sources[0] = before[block];
                for (int i = 0; i < block.Instructions.Length; i++)
                    sources[i + 1] = sources[i].After(block.Instructions[i], block.Uses[i].Writes);
                foreach (RegionBlock successor in block.Successors)
                    before[successor] = Marked(
                        successor, before.TryGetValue(successor, out CrSources? known) ? known.Common(sources[^1]) : sources[^1]);
            }
        }
    }

    /// <summary>
    /// Backward until nothing changes. Wherever the region can be left, all that it may have changed is needed.
    /// </summary>
    public static void FindLiveness(List<RegionBlock> postorder)
    {
        foreach (RegionBlock block in postorder)
            block.LiveIn = block.LiveOut = 0;
        bool again = true;
        while (again)
        {
            again = false;
            foreach (RegionBlock block in postorder)
            {
                ulong live = LeavesRegion(block) ? block.ChangedAtEnd : 0;
                foreach (RegionBlock successor in block.Successors)
                    live |= successor.LiveIn | (successor.Order <= block.Order ? block.ChangedAtEnd : 0);
                block.LiveOut = live | block.Sources![^1].RegistersOf(live);
                live = Liveness(block, default);
                again |= live != block.LiveIn;
                block.LiveIn = live;
            }
        }
    }

    /// <summary>Whether some way out of the block is not a block of the region.</summary>
    private static bool LeavesRegion(RegionBlock block)
    {
        if (block.End == BlockEnd.Step)
            return true;
        if (block.End == BlockEnd.FallsThrough)
            return block.Successors.Count == 0;
        ref DecodedInstruction last = ref block.Instructions[^1];
        bool direct = last.Code is Op.B or Op.Bc;
        int ways = (last.MayFallThrough ? 1 : 0) + 1;

        // The two versions of a loop are two successors for one way.
        ways += block.Version is null ? 0 : 1;

        // A conditional branch to the next instruction has one successor for two ways; counting it as leaving only
        // keeps more alive.
        return !direct || block.Successors.Count < ways;
    }
}
