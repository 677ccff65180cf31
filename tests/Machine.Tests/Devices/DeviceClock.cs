using PpcJit.Machine.Time;


namespace PpcJit.Machine.Tests.Devices;

/// <summary>
/// Guest time for a device on a bench: a million instructions per second unless told otherwise, passing only when a
/// test says so.
/// </summary>
internal sealed class DeviceClock
{
    public DeviceClock(ulong instructionsPerSecond = 1_000_000) => Events = new EventQueue(() => Count, instructionsPerSecond);

    public ulong Count { get; private set; }

    public EventQueue Events { get; }

    /// <summary>Lets time pass, stopping at each event as an engine does.</summary>
    public void Advance(ulong instructions)
    {
        ulong end = Count + instructions;
        while (Events.NextDue <= end)
        {
            Count = Math.Max(Count, Events.NextDue);
            Events.RunDue();
        }

        Count = end;
    }
}
