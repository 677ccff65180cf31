namespace PpcJit.Inspector.Counting;

/// <summary>Which parts of a run are counted, in guest instructions: several short windows see all phases of a program.</summary>
/// <param name="WarmUp">Instructions before the first window, so that what is hot is compiled.</param>
/// <param name="Count">So many windows.</param>
/// <param name="Length">Instructions in a window.</param>
/// <param name="Gap">Instructions between two windows, which run at full speed.</param>
internal sealed record WindowPlan(ulong WarmUp, int Count, ulong Length, ulong Gap)
{
    /// <summary>For loops of a few instructions.</summary>
    public static WindowPlan Loop { get; } = new(500_000, 1, 2000, 0);

    /// <summary>For programs whose rounds take up to some two million instructions.</summary>
    public static WindowPlan Program { get; } = new(60_000_000, 6, 3000, 1_017_003);

    /// <summary>For programs that are outside of regions most of the time, where a window takes long.</summary>
    public static WindowPlan Outside { get; } = new(60_000_000, 4, 800, 1_017_003);

    /// <summary>For programs that a booted Linux starts.</summary>
    public static WindowPlan Booted { get; } = new(400_000_000, 6, 3000, 3_317_003);
}
