using PpcJit.Jit.Cold;

namespace PpcJit.Jit.Regions;

/// <summary>Orders the blocks of a region, bounds its paths, and finds which values are needed where.</summary>
internal static class RegionAnalysis
{
    /// <summary>Fills in what <see cref="RegionPlan"/> and its blocks promise.</summary>
    public static RegionPlan Complete(DecodedInstruction[] page, uint pageAddress, RegionBlock entry, IReadOnlyList<RegionBlock> blocks)
    {
        List<RegionBlock> postorder = Postorder(entry);
        for (int n = 0; n < postorder.Count; n++)
            postorder[n].Order = postorder.Count - n;

        // Successors come before their predecessors here, so each bound is known when it is needed; edges that close a loop are checked anew.
        foreach (RegionBlock block in postorder)
        {
            int behind = 0;
            foreach (RegionBlock successor in block.Successors)
                behind = Math.Max(behind, successor.Order > block.Order ? successor.Need : 0);
            block.Need = block.Instructions.Length + behind;
        }

        // A block that the size limit cut off from the entry is not part of the region.
        RegionBlock[] reachable = [.. blocks.Where(block => block.Order > 0)];
        ulong written = 0;
        foreach (RegionBlock block in reachable)
        {
            foreach (ref DecodedInstruction decoded in block.Instructions.AsSpan())
                written |= Resources.Of(decoded).Writes;
        }

        FindLiveness(postorder, written);
        return new RegionPlan(pageAddress, entry, reachable, written, page);
    }

    /// <summary>What is live before an instruction, from what is live after it.</summary>
    public static ulong LiveBefore(in DecodedInstruction decoded, ulong liveAfter, ulong written)
    {
        (ulong reads, ulong writes) = Resources.Of(decoded);
        return (liveAfter & ~writes) | reads | (Resources.MayExit(decoded.Code) ? written : 0);
    }

    private static List<RegionBlock> Postorder(RegionBlock entry)
    {
        List<RegionBlock> order = [];
        HashSet<RegionBlock> seen = [entry];
        Stack<(RegionBlock Block, int Next)> path = new([(entry, 0)]);
        while (path.TryPop(out (RegionBlock Block, int Next) top))
        {
            if (top.Next == top.Block.Successors.Count)
            {
                order.Add(top.Block);
                continue;
            }

            path.Push((top.Block, top.Next + 1));
            RegionBlock successor = top.Block.Successors[top.Next];
            if (seen.Add(successor))
                path.Push((successor, 0));
        }

        return order;
    }

    /// <summary>Backward until nothing changes. Wherever the region can be left, all that it may have written is needed.</summary>
    private static void FindLiveness(List<RegionBlock> postorder, ulong written)
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (RegionBlock block in postorder)
            {
                ulong live = LeavesRegion(block) ? written : 0;
                foreach (RegionBlock successor in block.Successors)
                    live |= successor.LiveIn | (successor.Order <= block.Order ? written : 0);
                block.LiveOut = live;
                for (int n = block.Instructions.Length - 1; n >= 0; n--)
                    live = LiveBefore(block.Instructions[n], live, written);
                changed |= live != block.LiveIn;
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
        bool direct = last.Code is ColdCode.B or ColdCode.Bc;
        int ways = (RegionFinder.MayFallThrough(last) ? 1 : 0) + 1;

        // A conditional branch to the next instruction has one successor for two ways; counting it as leaving only keeps more alive.
        return !direct || block.Successors.Count < ways;
    }
}
