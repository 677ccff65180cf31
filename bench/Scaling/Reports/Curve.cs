using PpcJit.Bench;

namespace PpcJit.Scaling.Reports;

/// <summary>What one contender did at growing sizes.</summary>
/// <param name="name">Short name, as in the JSON report.</param>
/// <param name="title">Name for people.</param>
internal sealed class Curve(string name, string title)
{
    private readonly SortedDictionary<double, List<double>> _values = [];

    public string Name => name;

    public string Title => title;

    /// <summary>Every value at every size.</summary>
    public IReadOnlyDictionary<double, List<double>> Values => _values;

    /// <summary>The spread at each size.</summary>
    public IEnumerable<(double X, Spread Y)> Points
    {
        get
        {
            foreach ((double x, List<double> values) in _values)
            {
                if (Spread.Of(values) is { } spread)
                    yield return (x, spread);
            }
        }
    }

    /// <summary>Notes a value; one that is not positive is noise larger than what was measured, and is left out.</summary>
    public void Add(double x, double value)
    {
        if (!(value > 0) || !double.IsFinite(value))
            return;
        if (!_values.TryGetValue(x, out List<double>? values))
            _values[x] = values = [];
        values.Add(value);
    }

    /// <summary>The spread at a size; null when it was not measured.</summary>
    public Spread? At(double x) => _values.TryGetValue(x, out List<double>? values) ? Spread.Of(values) : null;
}
