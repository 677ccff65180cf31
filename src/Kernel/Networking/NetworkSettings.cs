using PpcJit.Kernel.Networking.Backends;

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
}
