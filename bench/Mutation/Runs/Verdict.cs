using PpcJit.Mutation.Mutants;

namespace PpcJit.Mutation.Runs;

/// <summary>How a mutant fared.</summary>
internal enum Fate
{
    /// <summary>A test failed.</summary>
    Failed,

    /// <summary>A test did not end.</summary>
    TimedOut,

    /// <summary>The process with the tests ended.</summary>
    Crashed,

    /// <summary>All tests that come to it passed.</summary>
    Survived,

    /// <summary>All tests passed that fit the budget; more come to it.</summary>
    SurvivedInBudget,

    /// <summary>No test comes to it.</summary>
    NotCovered,
}

/// <summary>What became of a mutant.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Project">The project that it is in.</param>
/// <param name="Fate">How it fared.</param>
/// <param name="Test">The test that noticed it; empty for none.</param>
/// <param name="Tests">How many tests were run for it.</param>
/// <param name="Seconds">How much processor time that took.</param>
internal sealed record Verdict(Mutant Mutant, string Project, Fate Fate, string Test, int Tests, double Seconds)
{
    /// <summary>Whether a test noticed it.</summary>
    public bool IsKilled => Fate is Fate.Failed or Fate.TimedOut or Fate.Crashed;
}
