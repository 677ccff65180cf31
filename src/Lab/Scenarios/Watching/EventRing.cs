using System.Collections;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>Keeps the last events.</summary>
internal sealed class EventRing : IReadOnlyList<GuestEvent>
{
    /// <summary>
    /// How many events are kept: enough for what leads to a fault, and few enough to be copied for each trial of a
    /// search.
    /// </summary>
    public const int Most = 256;

    private readonly GuestEvent[] _events = new GuestEvent[Most];
    private ulong _added;

    /// <inheritdoc/>
    public int Count => (int)Math.Min(_added, Most);

    /// <inheritdoc/>
    public GuestEvent this[int index] => _events[(_added - (ulong)Count + (ulong)index) % Most];

    /// <summary>Adds an event.</summary>
    public void Add(in GuestEvent added) => _events[_added++ % Most] = added;

    /// <summary>Makes this the same as another.</summary>
    public void CopyFrom(EventRing other)
    {
        other._events.CopyTo(_events, 0);
        _added = other._added;
    }

    /// <inheritdoc/>
    public IEnumerator<GuestEvent> GetEnumerator()
    {
        for (int n = 0; n < Count; n++)
            yield return this[n];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
