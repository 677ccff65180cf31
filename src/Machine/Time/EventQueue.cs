using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Time;

/// <summary>
/// All that happens by itself in the machine, ordered by instruction count (rule 2 of the design: time is the
/// instruction count). Events that are due at the same count run in the order in which they were created.
/// </summary>
/// <remarks>A board has a handful of events, so a scan for the next one beats a heap and is obviously right.</remarks>
public sealed class EventQueue : IStateful
{
    private readonly Func<ulong> _now;
    private readonly List<TimedEvent> _events = [];

    /// <summary>Creates an empty queue.</summary>
    /// <param name="now">Gives the count of completed instructions.</param>
    /// <param name="instructionsPerSecond">How many instructions make one second of guest time.</param>
    public EventQueue(Func<ulong> now, ulong instructionsPerSecond)
    {
        _now = now;
        InstructionsPerSecond = instructionsPerSecond;
    }

    /// <summary>Number of completed instructions: the machine's time.</summary>
    public ulong Now => _now();

    /// <summary>How many instructions make one second of guest time.</summary>
    public ulong InstructionsPerSecond { get; }

    /// <summary>Gives the guest time at a count, in nanoseconds.</summary>
    public ulong Nanoseconds(ulong count) => (ulong)((UInt128)count * 1_000_000_000 / InstructionsPerSecond);

    /// <summary>The count at which the next event is due; <see cref="ulong.MaxValue"/> when there is none.</summary>
    public ulong NextDue { get; private set; } = ulong.MaxValue;

    /// <summary>The count at which events ran last; <see cref="ulong.MaxValue"/> before the first.</summary>
    public ulong LastRun { get; private set; } = ulong.MaxValue;

    /// <summary>How many events have happened: a device may have changed since this was less.</summary>
    public ulong Happened { get; private set; }

    /// <summary>Creates an event that is not scheduled yet.</summary>
    /// <param name="name">Name for traces, unique in the machine.</param>
    /// <param name="handler">Runs when the event is due; it may schedule the event again.</param>
    public TimedEvent Create(string name, Action handler) => Add(new TimedEvent(this, name, handler, isOutside: false));

    /// <summary>
    /// Creates an event through which the world outside enters at a count. It is no part of the machine's state: it is
    /// neither saved nor loaded, so that a machine that is fed from a recording is in the same state as the one that
    /// was recorded.
    /// </summary>
    /// <param name="name">Name for traces.</param>
    /// <param name="handler">Runs when the event is due; it may schedule the event again.</param>
    public TimedEvent CreateOutside(string name, Action handler) => Add(new TimedEvent(this, name, handler, isOutside: true));

    /// <summary>The events that there are now, those of the world outside left out.</summary>
    public IReadOnlyList<TimedEvent> OfMachine => [.. _events.Where(one => !one.IsOutside)];

    /// <summary>Runs, in order, every event that is due now.</summary>
    public void RunDue()
    {
        while (NextDue <= Now)
        {
            TimedEvent due = _events[0];
            foreach (TimedEvent candidate in _events)
            {
                if (candidate.Due < due.Due)
                    due = candidate;
            }

            due.Due = ulong.MaxValue;
            LastRun = Now;
            Happened++;
            Recompute();
            due.Handler();
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        foreach (TimedEvent saved in _events)
        {
            if (!saved.IsOutside)
                writer.Write(saved.Due);
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader) => Load(reader, ulong.MaxValue);

    /// <summary>Restores what <see cref="Save"/> wrote, and when events had run last at that time.</summary>
    public void Load(StateReader reader, ulong lastRun)
    {
        foreach (TimedEvent loaded in _events)
        {
            if (!loaded.IsOutside)
                loaded.Due = reader.ReadUInt64();
        }

        LastRun = lastRun;
        Recompute();
    }

    internal void Recompute()
    {
        ulong next = ulong.MaxValue;
        foreach (TimedEvent candidate in _events)
            next = Math.Min(next, candidate.Due);
        NextDue = next;
    }

    private TimedEvent Add(TimedEvent created)
    {
        _events.Add(created);
        return created;
    }
}
