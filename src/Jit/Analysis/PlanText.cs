namespace PpcJit.Jit.Analysis;

/// <summary>A region's plan for people: a line for each block, with what the analysis found.</summary>
internal static class PlanText
{
    /// <summary>The lines, in the order of the blocks. Places are offsets in the page.</summary>
    public static IReadOnlyList<string> Of(RegionPlan plan) => [.. plan.Blocks.Select(block => string.Join(' ', Facts(plan, block)))];

    private static IEnumerable<string> Facts(RegionPlan plan, RegionBlock block)
    {
        yield return $"block {4 * block.First:x3} length {block.Instructions.Length}";
        if (plan.Entries.Contains(block))
            yield return "entry";
        if (block.Loop is not null)
            yield return "in-loop";
        yield return $"longest-path {block.LongestPath}";
        if (block.Ahead is { } ahead)
            yield return $"charges {block.Charged} with {4 * ahead.First:x3}";
        yield return $"ends {block.End}";
        yield return $"to {string.Join(',', block.Successors.Select(successor => $"{4 * successor.First:x3}"))}";
        yield return $"live-in {Names(block.LiveIn)}";
        yield return $"changed {Names(block.ChangedAtEnd)}";
        for (int n = 0; n < block.Instructions.Length; n++)
        {
            if (block.GroupOf(n) is { } access && !block.IsFoundBefore(n))
                yield return $"group {4 * (block.First + n):x3} accesses {access.Group.Count} bytes {access.Group.Span}"
                    + (access.Group.IsStore ? " to store" : "");
        }

        if (block.JumpTargets.Count > 0)
            yield return $"jumps-to {string.Join(',', block.JumpTargets.Select(target => $"{4 * target.First:x3}"))}";
        if (block.Callee is { } callee)
            yield return $"calls {4 * callee.First:x3}";
        if (block.Returns.Count > 0)
            yield return $"returns-to {string.Join(',', block.Returns.Select(after => $"{4 * after.First:x3}"))}";
        if (block.Version is { } version)
            yield return $"unchecked {string.Join(',', version.Bases.Select(stepped => $"{stepped.Address.NameOf("")}+{stepped.Step}"))}"
                + (version.Move is { } move ? $" moves {move.Target.Step}" : "");
    }

    private static string Names(ulong resources) =>
        string.Join(',', Enumerable.Range(0, Resources.Count).Where(n => ((resources >> n) & 1) != 0).Select(Resources.NameOf));
}
