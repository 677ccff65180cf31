namespace PpcJit.Lab.Observing.Timelines;

/// <summary>Something that lasts, or, where it begins and ends at once, that happens.</summary>
/// <param name="Start">The count at which it begins.</param>
/// <param name="End">The count at which it ends.</param>
/// <param name="Name">Number of its name.</param>
/// <param name="Depth">How many others it lies in.</param>
internal readonly record struct TimelineSlice(ulong Start, ulong End, int Name, int Depth)
{
    /// <summary>Instructions that it lasts.</summary>
    public ulong Length => End - Start;
}

/// <summary>What is drawn in one row of a timeline.</summary>
/// <param name="name">For people.</param>
/// <param name="group">What the track belongs to: tasks, interrupts, devices, ...</param>
/// <param name="most">Slices that it keeps: of more, the longest.</param>
internal sealed class TimelineTrack(string name, string group, int most)
{
    private readonly List<TimelineSlice> _slices = [];

    public string Name => name;

    public string Group => group;

    /// <summary>Its slices.</summary>
    public IReadOnlyList<TimelineSlice> Slices => _slices;

    /// <summary>Slices that last less than this were left out; 0 when none were.</summary>
    public ulong Least { get; private set; }

    /// <summary>How many were left out.</summary>
    public ulong LeftOut { get; private set; }

    /// <summary>Says whether a slice is kept; one that is not is counted.</summary>
    /// <param name="length">Instructions that it lasts.</param>
    public bool Takes(ulong length)
    {
        if (length >= Least)
            return true;
        LeftOut++;
        return false;
    }

    /// <summary>Adds a slice that it takes.</summary>
    public void Add(in TimelineSlice slice)
    {
        _slices.Add(slice);
        if (_slices.Count >= most)
            Halve();
    }

    /// <summary>Leaves out half of the slices, the shortest; of those that are as short, the last.</summary>
    public void Halve()
    {
        if (_slices.Count == 0)
            return;
        ulong middle = _slices.Select(kept => kept.Length).Order().ElementAt(_slices.Count / 2);
        int room = _slices.Exists(kept => kept.Length > middle) ? 0 : _slices.Count / 2;
        LeftOut += (ulong)_slices.RemoveAll(kept => kept.Length < middle || (kept.Length == middle && --room < 0));
        Least = middle + 1;
    }
}
