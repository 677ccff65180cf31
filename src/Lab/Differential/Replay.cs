using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Differential;

/// <summary>
/// Runs both engines from one start to any count, each in one go and the fast one with nothing translated yet, so that a difference can be bisected.
/// </summary>
/// <remarks>
/// A region runs only when the instructions left exceed the longest way through it. So the first count at which the engines differ lies at the
/// end of the faulty region's longest way, not at the faulty instruction; smaller regions bring it nearer.
/// </remarks>
internal sealed class Replay(IReplayStart start, Board oracle, Board candidate, Func<Processor, JitOptions, IEngine> createCandidate,
    JitOptions options, Action<IEngine>? warmUp = null)
{
    /// <summary>Count at which the runs begin.</summary>
    public ulong Start => start.Count;

    /// <summary>Switches of the engine under test.</summary>
    public JitOptions Options => options;

    /// <summary>The same with other switches.</summary>
    public Replay With(JitOptions other) => new(start, oracle, candidate, createCandidate, other, warmUp);

    /// <summary>Runs both machines to a count and leaves them there.</summary>
    /// <returns>Whether they differ.</returns>
    public bool DiffersAt(ulong count)
    {
        OracleTo(count);
        start.CandidateBack();
        using IEngine engine = createCandidate(candidate.Processor, options);
        if (warmUp is not null)
        {
            warmUp(engine);
            start.CandidateBack();
        }

        engine.Run(count);
        return !StateComparer.AreEqual(oracle, candidate);
    }

    /// <summary>Runs the engine under test to a count and makes text of the region that contains an instruction.</summary>
    /// <returns>Null when none does.</returns>
    public string? DescribeRegion(ulong count, uint address, Func<CompiledRegion, string> describe)
    {
        start.CandidateBack();
        using IEngine engine = createCandidate(candidate.Processor, options with { KeepListings = true });
        engine.Run(count);
        return engine is JitEngine jit && jit.RegionsAt(address) is [var region, ..] ? describe(region) : null;
    }

    /// <summary>Runs the oracle to a count.</summary>
    public void OracleTo(ulong count) => start.OracleTo(count);

    /// <summary>Finds a count at which the engines differ though they agree one before.</summary>
    /// <param name="equal">A count at which they agree.</param>
    /// <param name="wrong">A count at which they differ.</param>
    public ulong FirstDifference(ulong equal, ulong wrong)
    {
        while (wrong - equal > 1)
        {
            ulong middle = equal + ((wrong - equal) / 2);
            if (DiffersAt(middle))
                wrong = middle;
            else
                equal = middle;
        }

        return wrong;
    }
}
