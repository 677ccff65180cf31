using PpcJit.Cli.Debugging;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing;

namespace PpcJit.Cli.Reports;

/// <summary>How a person wants a guest to be run and what about it they want to know.</summary>
/// <param name="Options">When the run ends and what is measured.</param>
/// <param name="Engine">Name of the engine.</param>
/// <param name="JitOptions">Switches of the jit.</param>
/// <param name="Profile">Where the jit's profile is kept; null for nowhere.</param>
/// <param name="WantsStatistics">Whether statistics are printed.</param>
/// <param name="JsonPath">File that receives everything; null for none.</param>
/// <param name="IsQuiet">Whether notices are suppressed.</param>
internal sealed record RunRequest(RunOptions Options, string Engine, JitOptions JitOptions, ProfileFile? Profile,
    bool WantsStatistics, string? JsonPath, bool IsQuiet)
{
    /// <summary>File that receives the run, to do it again; null for none.</summary>
    public string? SaveRunPath { get; init; }

    /// <summary>Which kernel the guest has: one of <see cref="KernelCatalog.All"/>.</summary>
    public string KernelName { get; init; } = KernelCatalog.Auto;

    /// <summary>Where the guest's serial ports go.</summary>
    public ConsolePlaces Consoles { get; init; } = new();

    /// <summary>What is to be seen of the whole run.</summary>
    public ObservationRequest Look { get; init; } = new();

    /// <summary>How the run is debugged; null when it is not.</summary>
    public DebugRequest? Debug { get; init; }

    /// <summary>Whether that file carries the images.</summary>
    public bool PacksImages { get; init; }

    /// <summary>Whether the monitor is opened where the guest dies.</summary>
    public bool OpensMonitorOnDeath { get; init; }

    /// <summary>What the monitor is to do when the run has ended.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Whether the guest's death is explained.</summary>
    public bool Explains { get; init; }

    /// <summary>File that receives the explanation as a page; null for none.</summary>
    public string? ExplanationPath { get; init; }

    /// <summary>Places whose values are followed back, as they were given.</summary>
    public IReadOnlyList<string> Followed { get; init; } = [];

    /// <summary>File that receives the chain of such a value as a page; null for none.</summary>
    public string? ChainPath { get; init; }

    /// <summary>The moment to which the guest is run; null for the end.</summary>
    public string? At { get; init; }

    /// <summary>File that receives the machine's state; null for none.</summary>
    public string? SaveStatePath { get; init; }

    /// <summary>File with the state in which the run begins; null for the board's own.</summary>
    public string? LoadStatePath { get; init; }

    /// <summary>Bytes that the checkpoints of the way back may take, and as much for what came from outside; null for what fits its use.</summary>
    public uint? HistoryBytes { get; init; }

    /// <summary>Gives the bounds of a run's history.</summary>
    /// <param name="isAsked">Whether somebody looks back, or will.</param>
    public TimelineOptions History(bool isAsked)
    {
        TimelineOptions usual = isAsked ? new TimelineOptions() : TimelineOptions.Quiet;
        return HistoryBytes is { } bytes ? usual with { MaxBytes = bytes, MaxInputBytes = bytes } : usual;
    }

    /// <summary>The files that are written, by option; null for those that are not.</summary>
    public IEnumerable<NamedFile> Outputs =>
    [
        NamedFile.Output("--json", JsonPath), NamedFile.Output("--jit-profile", Profile?.Path), NamedFile.Output("--save-run", SaveRunPath),
        NamedFile.Output("--save-state", SaveStatePath), .. Pages, .. Look.Files, .. Consoles.Outputs,
    ];

    /// <summary>Those of them that the monitor writes when the run has ended.</summary>
    public IEnumerable<NamedFile> Pages => [NamedFile.Output("--explain-html", ExplanationPath), NamedFile.Output("--html", ChainPath)];
}
