using System.Diagnostics;
using PpcJit.Jit;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Settings;
using PpcJit.Scaling.Guests;
using PpcJit.Scaling.Reports;

namespace PpcJit.Scaling.Sweeps;

/// <summary>
/// Lets many functions become hot at the same moment, with the settings that people have, and looks when which share of
/// them runs in regions. As all are called equally often, that is also the share of their instructions.
/// </summary>
internal static class QueueSweep
{
    /// <summary>Short name.</summary>
    public const string Name = "queue";

    /// <summary>The loop that calls the functions is a place too.</summary>
    private const int LoopPlaces = 1;

    /// <summary>Instructions between two looks.</summary>
    private const ulong Look = 100_000;

    private static readonly (string Name, double Share)[] Shares = [("50 %", 0.5), ("90 %", 0.9), ("99 %", 0.99)];

    /// <summary>Runs the sweep.</summary>
    public static Sweep Run(IReadOnlyList<int> sizes, SweepSettings settings)
    {
        Curve[] reached = [.. Shares.Select(share => new Curve(share.Name, $"{share.Name} run in regions"))];
        Curve first = new("first", "the first runs in a region"), compiling = new("compiling", "compiling alone");
        Curve longest = new("longest", "longest queue"), refused = new("refused", "refused requests");
        TimeSpan patience = TimeSpan.FromSeconds(settings.IsQuick ? 10 : 60);
        foreach (int size in sizes)
        {
            byte[] image = ScalingGuests.Functions(size, ScalingGuests.Dense).ToElf(null);
            for (int round = 0; round < settings.Rounds; round++)
                Follow(image, size, patience, reached, first, compiling, longest, refused);
            settings.Progress($"{Name} {size}: {string.Join(", ", from curve in (Curve[])[first, .. reached, compiling, longest, refused]
                where curve.At(size) is not null
                select FormattableString.Invariant($"{curve.Title} {curve.At(size)!.Value.Median:0.##}"))}");
        }

        return new Sweep(Name, "Functions that become hot at the same moment", "functions", InBytes: false,
            "seconds from the start", Costs: true,
            [first, .. reached, compiling],
            [new Mark(BackgroundCompiler.MaxRequests, $"queue: {BackgroundCompiler.MaxRequests}")], [longest, refused]);
    }

    private static void Follow(
        byte[] image, int size, TimeSpan patience, Curve[] reached, Curve first, Curve compiling, Curve longest, Curve refused)
    {
        using BareMachine machine = new(image, new JitOptions());
        JitStatistics statistics = machine.Engine.Statistics;
        int next = 0, most = 0;
        bool isHot = false;
        long start = Stopwatch.GetTimestamp();
        while (next < reached.Length && Stopwatch.GetElapsedTime(start) < patience)
        {
            machine.Run(Look);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            most = Math.Max(most, CompileQueue.Length(machine.Engine));
            long functions = statistics.Regions - LoopPlaces;
            if (functions > 0 && !isHot)
                first.Add(size, seconds);
            isHot |= functions > 0;
            while (next < reached.Length && functions >= Shares[next].Share * size)
                reached[next++].Add(size, seconds);
        }

        compiling.Add(size, statistics.CompileMicroseconds * 1e-6);
        longest.Add(size, most);
        refused.Add(size, statistics.Refused);
    }
}
