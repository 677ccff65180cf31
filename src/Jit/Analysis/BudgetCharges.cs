using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// Lets a block charge the budget for the next one too, where that follows it alone and is likelier than what else follows; another way out gives
/// back what it did not execute.
/// </summary>
internal static class BudgetCharges
{
    /// <summary>Fills in <see cref="RegionBlock.Ahead"/>.</summary>
    /// <param name="entries">Where the region can be entered: these charge for themselves.</param>
    /// <param name="blocks">The blocks of a region, whose loops are known.</param>
    public static void Join(List<RegionBlock> entries, List<RegionBlock> blocks)
    {
        foreach (RegionBlock block in blocks)
        {
            if (Likelier(block) is not { } next || next.Order <= block.Order || next.Predecessors.Count != 1 || entries.Contains(next))
                continue;
            block.Ahead = next;
            next.IsCharged = true;
        }
    }

    /// <summary>The only successor in the region, or the one of two that stays in the loop; null where none is or it is not known.</summary>
    private static RegionBlock? Likelier(RegionBlock block)
    {
        // A call, a return or a jump by a register goes where its target says, and a second version of a loop counts on its own.
        if (block.End == BlockEnd.Step || block.Version is not null || block.Callee is not null || block.Instructions[^1].Code is Op.Bclr or Op.Bcctr)
            return null;
        RegionBlock[] inLoop = [.. block.Successors.Where(next => next.JudgedLoop == block.JudgedLoop)];
        return block.Successors is [var only] ? only : block.JudgedLoop is not null && inLoop is [var one] ? one : null;
    }
}
