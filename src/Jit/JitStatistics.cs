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

    /// <summary>Compiled regions thrown away because their code had changed meanwhile.</summary>
    public long Stale { get; internal set; }

    /// <summary>Wishes refused because the queue of the compiler was full.</summary>
    public long Refused { get; internal set; }

    /// <summary>Instructions left to the interpreter.</summary>
    public long Steps { get; internal set; }

    /// <summary>Entries of the cold tier.</summary>
    public long ColdRuns { get; internal set; }
}
