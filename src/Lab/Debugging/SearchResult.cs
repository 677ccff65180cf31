using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging;

/// <summary>How a search through a run ended.</summary>
/// <param name="Hit">What was found; null when nothing was.</param>
/// <param name="Reason">
/// Why the machine stopped without a hit; <see cref="StopReason.None"/> when it came to where the search was to end,
/// <see cref="StopReason.Requested"/> when the search was cancelled or somebody else stopped the machine.
/// </param>
public sealed record SearchResult(Hit? Hit, StopReason Reason);
