using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Differential;

/// <summary>What runs in lockstep, and how closely it is compared.</summary>
public sealed record LockstepOptions
{
    /// <summary>Creates a board with the guest loaded; each call gives a machine in the same state.</summary>
    public required Func<Board> CreateBoard { get; init; }

    /// <summary>
    /// Switches of the fast engine. With its background thread the runs are not repeatable to the last region, so it is
    /// off unless it is to be tested.
    /// </summary>
    public JitOptions Jit { get; init; } = new() { Background = false };

    /// <summary>Creates the engine under test; null for the fast engine.</summary>
    public Func<Processor, JitOptions, IEngine>? CreateCandidate { get; init; }

    /// <summary>Instructions between two comparisons.</summary>
    public ulong Checkpoint { get; init; } = 5_000_000;

    /// <summary>The run ends at this count; by default when the guest resets or stops.</summary>
    public ulong MaxInstructions { get; init; } = ulong.MaxValue;

    /// <summary>Receives what the guest transmits.</summary>
    public Action<byte>? Console { get; init; }

    /// <summary>Receives what the runner does, in sentences.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>Makes text of a region that contains the wrong instruction, for the report; null for no such text.</summary>
    public Func<CompiledRegion, string>? DescribeRegion { get; init; }

    /// <summary>Gives the names of the guest's code, for reports; null for none.</summary>
    public Func<SymbolTable?>? Symbols { get; init; }

    /// <summary>Gives the name of the lwp or task that runs in a machine; null for nobody who could.</summary>
    public Func<Board, string?>? Running { get; init; }

    /// <summary>Asked again and again whether the run shall end before its time; null for never.</summary>
    public Func<bool>? EndRequested { get; init; }

    /// <summary>Told of a difference while the oracle stands at the first count at which there is one; null for nobody.</summary>
    public Action<GuestMachine, Divergence>? Diverged { get; init; }

    internal IEngine CreateEngine(Processor processor, JitOptions options) => CreateCandidate?.Invoke(processor, options)
        ?? new JitEngine(processor, options);
}
