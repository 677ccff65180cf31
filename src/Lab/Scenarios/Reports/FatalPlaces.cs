namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>
/// The first fatal places of a search, as many as may be kept: a window may have any length, and each place of it can be
/// fatal. What is kept does not depend on how the
/// places were shared out: what is among the first of all is among the first of its share.
/// </summary>
/// <param name="maxBytes">Most bytes of memory.</param>
internal sealed class FatalPlaces(long maxBytes = FatalPlaces.MaxBytes)
{
    /// <summary>Most bytes of memory that the places of a search take.</summary>
    public const long MaxBytes = 32 << 20;

    private const int PlaceBytes = 128;

    private readonly List<FatalPlace> _kept = [];
    private long _bytes;

    /// <summary>The first places.</summary>
    public IReadOnlyList<FatalPlace> Kept => _kept;

    /// <summary>How many came after them.</summary>
    public int More { get; private set; }

    /// <summary>Whether no more places are kept.</summary>
    public bool IsFull => More > 0;

    /// <summary>Adds a place; they come by rising count.</summary>
    public void Add(FatalPlace place)
    {
        _bytes += PlaceBytes + (2L * (place.Place.Length + place.Function.Length + place.Instruction.Length + place.Cause.Length
            + (place.Run?.Length ?? 0)));
        if (IsFull || _bytes > maxBytes)
            More++;
        else
            _kept.Add(place);
    }

    /// <summary>Counts places that were not kept before.</summary>
    public void AddMore(int places) => More += places;
}
