using PpcJit.Jit.Settings;
using PpcJit.Lab.Differential.Fuzzing;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Differential.Hostile;

/// <summary>How many hostile guests run, and which.</summary>
public sealed record HostileOptions
{
    /// <summary>Everything random follows from this number.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of the first guest.</summary>
    public ulong First { get; init; }

    /// <summary>How many guests.</summary>
    public ulong Guests { get; init; } = 1000;

    /// <summary>Most instructions that a guest runs.</summary>
    public ulong Longest { get; init; } = 60_000;

    /// <summary>Settings of the fast engine, which take turns when all boards have had one.</summary>
    public IReadOnlyList<JitOptions> Settings { get; init; } = FuzzOptions.StandardSettings;

    /// <summary>Asked before each guest whether the run shall end before its time; null for never.</summary>
    public Func<bool>? EndRequested { get; init; }

    /// <summary>Creates the engine under test; null for the fast engine.</summary>
    public Func<Processor, JitOptions, IEngine>? CreateCandidate { get; init; }
}

/// <summary>What a run of hostile guests did.</summary>
/// <param name="Guests">How many ran.</param>
/// <param name="Instructions">Instructions on the oracle.</param>
/// <param name="Exceptions">Exceptions on the oracle.</param>
/// <param name="Regions">Regions that the fast engine compiled.</param>
/// <param name="HostTime">How long it took.</param>
/// <param name="Failure">The first guest on which the engines differ; null when there was none.</param>
public sealed record HostileResult(ulong Guests, ulong Instructions, ulong Exceptions, long Regions, TimeSpan HostTime, HostileFailure? Failure);

/// <summary>A guest on which the engines differ.</summary>
/// <param name="Guest">Its number.</param>
/// <param name="Board">Its board.</param>
/// <param name="Setting">Setting of the fast engine.</param>
/// <param name="Agreed">The count at which the engines still agreed.</param>
/// <param name="Count">The count at which they differ.</param>
/// <param name="Differences">What differs there.</param>
/// <param name="Divergence">The first wrong instruction; null when the difference cannot be repeated from <paramref name="Agreed"/>.</param>
public sealed record HostileFailure(
    ulong Guest, string Board, JitOptions Setting, ulong Agreed, ulong Count, IReadOnlyList<StateDifference> Differences, Divergence? Divergence)
{
    /// <summary>Gives the report: where, what differs, and how to repeat it.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="options">Other options of the run that decide what is run, as on the command line, each after a space.</param>
    public string Report(ulong seed, string options)
    {
        System.Text.StringBuilder text = new();
        text.Append($"\nThe engines differ: seed {seed}, hostile guest {Guest} on {Board}, between the counts {Agreed} and {Count}, {Setting}\n");
        text.Append($"To repeat: ppcjit fuzz --guests 1 --seed {seed} --first {Guest}{options}\n");
        if (Divergence is not null)
            return text.Append($"\n{DivergenceReport.Of(Divergence)}").ToString();
        text.Append("From the last count at which they agreed they do not differ: it needs what the engine ran before.\n");
        foreach (StateDifference difference in Differences)
            text.Append($"{difference}\n");
        return text.ToString();
    }
}
