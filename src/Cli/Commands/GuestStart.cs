using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary>A guest that stands at its first instruction, and where it comes from.</summary>
/// <param name="Board">The machine with the guest in its memory.</param>
/// <param name="Guest">What was loaded.</param>
/// <param name="Start">What makes it the same run as another.</param>
/// <param name="Network">The cables that are plugged in; null for none.</param>
internal sealed record GuestStart(Board Board, LoadedGuest Guest, RunStart Start, GuestNetwork? Network)
{
    /// <summary>What was booted.</summary>
    public required BootOptions Options { get; init; }

    /// <summary>The arguments that boot the same again, as a shell takes them.</summary>
    public string Again { get; init; } = "";

    /// <summary>The state in which the run begins; null for the first instruction.</summary>
    public StateFile? State { get; init; }

    /// <summary>The file behind the board's flash; null for none.</summary>
    public FlashFile? Flash { get; init; }

    /// <summary>The file behind the board's disk; null for none.</summary>
    public DiskFile? Disk { get; init; }

    /// <summary>The run that is done again; null for a new one.</summary>
    public RunFile? Recorded { get; init; }

    /// <summary>Where that run comes from.</summary>
    public string RecordedPath { get; init; } = "";

    /// <summary>Where the guest's kernel gave up in that run; null when it did not, or when the run has not been done.</summary>
    public Moment? Panic { get; init; }

    /// <summary>Gives the names that a person may use for places and values of the guest.</summary>
    /// <param name="kernelName">Which kernel it has: one of <see cref="KernelCatalog.All"/>.</param>
    /// <exception cref="InputException">It lacks that kernel's symbols.</exception>
    public DebugNames Names(string kernelName)
    {
        DebugNames names = GuestNames.Of(Board, Guest, Options, kernelName);
        foreach (NamedMoment finding in Recorded?.Findings ?? [])
            names.Findings[finding.Name] = names.Findings["finding"] = finding.At;
        return names;
    }

    /// <summary>Describes the run of a machine that began here.</summary>
    public RunFile Describe(GuestMachine machine, RunOptions options)
    {
        RunFile run = RunFile.Of(machine, Start, options);
        return Recorded is null ? run : run with { Facts = Recorded.Facts, Findings = Recorded.Findings };
    }
}
