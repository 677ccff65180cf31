using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Counting;

/// <summary>Counts how often, and when, a run comes to some places: by caller and by task.</summary>
internal sealed unsafe class PlaceCounts : IRecorder
{
    private const int MaxMoments = 20;
    private const int MaxRows = 20;
    private const int MaxCallers = 10_000;

    private readonly ObservedGuest _guest;
    private readonly List<Place> _places = [];

    /// <summary>Arranges that places are counted.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="arrivals">Sees arrivals.</param>
    /// <param name="text">Addresses with commas between them.</param>
    /// <exception cref="InputException">One cannot be read.</exception>
    public PlaceCounts(ObservedGuest guest, ArrivalObserver arrivals, string text)
    {
        _guest = guest;
        foreach ((string part, int position) in CommaList.Parts(text))
        {
            Parsed<Expression> parsed = DebugGrammar.ParseExpression(part, guest.Names);
            if (parsed.Error is { } error)
                throw new InputException($"--count {text}: {error with { Position = error.Position + position }}");
            ExpressionValue value = parsed.Value!.Evaluate(guest.Names);
            if (!value.IsKnown)
                throw new InputException($"--count {text}: At character {position + 1}: {value}.");
            Place place = new(part, (uint)value.Number);
            _places.Add(place);
            arrivals.Add(place.Address, number => Arrive(place, number));
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<string> Report()
    {
        foreach (Place place in _places)
        {
            yield return $"{place.Name} (0x{place.Address:x8}) was reached {place.Count} {(place.Count == 1 ? "time" : "times")}.";
            foreach (string line in Rows("from", place.Callers).Concat(Rows("in", place.Tasks)))
                yield return line;
            foreach ((ulong number, Moment at) in place.First)
                yield return $"  call {number} {at}";
            if (place.Count > MaxMoments)
                yield return $"  ... and the last, call {place.Count} {place.Last}";
        }
    }

    private static IEnumerable<string> Rows(string word, Dictionary<string, ulong> counts)
    {
        KeyValuePair<string, ulong>[] rows =
            [.. counts.OrderByDescending(row => row.Value).ThenBy(row => row.Key, StringComparer.Ordinal)];
        foreach ((string name, ulong count) in rows.Take(MaxRows))
            yield return $"  {count,10} {word} {name}";
        if (rows.Length > MaxRows)
            yield return $"  {rows.Skip(MaxRows).Sum(row => (long)row.Value),10} {word} {rows.Length - MaxRows} others";
    }

    private void Arrive(Place place, ulong number)
    {
        place.Count = number;
        place.Last = _guest.Machine.Present;
        if (place.First.Count < MaxMoments)
            place.First.Add((number, place.Last));
        Add(place.Callers, _guest.Places.Describe(_guest.Places.Linked(_guest.State->Lr - 4, _guest.State->Msr)));
        Add(place.Tasks, _guest.Tasks.Find(_guest.State->Msr).Name);
    }

    private static void Add(Dictionary<string, ulong> counts, string name)
    {
        if (counts.Count < MaxCallers || counts.ContainsKey(name))
            counts[name] = counts.GetValueOrDefault(name) + 1;
    }

    private sealed class Place(string name, uint address)
    {
        public string Name => name;

        public uint Address => address;

        public ulong Count { get; set; }

        public Moment Last { get; set; }

        public List<(ulong Number, Moment At)> First { get; } = [];

        public Dictionary<string, ulong> Callers { get; } = [];

        public Dictionary<string, ulong> Tasks { get; } = [];
    }
}
