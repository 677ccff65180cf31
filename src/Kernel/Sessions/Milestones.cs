namespace PpcJit.Kernel.Sessions;

/// <summary>
/// State hashes at some counts of a run: taken where no run has been yet, and compared where a recorded run is done
/// again. Of a longer run there are as many, farther apart.
/// </summary>
public sealed class Milestones
{
    private const int MaxPoints = 32;
    private const ulong FirstSpacing = 4_000_000;

    private readonly List<StateHashPoint> _points = [];
    private ulong _spacing = FirstSpacing;
    private ulong _takenUntil;

    /// <summary>Begins a run of which nothing is known.</summary>
    public Milestones()
    {
    }

    /// <summary>Takes those of a recorded run.</summary>
    /// <param name="recorded">In the order of counts.</param>
    public Milestones(IEnumerable<StateHashPoint> recorded)
    {
        _points.AddRange(recorded);
        _takenUntil = _points.Count == 0 ? 0 : _points[^1].Count;
    }

    /// <summary>All, in the order of counts.</summary>
    public IReadOnlyList<StateHashPoint> All => _points;

    /// <summary>Where the run first is in another state than the recorded one, and that state's hash; null while it is in the same.</summary>
    public (StateHashPoint Recorded, ulong Actual)? Departure { get; private set; }

    /// <summary>The last milestone at which the run was in the recorded state.</summary>
    public ulong LastAgreed { get; private set; }

    /// <summary>Raised once, at the first milestone that differs.</summary>
    public event Action<Milestones>? Departed;

    /// <summary>The next count after one at which a hash is compared or taken.</summary>
    internal ulong Next(ulong count)
    {
        foreach (StateHashPoint point in _points)
        {
            if (point.Count > count)
                return point.Count;
        }

        return (Math.Max(count, _takenUntil) / _spacing * _spacing) + _spacing;
    }

    /// <summary>Looks at a machine that stands where a run first comes to a count.</summary>
    internal void Look(GuestMachine machine)
    {
        if (Departure is not null)
            return;
        ulong count = machine.Count;
        int known = _points.FindIndex(point => point.Count == count);
        if (known >= 0)
            Compare(_points[known], machine);
        else if (count > _takenUntil && count % _spacing == 0)
            Take(new StateHashPoint(count, machine.Board.StateHash()));
    }

    /// <summary>Forgets what is after a count: the run goes another way from there.</summary>
    internal void Cut(ulong count)
    {
        _points.RemoveAll(point => point.Count > count);
        _takenUntil = Math.Min(_takenUntil, count);
    }

    private void Compare(StateHashPoint recorded, GuestMachine machine)
    {
        if (recorded.Count <= LastAgreed)
            return;
        ulong actual = machine.Board.StateHash();
        if (actual == recorded.Hash)
        {
            LastAgreed = recorded.Count;
            return;
        }

        Departure = (recorded, actual);
        Departed?.Invoke(this);
    }

    private void Take(StateHashPoint point)
    {
        _points.Add(point);
        _takenUntil = LastAgreed = point.Count;
        if (_points.Count < MaxPoints)
            return;
        _spacing *= 2;
        _points.RemoveAll(other => other.Count % _spacing != 0);
    }
}
