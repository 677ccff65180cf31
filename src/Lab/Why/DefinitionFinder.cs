using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;

namespace PpcJit.Lab.Why;

/// <summary>Finds what wrote a place last: near by from traces, farther away by running on the engine at full speed.</summary>
internal sealed class DefinitionFinder(Timeline timeline, CancellationToken cancel)
{
    /// <summary>Instructions of the first trace before a moment, of the largest one, and how they grow.</summary>
    private const ulong First = 2_000, Largest = 500_000, Growth = 8;

    /// <summary>Traces that are kept: the next place is mostly written near the last one.</summary>
    private const int MaxTraces = 8;

    private readonly List<IntervalTrace> _traces = [];

    /// <summary>Finds the last event before a moment that wrote a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="before">The moment.</param>
    /// <returns>The event with the trace that it is in; null when there is none since history began, or when the search was given up.</returns>
    public (IntervalTrace Trace, TracedEvent Event)? Find(ValuePlace place, Moment before)
    {
        IntervalTrace? near = Covering(before, First);
        if (near is null)
            return null;
        uint? pc = PcAt(before);
        if (FindIn(near, place, before, ref pc) is { } found)
            return (near, found);
        if (place.IsMemory)
            return FindStore(place, near.From);
        ulong length = First;
        while (near.From > timeline.Oldest && !cancel.IsCancellationRequested)
        {
            length = Math.Min(length * Growth, Largest);
            Moment until = near.From;
            near = Covering(until, length)!;
            if (FindIn(near, place, until, ref pc) is { } earlier)
                return (near, earlier);
        }

        return null;
    }

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

    /// <summary>Finds a store by the memory's last writer, which runs at the engine's speed.</summary>
    private (IntervalTrace Trace, TracedEvent Event)? FindStore(ValuePlace place, Moment before)
    {
        if (before <= timeline.Oldest)
            return null;
        timeline.GoTo(before);
        if (timeline.LastWrite(place.Address, place.Length, isPhysical: true) is not { } hit)
            return null;
        Moment after = new(hit.At.Count + 1);
        IntervalTrace trace = Remember(IntervalTrace.Of(timeline, new Moment(hit.At.Count), after));
        uint? pc = null;
        return FindIn(trace, place, after, ref pc) is { } found ? (trace, found) : null;
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
