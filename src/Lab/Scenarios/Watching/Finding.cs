using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Why.Explaining;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>Something that went wrong.</summary>
/// <param name="Check">Name of the check that found it.</param>
/// <param name="Cause">
/// What makes two findings the same fault, such as "lost-return-state: DataTlbMiss at external_entry+0x14". Holds no
/// counts and no values of a single run.
/// </param>
/// <param name="Summary">One sentence for people, in symbols, lwps and pages.</param>
/// <param name="Count">Instructions completed when it happened.</param>
/// <param name="Pc">Effective address of the instruction at fault.</param>
/// <param name="Wrong">What is wrong then, and is followed back for what led there.</param>
public sealed record Finding(string Check, string Cause, string Summary, ulong Count, uint Pc, WrongValue Wrong)
{
    /// <summary>What the check alone knows of what led there, the oldest first: what an allocator did, or what came again and again.</summary>
    public IReadOnlyList<CausalStep> Known { get; init; } = [];

    /// <summary>Instructions completed when it began to go wrong, as far as the check knows; null where it does not.</summary>
    public ulong? Since { get; init; }

    /// <summary>The moment at which what is wrong is in its place; null for where the run first comes to <see cref="Count"/>.</summary>
    public Moment? At { get; init; }
}

/// <summary>One step of what led to a finding.</summary>
/// <param name="Count">Instructions completed at that time.</param>
/// <param name="Pc">Effective address of the instruction.</param>
/// <param name="Text">What happened, for people.</param>
public readonly record struct CausalStep(ulong Count, uint Pc, string Text);
