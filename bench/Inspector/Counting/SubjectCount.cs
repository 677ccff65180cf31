namespace PpcJit.Inspector.Counting;

/// <summary>Host instructions that were executed in the windows of a subject.</summary>
/// <param name="Name">The subject.</param>
/// <param name="Instructions">Guest instructions that regions executed.</param>
/// <param name="Cold">Guest instructions that the cold tier executed.</param>
/// <param name="Outside">Host instructions outside of regions; it takes some thousands to begin and end a window.</param>
/// <param name="Regions">The regions, by falling number of host instructions.</param>
internal sealed record SubjectCount(string Name, ulong Instructions, ulong Cold, long Outside, IReadOnlyList<RegionCount> Regions)
{
    /// <summary>Host instructions in regions.</summary>
    public long Host => Regions.Sum(region => region.Host);

    /// <summary>Host instructions for each guest instruction.</summary>
    public double HostPerGuest => (double)Host / Instructions;

    /// <summary>Host instructions of a class for each guest instruction.</summary>
    public double PerGuest(HostClass one) => (double)Regions.Sum(region => region.Classes[one]) / Instructions;

    /// <summary>Puts together what the tracer and the process know.</summary>
    public static SubjectCount Of(SubjectFacts facts, Dictionary<ulong, long> visits)
    {
        RegionCount[] regions = [.. facts.Regions.Select(region => RegionCount.Of(region, visits)).Where(region => region.Host > 0)
            .OrderByDescending(region => region.Host).ThenBy(region => region.Address)];
        return new SubjectCount(facts.Name, facts.Instructions - facts.Cold, facts.Cold, visits.Values.Sum(), regions);
    }
}
