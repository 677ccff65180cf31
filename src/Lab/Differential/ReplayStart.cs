using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Differential;

/// <summary>Where two machines agree, and how they get back there.</summary>
internal interface IReplayStart
{
    /// <summary>The count.</summary>
    ulong Count { get; }

    /// <summary>Brings the oracle to a count after it.</summary>
    void OracleTo(ulong count);

    /// <summary>Brings the machine under test back to it. It has no engine.</summary>
    void CandidateBack();
}

/// <summary>A start that is held as a whole: for small machines.</summary>
internal sealed class SnapshotStart(MachineSnapshot start, Board oracle, Board candidate) : IReplayStart
{
    /// <inheritdoc/>
    public ulong Count => start.Count;

    /// <inheritdoc/>
    public void OracleTo(ulong count)
    {
        start.Restore(oracle);
        using InterpreterEngine engine = new(oracle.Processor);
        engine.Run(count);
    }

    /// <inheritdoc/>
    public void CandidateBack() => start.Restore(candidate);
}

/// <summary>A start on the timelines of both machines.</summary>
internal sealed class TimelineStart(ulong start, Timeline oracle, Timeline candidate) : IReplayStart
{
    /// <inheritdoc/>
    public ulong Count => start;

    /// <inheritdoc/>
    public void OracleTo(ulong count) => oracle.GoTo(new Moment(count));

    /// <inheritdoc/>
    public void CandidateBack()
    {
        // What the engine under test did after the start is another run each time. Up to there it agrees with the oracle, so that
        // may do the rest of the way.
        candidate.Return(new Moment(start));
        using InterpreterEngine engine = new(candidate.Machine.Board.Processor);
        engine.Run(start);
    }
}
