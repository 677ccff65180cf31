using PpcJit.Jit.Settings;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>How much is fuzzed, and what.</summary>
public sealed record FuzzOptions
{
    /// <summary>Everything random follows from this number.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Index of the first program; programs before it are skipped.</summary>
    public ulong FirstProgram { get; init; }

    /// <summary>Most cases; a case is a program from one state.</summary>
    public ulong Cases { get; init; } = 100_000;

    /// <summary>Host time after which the run ends; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Only programs of this kind; null for all in turn.</summary>
    public FuzzGroup? Only { get; init; }

    /// <summary>States in which each program is started; they share its compiled regions.</summary>
    public int StatesPerProgram { get; init; } = 64;

    /// <summary>Distance between a program's states that are run step by step to see what it exercises.</summary>
    public int TraceEvery { get; init; } = 16;

    /// <summary>Settings of the fast engine, which take turns.</summary>
    public IReadOnlyList<JitOptions> Settings { get; init; } = StandardSettings;

    /// <summary>Asked again and again whether the run shall end before its time; null for never.</summary>
    public Func<bool>? EndRequested { get; init; }

    /// <summary>Creates the engine under test; null for the fast engine.</summary>
    public Func<Processor, JitOptions, IEngine>? CreateCandidate { get; init; }

    /// <summary>
    /// The settings that take turns by default: eager compilation with all switches on, small regions, no regions at all, and without what changes
    /// most of the code of a region.
    /// </summary>
    public static IReadOnlyList<JitOptions> StandardSettings { get; } =
    [
        new JitOptions { Background = false, Threshold = 2 },
        new JitOptions { Background = false, Threshold = 2, RegionSize = 7 },
        new JitOptions { Background = false, Regions = false },
        new JitOptions
        {
            Background = false, Threshold = 3, FuseCompare = false, DeadValues = false, AccessGroups = false, WideAddresses = false,
            NearJumps = false, AlignedChecks = false, TablesAside = false, FollowSteps = false, AskEntries = false, MarkCr = false,
            LongSweeps = false, BlockMoves = false, LinearRanges = false, InnerLoops = false, OuterEntries = false, CompareCarries = false,
            SkipIdle = false, JoinedCharges = false,
        },
    ];

    /// <summary>Eager compilation with one switch the other way than usual: a setting for each of them.</summary>
    public static IReadOnlyList<JitOptions> EachSwitchAlone { get; } = [.. JitOptions.SwitchNames.Select(Toggled)];

    private static JitOptions Toggled(string name)
    {
        JitOptions usual = new() { Background = false, Threshold = 2 };
        return usual.TryApply($"{name}=off", out JitOptions toggled) && toggled != usual ? toggled
            : usual.TryApply($"{name}=on", out toggled) ? toggled
            : throw new InvalidOperationException($"{name} is no switch.");
    }
}

/// <summary>What a fuzzing run did.</summary>
/// <param name="Cases">How many cases were run.</param>
/// <param name="Programs">How many programs.</param>
/// <param name="Instructions">Instructions executed on the oracle.</param>
/// <param name="HostTime">How long it took.</param>
/// <param name="Failure">The first case in which the engines differ; null when there was none.</param>
public sealed record FuzzResult(ulong Cases, ulong Programs, ulong Instructions, TimeSpan HostTime, FuzzFailure? Failure);

/// <summary>A case in which the engines differ.</summary>
/// <param name="Program">Index of the program.</param>
/// <param name="State">Index of the state in which it was started.</param>
/// <param name="Setting">Setting of the fast engine.</param>
/// <param name="Case">The case.</param>
/// <param name="Differences">What differed when it was found.</param>
/// <param name="IsRepeatable">Whether it also fails on fresh machines; if not, it needs the states that were run before it.</param>
public sealed record FuzzFailure(ulong Program, int State, JitOptions Setting, Cases.TestCase Case,
    IReadOnlyList<StateDifference> Differences, bool IsRepeatable);
