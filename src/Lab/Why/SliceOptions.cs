namespace PpcJit.Lab.Why;

/// <summary>How far a slice goes.</summary>
public sealed record SliceOptions
{
    /// <summary>Links from the value to what is farthest, those not counted that only move it.</summary>
    public int MaxDepth { get; init; } = 40;

    /// <summary>Links in all.</summary>
    public int MaxLinks { get; init; } = 400;

    /// <summary>Whether what the addresses of accesses were made from is followed too.</summary>
    public bool FollowsAddresses { get; init; }
}
