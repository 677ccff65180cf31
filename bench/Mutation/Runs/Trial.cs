using PpcJit.Mutation.Mutants;

namespace PpcJit.Mutation.Runs;

/// <summary>A mutant and the tests that are to be run for it.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Covering">All tests that come to it, in the order in which they are run.</param>
/// <param name="Run">How many of them are run.</param>
/// <param name="IsAlone">Whether it needs a process of its own, as what it is in runs once in a process.</param>
internal sealed record Trial(Mutant Mutant, IReadOnlyList<CoveringTest> Covering, int Run, bool IsAlone)
{
    /// <summary>
    /// Tests are run in parts. How many times as long each is as the one before: what is short comes first, and each part
    /// has its price.
    /// </summary>
    private const double Growth = 3;

    private const double FirstPart = 100; // ms

    /// <summary>Chooses the tests of a mutant.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="coverage">Which tests come to it.</param>
    /// <param name="budget">Tests are left out that would make it more, by their usual time; the first is run.</param>
    public static Trial Choose(Mutant mutant, Coverage coverage, TimeSpan budget)
    {
        IReadOnlyList<CoveringTest> covering = coverage.Of(mutant.Number, mutant.IsStatic);
        double sum = 0;
        int run = 0;
        while (run < covering.Count && ((sum += covering[run].Milliseconds) <= budget.TotalMilliseconds || run == 0))
            run++;
        return new Trial(mutant, covering, run, mutant.IsStatic || coverage.IsAtStart(mutant.Number));
    }

    /// <summary>The tests that are run, each with the number of its part.</summary>
    public IEnumerable<(int Part, CoveringTest Test)> Parts()
    {
        double sum = 0, part = FirstPart;
        int number = 0;
        foreach (CoveringTest test in Covering.Take(Run))
        {
            sum += test.Milliseconds;
            if (sum > part)
                (number, part) = (number + 1, part * Growth);
            yield return (number, test);
        }
    }

    /// <summary>What became of it.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="fate">How the run ended.</param>
    /// <param name="test">The test that noticed it.</param>
    /// <param name="seconds">How much processor time it took.</param>
    public Verdict End(string project, Fate fate, string test, double seconds) => new(
        Mutant, project, fate == Fate.Survived && Run < Covering.Count ? Fate.SurvivedInBudget : fate, test, Run, seconds);
}
