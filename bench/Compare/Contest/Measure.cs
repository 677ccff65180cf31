using PpcJit.Bench;

namespace PpcJit.Compare.Contest;

/// <summary>One thing that was measured for every contender in every round.</summary>
/// <param name="name">Short name, as in the JSON report and in the guard's bounds.</param>
/// <param name="title">Name for people.</param>
/// <param name="unit">Unit of the values.</param>
/// <param name="moreIsBetter">Whether it is a rate; else a cost.</param>
internal sealed class Measure(string name, string title, string unit, bool moreIsBetter)
{
    private readonly Dictionary<string, SortedDictionary<int, double>> _values = new(StringComparer.Ordinal);

    public string Name => name;

    public string Title => title;

    public string Unit => unit;

    public bool MoreIsBetter => moreIsBetter;

    /// <summary>Guest instructions that one unit of work takes; null when it is not known or makes no sense.</summary>
    public double? InstructionsPerUnit { get; set; }

    /// <summary>Notes a value. One that is not positive is noise larger than what was measured, and is left out.</summary>
    public void Add(string contender, int round, double value)
    {
        if (!_values.TryGetValue(contender, out SortedDictionary<int, double>? rounds))
            _values[contender] = rounds = [];
        if (value > 0 && double.IsFinite(value))
            rounds[round] = value;
    }

    /// <summary>The values of a contender, by round.</summary>
    public IReadOnlyDictionary<int, double> Values(string contender) =>
        _values.TryGetValue(contender, out SortedDictionary<int, double>? rounds) ? rounds : new SortedDictionary<int, double>();

    /// <summary>The spread of a contender's values.</summary>
    public Spread? Of(string contender) => Spread.Of(Values(contender).Values);

    /// <summary>
    /// How much better one contender is than another, above 1 when it is better, of the pairs of the same round: what
    /// else the machine was doing then slowed both.
    /// </summary>
    public Spread? Advantage(string of, string over)
    {
        IReadOnlyDictionary<int, double> others = Values(over);
        return Spread.Of(Values(of).Where(pair => others.ContainsKey(pair.Key))
            .Select(pair => moreIsBetter ? pair.Value / others[pair.Key] : others[pair.Key] / pair.Value));
    }
}
