namespace PpcJit.Bench;

/// <summary>The middle and the ends of several values.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <summary>Gives the spread of values; null when there is none.</summary>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
            return null;
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
