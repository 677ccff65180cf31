namespace PpcJit.Lab.Why;

/// <summary>What cut a slice off.</summary>
[Flags]
public enum SliceCut
{
    /// <summary>Nothing: all was followed.</summary>
    None = 0,

    /// <summary>There are links deeper than <see cref="SliceOptions.MaxDepth"/>.</summary>
    Depth = 1,

    /// <summary>There are more links than <see cref="SliceOptions.MaxLinks"/>.</summary>
    Links = 2,

    /// <summary>The time was up, or somebody gave up.</summary>
    Time = 4,
}
