using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>Goes to the moments that people name.</summary>
/// <param name="timeline">The run.</param>
/// <param name="panic">Where the guest's kernel gave up; it is asked again while the run goes on.</param>
public sealed unsafe class MomentFinder(Timeline timeline, Func<Moment?> panic)
{
    /// <summary>The count at which a run is given up in which something is looked for; <see cref="ulong.MaxValue"/> for none.</summary>
    public ulong Limit { get; set; } = ulong.MaxValue;

    /// <summary>Goes to a moment. Where it is not in what the run has done, the run goes on until it comes there.</summary>
    /// <param name="wanted">The moment.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>One sentence that says why the run is not there; null when it is.</returns>
    public string? GoTo(MomentReference wanted, CancellationToken cancel = default)
    {
        switch (wanted)
        {
            case CountReference { Moment: var moment }:
                return GoToCount(moment, cancel);
            case FindingReference { Moment: var moment }:
                return GoToCount(moment, cancel);
            case BackReference { Instructions: var back }:
                return timeline.StepBack(back) ? null : Begins();
            case ResetReference:
                timeline.GoTo(timeline.Oldest);
                return timeline.Oldest.Count == 0 ? null : Begins();
            case EndReference:
                timeline.GoTo(timeline.End);
                return null;
            case PanicReference:
                return GoToPanic(cancel);
            case ArrivalReference arrival:
                return Arrive(arrival, cancel);
            default:
                return "There is no such moment.";
        }
    }

    private string? GoToCount(Moment moment, CancellationToken cancel)
    {
        if (moment < timeline.Oldest)
        {
            timeline.GoTo(timeline.Oldest);
            return Begins();
        }

        // Where no run has been, it may take any time: it can be cancelled there.
        if (moment > timeline.End)
        {
            timeline.GoTo(timeline.End);
            SearchResult ran = timeline.FindNext([], moment.Count, cancel);
            if (ran.Reason != StopReason.None)
                return Stopped(timeline, ran.Reason);
        }

        StopReason reason = timeline.GoTo(moment);
        return reason == StopReason.None || timeline.Present == moment ? null : Stopped(timeline, reason);
    }

    private string Begins() => $"History begins at {timeline.Oldest}.{(timeline.Lack is { } lack ? " " + lack : "")}";

    private string? GoToPanic(CancellationToken cancel)
    {
        if (panic() is null)
        {
            timeline.GoTo(timeline.End);
            StopReason reason = timeline.FindNext([], Limit, cancel).Reason;
            if (panic() is null)
                return Stopped(timeline, reason);
        }

        timeline.GoTo(panic()!.Value);
        return null;
    }

    private string? Arrive(ArrivalReference arrival, CancellationToken cancel)
    {
        timeline.GoTo(timeline.Oldest);
        Processor processor = timeline.Machine.Board.Processor;
        ArrivalCounter counter = new(processor, arrival.Address);
        bool IsIt(Board board) => counter.Arrive() && counter.Seen == arrival.Number;

        processor.ExceptionTaken += counter.NoteException;
        try
        {
            // The search does not see what lies at the place where it begins.
            if (processor.State->Pc == arrival.Address && IsIt(timeline.Machine.Board))
                return null;
            SearchResult found = timeline.FindNext([new ExecProbe(arrival.Address) { When = IsIt }], Limit, cancel);
            return found.Hit is not null ? null : $"{Stopped(timeline, found.Reason)} It had arrived {counter.Seen} times.";
        }
        finally
        {
            processor.ExceptionTaken -= counter.NoteException;
        }
    }

    /// <summary>Says in a sentence where and why a run stopped.</summary>
    public static string Stopped(Timeline timeline, StopReason reason) => reason switch
    {
        StopReason.Requested or StopReason.None => $"The run was stopped at {timeline.Present}.",
        StopReason.ExceptionLoop => $"The guest is in a loop of exceptions at {timeline.Present}.",
        StopReason.WaitsForever => $"The guest waits for ever at {timeline.Present}.",
        _ => $"The guest has reset the machine at {timeline.Present}.",
    };
}
