namespace PpcJit.Inspector.Counting;

/// <summary>Host instructions that were executed in a region.</summary>
/// <param name="Address">Guest's effective address of its first instruction.</param>
/// <param name="Host">How many.</param>
/// <param name="Classes">How many of each class.</param>
internal sealed record RegionCount(uint Address, long Host, IReadOnlyDictionary<HostClass, long> Classes)
{
    /// <summary>Counts.</summary>
    /// <param name="region">The region.</param>
    /// <param name="visits">How often each host address was executed; those of the region are taken out.</param>
    public static RegionCount Of(RegionFacts region, Dictionary<ulong, long> visits)
    {
        IReadOnlyList<Iced.Intel.Instruction> code = HostClassifier.Decode(region.Code, region.Start);
        HostClass[] classes = HostClassifier.Classify(code);
        Dictionary<HostClass, long> sums = Enum.GetValues<HostClass>().ToDictionary(one => one, _ => 0L);
        for (int n = 0; n < code.Count; n++)
        {
            if (visits.Remove(code[n].IP, out long times))
                sums[classes[n]] += times;
        }

        return new RegionCount(region.Address, sums.Values.Sum(), sums);
    }
}
