using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Recording;

namespace PpcJit.Kernel.Networking;

/// <summary>Everything about the network of a run.</summary>
public sealed record NetworkSettings
{
    /// <summary>What each interface is connected to, the board's first one first.</summary>
    public IReadOnlyList<NetworkOptions> Interfaces { get; init; } = [];

    /// <summary>File that receives all that happens on the network and when; null for none.</summary>
    public string? RecordPath { get; init; }

    /// <summary>File that was written so, which takes the place of the other ends; null for none.</summary>
    public string? ReplayPath { get; init; }

    /// <summary>Whether there is a recording that the run writes or follows.</summary>
    public bool IsRecorded => RecordPath is not null || ReplayPath is not null;

    /// <summary>What is run, which a recording keeps and a replay is compared with; null when only the board is known.</summary>
    public RunIdentity? Identity { get; init; }
}
