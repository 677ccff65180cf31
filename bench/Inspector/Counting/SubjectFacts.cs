namespace PpcJit.Inspector.Counting;

/// <summary>What the counted process says of a subject.</summary>
/// <param name="Name">The subject.</param>
/// <param name="Instructions">Guest instructions in all windows together.</param>
/// <param name="Cold">Those of them that the cold tier executed.</param>
/// <param name="Regions">The regions that there were at the end.</param>
internal sealed record SubjectFacts(string Name, ulong Instructions, ulong Cold, IReadOnlyList<RegionFacts> Regions);
