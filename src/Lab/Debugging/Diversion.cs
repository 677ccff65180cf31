using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Debugging;

/// <summary>Where a run was left for a while, and what it was known to do there: see <see cref="Timeline.BeginDiversion"/>.</summary>
/// <param name="Start">The moment.</param>
/// <param name="Future">What the run does after it.</param>
public sealed record Diversion(Moment Start, MachineFuture Future);
