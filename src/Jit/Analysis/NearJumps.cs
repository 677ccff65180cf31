using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// The places in the same page to which a bcctr was seen to go, as those of a switch statement: to go there, no region is
/// left. Which bcctr went to a place is not kept: a page seldom has two that are near each other.
/// </summary>
internal static class NearJumps
{
    /// <summary>Words between a bcctr and the farthest place that it is taken to go to: a quarter of a page.</summary>
    private const int MaxDistance = CodePage.Words / 4;

    /// <summary>Most places; each of them is a way out of the block, and more alive for all others.</summary>
    private const int MaxTargets = 64;

    /// <summary>Where an instruction of a page may go by CTR, as indices in the page.</summary>
    public static IEnumerable<int> TargetsOf(DecodedInstruction[] page, int word)
    {
        if (page[word].Code != Op.Bcctr || Field.Lk(page[word].Word))
            yield break;
        int found = 0;
        for (int target = Math.Max(0, word - MaxDistance); target < Math.Min(CodePage.Words, word + MaxDistance) && found < MaxTargets; target++)
        {
            if (!page[target].IsJumpTarget)
                continue;
            found++;
            yield return target;
        }
    }

    /// <summary>Adds the places to the successors of the blocks that end so.</summary>
    /// <param name="page">The page's decoded instructions.</param>
    /// <param name="blocks">All blocks by address.</param>
    /// <param name="blockAt">The same by the index in the page of their first instruction.</param>
    public static void Connect(DecodedInstruction[] page, List<RegionBlock> blocks, RegionBlock?[] blockAt)
    {
        foreach (RegionBlock block in blocks)
        {
            foreach (int word in TargetsOf(page, block.Next - 1))
            {
                if (blockAt[word] is not { } target)
                    continue;
                block.JumpTargets.Add(target);
                block.AddSuccessor(target);
            }
        }
    }
}
