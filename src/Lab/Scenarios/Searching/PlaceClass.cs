using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Places of a run that are alike, of which some are tried.</summary>
/// <param name="number">Number of the class that it belongs to at depth 0.</param>
/// <param name="depth">How often classes were divided to get it.</param>
/// <param name="pc">Effective address of the instruction that would be next.</param>
internal sealed class PlaceClass(int number, int depth, uint pc)
{
    private readonly List<PlaceAt> _samples = [], _known = [];
    private readonly HashSet<TrialOutcome> _outcomes = [];
    private ulong _random;
    private ulong _drawn;

    /// <summary>Number of the class that it belongs to at depth 0, in the order of the run.</summary>
    public int Number => number;

    /// <summary>How often classes were divided to get it.</summary>
    public int Depth => depth;

    /// <summary>Effective address of the instruction that would be next.</summary>
    public uint Pc => pc;

    /// <summary>How many places it has.</summary>
    public int Members { get; private set; }

    /// <summary>How many of them were tried.</summary>
    public int Tried { get; private set; }

    /// <summary>Those that are to be tried: the first place, and others at random.</summary>
    public IReadOnlyList<PlaceAt> Samples => _samples;

    /// <summary>Those that had been tried before it came to be.</summary>
    public IReadOnlyList<PlaceAt> Known => _known;

    /// <summary>The smaller classes that it was divided into; null while it was not.</summary>
    public Dictionary<ulong, PlaceClass>? Parts { get; private set; }

    /// <summary>Whether some place was fatal.</summary>
    public bool IsFatal => _outcomes.Contains(TrialOutcome.Fatal);

    /// <summary>Whether not the same came of all trials.</summary>
    public bool IsMixed => _outcomes.Count > 1;

    /// <summary>Adds a place that has been tried.</summary>
    public void AddKnown(PlaceAt place)
    {
        Members++;
        _known.Add(place);
    }

    /// <summary>Adds a place. Which ones are chosen depends on the run alone.</summary>
    /// <param name="place">The place.</param>
    /// <param name="samples">How many are to be tried.</param>
    public void Add(PlaceAt place, int samples)
    {
        Members++;
        if (_drawn++ == 0)
            _random = place.Count;
        if (_samples.Count < samples)
        {
            _samples.Add(place);
            return;
        }

        if (samples == 1)
            return;

        // Each but the first place comes to be chosen with the same probability (Vitter's algorithm R).
        _random = PlaceContext.Mix(_random, place.Count);
        ulong chosen = _random % (_drawn - 1);
        if (chosen < (ulong)(samples - 1))
            _samples[1 + (int)chosen] = place;
    }

    /// <summary>Notes what came of the trial of one of its places.</summary>
    public void Note(TrialOutcome outcome)
    {
        Tried++;
        _outcomes.Add(outcome);
    }

    /// <summary>Divides it: its places are to be shared out anew.</summary>
    public void Divide() => Parts = [];
}
