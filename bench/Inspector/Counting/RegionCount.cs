using PpcJit.Inspector.Sampling;

namespace PpcJit.Inspector.Counting;

/// <summary>Host instructions that were executed in a region.</summary>
/// <param name="Address">Guest's effective address of its first instruction.</param>
/// <param name="Host">How many.</param>
/// <param name="Classes">How many of each class.</param>
/// <param name="Code">Its instructions, and how often each was executed.</param>
internal sealed record RegionCount(
    uint Address, long Host, IReadOnlyDictionary<HostClass, long> Classes, IReadOnlyList<CountedInstruction> Code)
{
    /// <summary>Counts.</summary>
    /// <param name="region">The region.</param>
    /// <param name="visits">How often each host address was executed; those of the region are taken out.</param>
    public static RegionCount Of(RegionFacts region, Dictionary<ulong, long> visits)
    {
        IReadOnlyList<Iced.Intel.Instruction> code = HostClassifier.Decode(region.Code, region.Start);
        HostClass[] classes = HostClassifier.Classify(code);
        Dictionary<HostClass, long> sums = Enum.GetValues<HostClass>().ToDictionary(one => one, _ => 0L);
        List<CountedInstruction> counted = [];
        IReadOnlyList<HostInstruction> lines = NativeListing.Of(region.Code, region.Start, []);
        for (int n = 0; n < code.Count; n++)
        {
            if (visits.Remove(code[n].IP, out long times))
                sums[classes[n]] += times;
            counted.Add(new CountedInstruction(lines[n].Offset, lines[n].Text, classes[n], times));
        }

        return new RegionCount(region.Address, sums.Values.Sum(), sums, counted);
    }
}

/// <summary>A host instruction of a region.</summary>
/// <param name="Offset">Bytes from the region's first one.</param>
/// <param name="Text">The assembler text.</param>
/// <param name="Class">What it is for.</param>
/// <param name="Times">How often it was executed.</param>
internal sealed record CountedInstruction(int Offset, string Text, HostClass Class, long Times);
