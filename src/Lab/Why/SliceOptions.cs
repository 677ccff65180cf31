namespace PpcJit.Lab.Why;

/// <summary>How far a slice goes.</summary>
public sealed record SliceOptions
{
    /// <summary>Most links one after the other that somebody may ask for.</summary>
    public const int DeepestDepth = 10_000;

    /// <summary>Seconds after which a question is given up, where nothing else is said, and at most.</summary>
    public const int UsualSeconds = 60, MostSeconds = 100_000;

    /// <summary>Links from the value to what is farthest, those not counted that only move it.</summary>
    public int MaxDepth { get; init; } = 40;

    /// <summary>Links in all.</summary>
    public int MaxLinks { get; init; } = 400;

    /// <summary>Whether what the addresses of accesses were made from is followed too, and the TLB entries by which they found their pages.</summary>
    public bool FollowsAddresses { get; init; }

    /// <summary>Whether the branches are followed too that decided that an instruction ran.</summary>
    public bool FollowsControl { get; init; }

    /// <summary>Whether each link keeps what the machine looked like at its moment.</summary>
    public bool KeepsStates { get; init; }
}
