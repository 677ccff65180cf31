using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// Calls of functions in the same page, which the region has as well. Such a call is a branch inside of the region;
/// when the function returns, LR is compared with the return addresses of the calls that lead to it, and only for
/// another one the region is left. Registers stay in locals meanwhile.
/// </summary>
internal static class NearCalls
{
    /// <summary>
    /// A return compares LR with no more places than this. A boot of Linux (--jit-opt
    /// background=off,threshold=200,jump-cache=off) leaves its regions 697,150 times, with 16 as often; with 1 697,309 times.
    /// </summary>
    private const int MaxReturns = 4;

    /// <summary>
    /// Adds the calls inside of a region, and the ways back, to the successors of its blocks, which are connected
    /// otherwise.
    /// </summary>
    /// <param name="blocks">All blocks by address.</param>
    /// <param name="blockAt">The same by the index in the page of their first instruction.</param>
    /// <param name="pageAddress">Effective address of the page.</param>
    public static void Connect(List<RegionBlock> blocks, RegionBlock?[] blockAt, uint pageAddress)
    {
        foreach (RegionBlock call in blocks)
        {
            if (call.Instructions[^1].DirectTarget(pageAddress, call.Next - 1, call: true) is not (>= 0 and { } target))
                continue;
            call.Callee = blockAt[target];

            // A call of the next instruction only finds out where it is.
            if (call.Callee is { } function && target != call.Next && blockAt[call.Next] is { } after)
                AddReturns(function, after, blockAt);
        }

        // Not before, or the ways through functions would go on in their callers.
        foreach (RegionBlock block in blocks)
        {
            foreach (RegionBlock after in block.Returns)
                block.AddSuccessor(after);
            if (block.Callee is { } function)
                block.AddSuccessor(function);
        }
    }

    /// <summary>Lets the returns of a function go on after one more call.</summary>
    private static void AddReturns(RegionBlock function, RegionBlock after, RegionBlock?[] blockAt)
    {
        HashSet<RegionBlock> seen = [function];
        Stack<RegionBlock> left = new(seen);
        while (left.TryPop(out RegionBlock? block))
        {
            ref DecodedInstruction last = ref block.Instructions[^1];
            if (last.Code == Op.Bclr
                && !Field.Lk(last.Word) && block.Returns.Count < MaxReturns && !block.Returns.Contains(after))
                block.Returns.Add(after);
            foreach (RegionBlock successor in block.Successors)
            {
                if (seen.Add(successor))
                    left.Push(successor);
            }

            // What the function calls itself comes back to it.
            if (last.ComesBack && blockAt[block.Next] is { } next && seen.Add(next))
                left.Push(next);
        }
    }
}
