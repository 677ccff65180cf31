namespace PpcJit.Machine.Time;

/// <summary>Something that can be scheduled for an instruction count. Created by <see cref="EventQueue.Create"/>.</summary>
public sealed class TimedEvent
{
    private readonly EventQueue _queue;

    internal TimedEvent(EventQueue queue, string name, Action handler, bool isOutside)
    {
        _queue = queue;
        Name = name;
        Handler = handler;
        IsOutside = isOutside;
    }

    /// <summary>Name for traces.</summary>
    public string Name { get; }

    /// <summary>The count at which the event is due; <see cref="ulong.MaxValue"/> when it is not scheduled.</summary>
    public ulong Due { get; internal set; } = ulong.MaxValue;

    internal Action Handler { get; }

    /// <summary>Whether it belongs to the world outside and not to the machine's state.</summary>
    internal bool IsOutside { get; }

    /// <summary>
    /// Schedules the event for a count, replacing what was scheduled before. A count in the past is due at the next
    /// instruction boundary.
    /// </summary>
    public void ScheduleAt(ulong count)
    {
        Due = count;
        _queue.Recompute();
    }

    /// <summary>Schedules the event a number of instructions from now.</summary>
    public void ScheduleIn(ulong instructions) => ScheduleAt(_queue.Now + instructions);

    /// <summary>Takes the event out of the queue.</summary>
    public void Cancel() => ScheduleAt(ulong.MaxValue);
}
