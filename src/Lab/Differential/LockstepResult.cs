using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Differential;

/// <summary>What became of a run in lockstep.</summary>
/// <param name="Instructions">How far the engines agreed, in completed instructions.</param>
/// <param name="End">Why it ended; <see cref="RunEnd.Left"/> when somebody asked for it.</param>
/// <param name="Checkpoints">How often the whole state was compared.</param>
/// <param name="Divergence">The first difference; null when there was none.</param>
public sealed record LockstepResult(ulong Instructions, RunEnd End, int Checkpoints, Divergence? Divergence)
{
    /// <summary>Why it ended, for people.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>How the guest died and where it stood, in lines; empty when it did not.</summary>
    public IReadOnlyList<string> Death { get; init; } = [];
}

/// <summary>Where two engines part.</summary>
/// <param name="LastEqual">
/// The greatest count found at which the engines agree. From here the fast engine, given just enough instructions to run the faulty code at full
/// speed, is wrong at <paramref name="FirstWrong"/>.
/// </param>
/// <param name="FirstWrong">The smallest count found at which the engines differ.</param>
/// <param name="Differences">What differs at <paramref name="FirstWrong"/>.</param>
/// <param name="Trace">What the oracle executed up to <paramref name="FirstWrong"/>, the newest last.</param>
/// <param name="Suspect">
/// Index in <paramref name="Trace"/> of the last instruction that wrote something that differs; -1 when none is known
/// to.
/// </param>
/// <param name="Before">The oracle's registers before the suspect, or at <paramref name="LastEqual"/>.</param>
/// <param name="Expected">The oracle's registers at <paramref name="FirstWrong"/>.</param>
/// <param name="Actual">The registers of the engine under test at <paramref name="FirstWrong"/>.</param>
/// <param name="Notes">What else was found out: with which switches the difference goes away, and in how small a region it stays.</param>
/// <param name="Region">The region with the suspect as text; null when it was not in any, or nobody can make text of it.</param>
public sealed record Divergence(
    ulong LastEqual,
    ulong FirstWrong,
    IReadOnlyList<StateDifference> Differences,
    IReadOnlyList<TracedInstruction> Trace,
    int Suspect,
    string Before,
    string Expected,
    string Actual,
    IReadOnlyList<string> Notes,
    string? Region);
