namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>Something that went wrong, explained.</summary>
/// <param name="Check">Name of the check that found it.</param>
/// <param name="Cause">
/// What makes two findings the same fault, such as "lost-return-state: DataTlbMiss at external_entry+0x14". Holds no
/// counts and no values of a single run.
/// </param>
/// <param name="Summary">One sentence for people, in symbols, lwps and pages.</param>
/// <param name="Count">Instructions completed when it happened.</param>
/// <param name="Pc">Effective address of the instruction at fault.</param>
/// <param name="Chain">What led there, the oldest first.</param>
public sealed record Finding(string Check, string Cause, string Summary, ulong Count, uint Pc, IReadOnlyList<CausalStep> Chain);

/// <summary>One step of what led to a finding.</summary>
/// <param name="Count">Instructions completed at that time.</param>
/// <param name="Pc">Effective address of the instruction.</param>
/// <param name="Text">What happened, for people.</param>
public readonly record struct CausalStep(ulong Count, uint Pc, string Text);
