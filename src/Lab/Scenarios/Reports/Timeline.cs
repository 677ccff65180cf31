namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>What happened around a finding: events, and which pages of stacks were in the TLB.</summary>
/// <param name="Events">The events, the oldest first.</param>
/// <param name="Pages">The pages of the u-areas that took part.</param>
public sealed record Timeline(IReadOnlyList<TimelineEvent> Events, IReadOnlyList<TimelinePage> Pages);

/// <summary>One event.</summary>
/// <param name="Count">Instructions completed.</param>
/// <param name="Kind">Name of its kind: an exception's, or what else it is.</param>
/// <param name="Place">The instruction's address in terms of symbols.</param>
/// <param name="Text">What happened.</param>
/// <param name="StackPointer">r1 at that time.</param>
/// <param name="Depth">How many exceptions had been entered and not left, this one included.</param>
public sealed record TimelineEvent(ulong Count, string Kind, string Place, string Text, uint StackPointer, int Depth);

/// <summary>A page and when it was in the TLB.</summary>
/// <param name="Address">Effective address of its first byte.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Name">Whose it is, and which part.</param>
/// <param name="Present">Indexes of events from which, and up to which, an entry mapped it.</param>
public sealed record TimelinePage(uint Address, uint Size, string Name, IReadOnlyList<IndexRange> Present);

/// <summary>A run of indexes.</summary>
/// <param name="From">The first one.</param>
/// <param name="To">The one past the last.</param>
public readonly record struct IndexRange(int From, int To);
