using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Differential;

/// <summary>Closes in on the first wrong instruction between a start at which two engines agree and a count at which they differ.</summary>
internal sealed class DivergenceFinder(
    Replay replay, Board oracle, Board candidate, Action<string>? progress, Func<CompiledRegion, string>? describeRegion = null)
{
    private const int TraceLength = 64;

    private readonly List<string> _notes = [];

    /// <summary>Finds the divergence.</summary>
    /// <param name="wrong">A count at which the engines differ when run from the start.</param>
    public Divergence Find(ulong wrong)
    {
        progress?.Invoke($"Bisecting between {replay.Start} and {wrong} ...");
        ulong first = replay.FirstDifference(replay.Start, wrong);
        (Replay smallest, ulong firstWrong) = ShrinkRegions(first);
        TrySwitches(smallest, firstWrong);
        return Describe(smallest, firstWrong);
    }

    /// <summary>Looks for the smallest regions with which the engines still differ: then the wrong instruction is nearly the last one.</summary>
    private (Replay Replay, ulong FirstWrong) ShrinkRegions(ulong first)
    {
        foreach (int size in (ReadOnlySpan<int>)[1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128])
        {
            if (size >= replay.Options.RegionSize)
                break;
            Replay smaller = replay.With(replay.Options with { RegionSize = size });
            if (!smaller.DiffersAt(first))
                continue;

            // The engines differ for the first time at the end of a way through the faulty region.
            ulong way = 2 * (ulong)replay.Options.RegionSize;
            ulong equal = first > replay.Start + way ? first - way : replay.Start;
            if (smaller.DiffersAt(equal))
                equal = replay.Start;
            ulong nearer = smaller.FirstDifference(equal, first);
            _notes.Add($"The difference stays with regions of at most {size} instructions.");
            return (smaller, nearer);
        }

        _notes.Add("The difference goes away with smaller regions.");
        return (replay, first);
    }

    private void TrySwitches(Replay smallest, ulong firstWrong)
    {
        foreach (string name in JitOptions.SwitchNames.Where(name => name != "background"))
        {
            if (!smallest.Options.TryApply($"{name}=off", out JitOptions without))
                continue;
            bool stays = smallest.With(without).DiffersAt(firstWrong);
            _notes.Add($"With {name}=off the difference {(stays ? "stays" : "goes away")}.");
        }
    }

    private Divergence Describe(Replay smallest, ulong firstWrong)
    {
        smallest.DiffersAt(firstWrong);
        IReadOnlyList<StateDifference> differences = StateComparer.Compare(oracle, candidate);
        string expected = MachineText.Of(oracle);
        string actual = MachineText.Of(candidate);

        ulong from = Math.Max(smallest.Start, firstWrong > TraceLength ? firstWrong - TraceLength : 0);
        smallest.OracleTo(from);
        IReadOnlyList<TracedInstruction> trace = OracleTrace.Run(oracle, firstWrong, TraceLength);
        int suspect = Suspect(trace, differences);
        ulong before = suspect >= 0 ? trace[suspect].Count : firstWrong - 1;
        string? region = describeRegion is not null && trace.Count > 0
            ? smallest.DescribeRegion(firstWrong, trace[Math.Max(suspect, 0)].Address, describeRegion)
            : null;
        smallest.OracleTo(before);
        return new Divergence(firstWrong - 1, firstWrong, differences, trace, suspect, MachineText.Of(oracle), expected, actual, _notes, region);
    }

    /// <summary>The last instruction that changed a register that differs now.</summary>
    private static int Suspect(IReadOnlyList<TracedInstruction> trace, IReadOnlyList<StateDifference> differences)
    {
        uint registers = 0;
        bool condition = false;
        foreach (StateDifference difference in differences)
        {
            if (difference.Name[0] == 'r' && int.TryParse(difference.Name.AsSpan(1), out int number))
                registers |= 1u << number;
            condition |= difference.Name == "cr";
        }

        for (int n = trace.Count - 1; n >= 0; n--)
        {
            if ((trace[n].Written & registers) != 0 || (condition && trace[n].CrWritten != 0))
                return n;
        }

        return trace.Count - 1;
    }
}
