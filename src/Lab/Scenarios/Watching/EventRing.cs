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
    private EventRing? _peer;
    private ulong _sameUntil;

    /// <inheritdoc/>
    public int Count => (int)Math.Min(_added, Most);

    /// <inheritdoc/>
    public GuestEvent this[int index] => _events[(_added - (ulong)Count + (ulong)index) % Most];

    /// <summary>Adds an event.</summary>
    public void Add(in GuestEvent added) => _events[_added++ % Most] = added;

    /// <summary>
    /// Makes this the same as another. Of two that were the same before, only what either has got since is copied: that is what most trials of a
    /// search cost.
    /// </summary>
    public void CopyFrom(EventRing other)
    {
        bool arePeers = _peer == other && other._peer == this && _sameUntil == other._sameUntil;
        ulong end = Math.Max(_added, other._added);
        if (arePeers && end - _sameUntil < Most)
        {
            for (ulong n = _sameUntil; n < end; n++)
                _events[n % Most] = other._events[n % Most];
        }
        else
        {
            other._events.CopyTo(_events, 0);
        }

        _added = other._added;
        (_peer, other._peer) = (other, this);
        _sameUntil = other._sameUntil = _added;
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
