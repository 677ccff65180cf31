using PpcJit.Jit.Settings;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;

namespace PpcJit.Jit.Tests.Harness;

/// <summary>Runs a program on two machines, one for each engine, and compares everything that a guest can observe.</summary>
internal static class Twins
{
    /// <summary>Compiles at once and in the foreground, so that a test finds the same regions each time.</summary>
    public static JitOptions Eager { get; } = new() { Background = false, Threshold = 2 };

    /// <summary>Runs both engines to each count in turn.</summary>
    /// <param name="prepare">Puts a machine into the state to start in.</param>
    /// <param name="counts">Instruction counts, rising.</param>
    /// <param name="options">Switches; <see cref="Eager"/> when null.</param>
    public static void Agree(Action<TestMachine> prepare, IEnumerable<ulong> counts, JitOptions? options = null)
    {
        options ??= Eager;
        using TestMachine oracle = new();
        using TestMachine candidate = new();
        prepare(oracle);
        prepare(candidate);
        using JitEngine engine = new(candidate.Processor, options);
        foreach (ulong count in counts)
        {
            oracle.Engine.Run(count);
            engine.Run(count);
            Compare(oracle, candidate, count);
        }

        if (options.Regions)
            Assert.That(engine.Statistics.Regions, Is.Not.Zero, "nothing was compiled, so nothing was tested");
    }

    /// <summary>
    /// Runs the fast engine from the start to every count up to a limit, each time in one go, with the regions that the
    /// earlier runs left: an uncompared run to the limit goes before the first.
    /// </summary>
    public static void AgreeAtEveryCount(Action<TestMachine> prepare, ulong most, JitOptions? options = null)
    {
        options ??= Eager;
        using TestMachine oracle = new();
        using TestMachine candidate = new();
        prepare(oracle);
        prepare(candidate);
        using MachineSnapshot start = new();
        start.Take(candidate.Board);
        using JitEngine engine = new(candidate.Processor, options);
        engine.Run(most);
        Assert.That(engine.Statistics.Regions, Is.Not.Zero, "nothing was compiled, so nothing was tested");
        for (ulong count = 1; count <= most; count++)
        {
            start.Restore(candidate.Board);
            oracle.Engine.Run(count);
            engine.Run(count);
            Compare(oracle, candidate, count);
        }
    }

    /// <summary>Runs the fast engine alone.</summary>
    /// <returns>What it did.</returns>
    public static JitStatistics Run(Action<TestMachine> prepare, ulong count, JitOptions options)
    {
        using TestMachine machine = new();
        prepare(machine);
        using JitEngine engine = new(machine.Processor, options);
        engine.Run(count);
        return engine.Statistics;
    }

    /// <summary>How often regions were left for the dispatcher for a reason.</summary>
    public static long Exits(this JitStatistics statistics, string reason) =>
        statistics.Figures.Single(figure => figure.Name == $"exits {reason}").Value;

    private static void Compare(TestMachine oracle, TestMachine candidate, ulong count)
    {
        if (StateComparer.AreEqual(oracle.Board, candidate.Board))
            return;
        string differences = string.Join('\n', StateComparer.Compare(oracle.Board, candidate.Board));
        Assert.Fail($"The engines differ at {count}:\n{differences}");
    }
}
