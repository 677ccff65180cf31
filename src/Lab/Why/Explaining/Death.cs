using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>How a guest died.</summary>
/// <param name="End">In what way.</param>
/// <param name="At">When.</param>
/// <param name="Sentence">The same for people.</param>
public sealed record Death(RunEnd End, Moment At, string Sentence)
{
    /// <summary>Instructions that a run may go on that had not died where it ended: a check may have found the fault before.</summary>
    private const ulong Patience = 20_000_000;

    /// <summary>Finds out how the guest of a run died. A run that ended before is let go on.</summary>
    /// <param name="timeline">The run.</param>
    /// <param name="result">How it ended; null when that is not known.</param>
    /// <param name="panic">Where its kernel gave up.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null when it lives. The machine stands where it stood.</returns>
    public static Death? Find(Timeline timeline, RunResult? result, Func<Moment?> panic, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        ArgumentNullException.ThrowIfNull(panic);
        Moment here = timeline.Present;
        Death? death = FindFrom(timeline, result, panic, cancel);
        timeline.GoTo(here);
        return death;
    }

    private static Death? FindFrom(Timeline timeline, RunResult? result, Func<Moment?> panic, CancellationToken cancel)
    {
        if (Known(timeline, result, panic) is { } known)
            return known;
        timeline.GoTo(timeline.End);
        StopReason reason = timeline.Machine.Board.Processor.StopReason;
        if (reason is StopReason.None or StopReason.Requested)
            reason = timeline.FindNext([], timeline.End.Count + Patience, cancel).Reason;
        return Known(timeline, null, panic) ?? Of(EndOf(reason, timeline), timeline, timeline.Present);
    }

    private static Death? Known(Timeline timeline, RunResult? result, Func<Moment?> panic)
    {
        string? sentence = result is null ? null : FaultReport.Sentence(timeline.Machine.Board, result);
        if (panic() is { } at)
            return new Death(RunEnd.Panic, at, sentence ?? FaultReport.Reason(RunEnd.Panic));
        return result is { GuestFailed: true } ? new Death(result.End, new Moment(result.Instructions), sentence!) : null;
    }

    private static RunEnd? EndOf(StopReason reason, Timeline timeline) => reason switch
    {
        StopReason.ExceptionLoop => RunEnd.ExceptionLoop,
        StopReason.WaitsForever => RunEnd.WaitsForever,
        StopReason.Requested when timeline.Machine.IsInFaultCycle => RunEnd.FaultCycle,
        StopReason.CoreReset or StopReason.ChipReset or StopReason.SystemReset
            when timeline.Machine.Board.Processor.Timers.WatchdogResetStatus != 0 => RunEnd.WatchdogReset,
        _ => null,
    };

    private static Death? Of(RunEnd? end, Timeline timeline, Moment at) =>
        end is { } died ? new Death(died, at, FaultReport.Reason(died)) : null;
}
