namespace PpcJit.Jit.Analysis;

/// <summary>
/// Loops as compilers lay them out: a branch goes back, and what lies between its target and itself is the loop. A region that begins
/// in the middle of a loop has the same ones, whereas loops by order of a search from there reach far beyond.
/// </summary>
internal static class AddressLoops
{
    /// <summary>Lets accesses be judged by the innermost loop that has them.</summary>
    /// <param name="blocks">The blocks of a region, whose predecessors are known.</param>
    public static void Judge(List<RegionBlock> blocks)
    {
        foreach (RegionBlock block in blocks)
            block.JudgedLoop = block.Loops.MinBy(loop => loop.Count);
        foreach (RegionBlock closing in blocks)
        {
            foreach (RegionBlock head in closing.Successors)
            {
                if (head.First > closing.First || Body(head, closing) is not { } body)
                    continue;
                RegionLoop loop = new(body);
                foreach (RegionBlock block in body)
                {
                    if (block.JudgedLoop is null || block.JudgedLoop.Count > loop.Count)
                        block.JudgedLoop = loop;
                }
            }
        }
    }

    /// <summary>The blocks between two that are on ways from the one to the other; null where it is not closed that way.</summary>
    private static HashSet<RegionBlock>? Body(RegionBlock head, RegionBlock closing)
    {
        HashSet<RegionBlock> reached = Reached(head, block => block.Successors), body = Reached(closing, block => block.Predecessors);
        body.IntersectWith(reached);
        return body.Contains(head) && body.Contains(closing) ? body : null;

        HashSet<RegionBlock> Reached(RegionBlock from, Func<RegionBlock, List<RegionBlock>> next)
        {
            HashSet<RegionBlock> found = [from];
            Stack<RegionBlock> left = new(found);
            while (left.TryPop(out RegionBlock? block))
            {
                foreach (RegionBlock other in next(block))
                {
                    if (other.First >= head.First && other.Next <= closing.Next && found.Add(other))
                        left.Push(other);
                }
            }

            return found;
        }
    }
}
