using PpcJit.Jit.State;

namespace PpcJit.Jit;

/// <summary>What the fast engine has done.</summary>
public sealed class JitStatistics
{
    /// <summary>Regions installed.</summary>
    public long Regions { get; internal set; }

    /// <summary>Guest instructions in them.</summary>
    public long RegionInstructions { get; internal set; }

    /// <summary>Bytes of IL in them.</summary>
    public long IlBytes { get; internal set; }

    /// <summary>Host microseconds spent on compiling them, on whichever thread.</summary>
    public long CompileMicroseconds { get; internal set; }

    /// <summary>Compiled regions thrown away because their code had changed meanwhile.</summary>
    public long Stale { get; internal set; }

    /// <summary>How often all code was dropped because it had become too much.</summary>
    public long Generations { get; internal set; }

    /// <summary>Compile requests refused because the queue of the compiler was full.</summary>
    public long Refused { get; internal set; }

    /// <summary>Regions of a profile that were asked for at once.</summary>
    public long Profiled { get; internal set; }

    /// <summary>Regions of a profile that were passed over because other code is there now.</summary>
    public long StaleProfiles { get; internal set; }

    /// <summary>Entries of the cold tier.</summary>
    public long ColdRuns { get; internal set; }

    /// <summary>Guest instructions that the cold tier executed.</summary>
    public long ColdInstructions { get; internal set; }

    /// <summary>Guest instructions of loops that wait which were not executed one by one.</summary>
    public long SkippedInstructions { get; internal set; }

    /// <summary>How often regions and the cold tier came back to the dispatcher, by <see cref="ExitReason"/>.</summary>
    internal long[] Exits { get; } = new long[Enum.GetValues<ExitReason>().Length];

    /// <summary>All figures by name.</summary>
    public IEnumerable<(string Name, long Value)> Figures
    {
        get
        {
            yield return ("regions", Regions);
            yield return ("region instructions", RegionInstructions);
            yield return ("IL bytes", IlBytes);
            yield return ("compile microseconds", CompileMicroseconds);
            yield return ("stale regions", Stale);
            yield return ("code generations", Generations);
            yield return ("refused requests", Refused);
            yield return ("profiled regions", Profiled);
            yield return ("stale profiled regions", StaleProfiles);
            yield return ("cold runs", ColdRuns);
            yield return ("cold instructions", ColdInstructions);
            yield return ("skipped instructions", SkippedInstructions);
            foreach (ExitReason reason in Enum.GetValues<ExitReason>())
                yield return ($"exits {reason}", Exits[(int)reason]);
        }
    }
}
