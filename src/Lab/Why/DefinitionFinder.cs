using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;

namespace PpcJit.Lab.Why;

/// <summary>What wrote a place.</summary>
/// <param name="Trace">The trace that the event is in; null for a change by hand.</param>
/// <param name="Event">The event.</param>
/// <param name="Injection">Which change by hand it is, of those of the run; -1 for none.</param>
internal readonly record struct Definition(IntervalTrace? Trace, TracedEvent Event, int Injection = -1);

/// <summary>Finds what wrote a place last: near by from traces, farther away by running on the engine at full speed.</summary>
internal sealed class DefinitionFinder(Timeline timeline, CancellationToken cancel)
{
    /// <summary>Instructions of the first trace before a moment, of the one before it, and of the largest one, and how they grow.</summary>
    private const ulong First = 2_000, Second = 16_000, Largest = 500_000, Growth = 8;

    /// <summary>Traces that are kept: the next place is mostly written near the last one.</summary>
    private const int MaxTraces = 8;

    private readonly List<IntervalTrace> _traces = [];

    /// <summary>The run.</summary>
    public Timeline Timeline => timeline;

    /// <summary>Finds the last event before a moment that wrote a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="before">The moment.</param>
    /// <returns>The event; null when there is none since history began, or when the search was given up.</returns>
    public Definition? Find(ValuePlace place, Moment before)
    {
        IReadOnlyList<InjectionAt> injections = timeline.Machine.Inputs.Injections;
        int number = InjectionEffects.FindLast(injections, place, before);
        Moment byHand = number < 0 ? default : injections[number].At;
        Definition? found = FindEvent(place, before, byHand);
        if (number < 0)
            return found;

        // What is changed by hand is changed ahead of the instruction; bytes of memory are seen to be stored then.
        bool isLater = found is { Event: var traced } && traced.At >= byHand && !(traced.IsForeignStore && traced.At == byHand);
        return isLater ? found : new Definition(null, new TracedEvent(byHand, 0, 0, null, 0, 0), number);
    }

    /// <summary>Gives a trace in which the events before a moment are; null where history begins there.</summary>
    public IntervalTrace? Before(Moment moment) => Covering(moment, First);

    /// <summary>Gives the trace before another one, a longer one; null where history begins there.</summary>
    public IntervalTrace? Before(IntervalTrace trace) => Covering(trace.From, Second);

    /// <summary>Finds the last event before another one in the same trace that satisfies a condition.</summary>
    public static TracedEvent? FindBefore(IntervalTrace trace, Moment before, Func<TracedEvent, bool> wanted)
    {
        for (int n = trace.Events.Count - 1; n >= 0; n--)
        {
            if (trace.Events[n].At < before && wanted(trace.Events[n]))
                return trace.Events[n];
        }

        return null;
    }

    private Definition? FindEvent(ValuePlace place, Moment before, Moment notBefore)
    {
        uint? pc = PcAt(before);
        ulong length = First;
        Moment until = before;
        while (Covering(until, length) is { } near)
        {
            if (FindIn(near, place, before, ref pc) is { } found)
                return new Definition(near, found);
            until = near.From;
            if (until <= timeline.Oldest || until < notBefore || cancel.IsCancellationRequested)
                return null;

            // Why the guest is somewhere only traces say, and it is never long ago.
            if (length >= Second && place.Register != "pc")
                return FindFar(place, until, notBefore);
            length = Math.Min(length * Growth, Largest);
        }

        return null;
    }

    /// <summary>Finds an event by running at the engine's speed to where it may be.</summary>
    private Definition? FindFar(ValuePlace place, Moment before, Moment notBefore)
    {
        IReadOnlyList<Probe> probes = EventEffects.ProbesOf(place);
        while (before > timeline.Oldest && before > notBefore && !cancel.IsCancellationRequested)
        {
            timeline.GoTo(before);
            if (timeline.FindLast(probes, cancel, notBefore).Hit is not { } hit)
                return null;
            IntervalTrace trace = Remember(IntervalTrace.Of(timeline, new Moment(hit.At.Count), new Moment(hit.At.Count + 1)));
            uint? pc = null;
            if (FindIn(trace, place, before, ref pc) is { } found)
                return new Definition(trace, found);

            // An instruction that faults is begun, and writes nothing.
            before = hit.At;
        }

        return null;
    }

    private static TracedEvent? FindIn(IntervalTrace trace, ValuePlace place, Moment before, ref uint? pcAfter)
    {
        for (int n = trace.Events.Count - 1; n >= 0; n--)
        {
            TracedEvent traced = trace.Events[n];
            if (traced.At >= before || (traced.IsForeignStore && !place.IsMemory))
                continue;
            bool isIt = place.IsMemory ? trace.StoresInto(traced, place) : traced.Writes(place);

            // A branch that was not taken, and one instruction after the other, are no reason to be somewhere.
            if (isIt && !(place.Register == "pc" && traced.Exception is null && pcAfter == traced.Pc + sizeof(uint)))
                return traced;
            pcAfter = traced.Exception is null ? traced.Pc : null;
        }

        return null;
    }

    private IntervalTrace? Covering(Moment until, ulong length)
    {
        if (until <= timeline.Oldest)
            return null;
        if (_traces.Find(trace => trace.From < until && until <= trace.Until) is { } known)
            return known;
        ulong oldest = timeline.Oldest.Count;
        Moment from = new(until.Count - oldest > length ? until.Count - length : oldest);

        // What is one moment after several exceptions at the same count begins with the instruction before them.
        if (from >= until)
            from = new Moment(Math.Max(oldest, until.Count - 1));
        return Remember(IntervalTrace.Of(timeline, from, until));
    }

    private IntervalTrace Remember(IntervalTrace trace)
    {
        if (_traces.Count == MaxTraces)
            _traces.RemoveAt(0);
        _traces.Add(trace);
        return trace;
    }

    private unsafe uint? PcAt(Moment moment) => timeline.Present == moment ? timeline.Machine.Board.Processor.State->Pc : null;
}
