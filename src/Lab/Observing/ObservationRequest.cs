using PpcJit.Kernel.Files;
using PpcJit.Lab.Observing.Latency;
using PpcJit.Lab.Observing.Logs;

namespace PpcJit.Lab.Observing;

/// <summary>What a person wants to see of a whole run.</summary>
public sealed record ObservationRequest
{
    /// <summary>What is logged; null for nothing.</summary>
    public LogRequest? Log { get; init; }

    /// <summary>What is printed where.</summary>
    public IReadOnlyList<string> Prints { get; init; } = [];

    /// <summary>Places that are counted, with commas between them; null for none.</summary>
    public string? Count { get; init; }

    /// <summary>Files that receive a profile, whose endings say the form.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Files that receive a timeline, whose endings say the form.</summary>
    public IReadOnlyList<string> Timelines { get; init; } = [];

    /// <summary>Files that receive the coverage, whose endings say the form.</summary>
    public IReadOnlyList<string> Coverage { get; init; } = [];

    /// <summary>Whether coverage is taken though no file receives it.</summary>
    public bool TakesCoverage { get; init; }

    /// <summary>Whether latencies are measured.</summary>
    public bool MeasuresLatency { get; init; }

    /// <summary>Files that receive the latencies, whose endings say the form.</summary>
    public IReadOnlyList<string> LatencyFiles { get; init; } = [];

    /// <summary>A report of latencies that they are compared with; null for none.</summary>
    public string? ComparedLatency { get; init; }

    /// <summary>Latencies that were measured just now, which they are compared with; null for none.</summary>
    public LatencyReport? ComparedReport { get; init; }

    /// <summary>Whether nothing is asked for.</summary>
    public bool IsEmpty => Log is null && Count is null && !MeasuresLatency && !TakesCoverage && Prints.Count + Profiles.Count + Timelines.Count
        + Coverage.Count == 0;

    /// <summary>The files that are read and written.</summary>
    public IEnumerable<NamedFile> Files =>
    [
        NamedFile.Input("--compare", ComparedLatency), NamedFile.Output("--log-file", Log?.Path),
        .. Profiles.Select(path => NamedFile.Output("--profile", path)), .. Timelines.Select(path => NamedFile.Output("--timeline", path)),
        .. Coverage.Select(path => NamedFile.Output("--coverage", path)), .. LatencyFiles.Select(path => NamedFile.Output("--latency", path)),
    ];
}
