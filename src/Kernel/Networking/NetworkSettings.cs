using PpcJit.Kernel.Files;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Recording;

namespace PpcJit.Kernel.Networking;

/// <summary>Everything about the network of a run.</summary>
public sealed record NetworkSettings
{
    /// <summary>What each interface is connected to, the board's first one first.</summary>
    public IReadOnlyList<NetworkOptions> Interfaces { get; init; } = [];

    /// <summary>File of a run that was saved, or of a network recording, which takes the place of the other ends; null for none.</summary>
    public string? ReplayPath { get; init; }

    /// <summary>What came over the cables of a recorded run that is done again, by the interfaces' names; null for none.</summary>
    internal IReadOnlyDictionary<string, RecordedPort>? Recorded { get; init; }

    /// <summary>What is run, with which a replay is compared; null when only the board is known.</summary>
    public RunIdentity? Identity { get; init; }

    /// <summary>The files that are written.</summary>
    public IEnumerable<NamedFile> Outputs => Interfaces.Select(network => NamedFile.Output("--net pcap", network.CapturePath));
}
