namespace PpcJit.Inspector.Soaking;

/// <summary>What the rule says of a series.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Middle">Its peak in the second third.</param>
/// <param name="Last">Its peak in the last third.</param>
/// <param name="Bound">The most that it may be.</param>
/// <param name="Grows">Whether it grew from the second third to the last.</param>
/// <param name="IsOver">Whether its last peak is above the bound.</param>
internal sealed record SoakVerdict(string Name, double Middle, double Last, double? Bound, bool Grows, bool IsOver)
{
    /// <summary>Whether it neither grows nor is over its bound.</summary>
    public bool Holds => !Grows && !IsOver;
}

/// <summary>
/// Decides whether something keeps growing. The first third of the looks is warming up. Then the peak of the last third may be at most 1.15 times that of
/// the middle third, and no more than the absolute bound. What is held rises and falls with the generations, so a peak is the value that nine
/// tenths of the looks are below: it depends less than a median on the moments at which the looks happen to fall, and not on a single one as a maximum does.
/// </summary>
internal static class SoakRule
{
    /// <summary>How much higher the last third may be than the middle one.</summary>
    public const double MostGrowth = 1.15;

    /// <summary>Fewer looks say nothing.</summary>
    public const int FewestLooks = 15;

    private const double PeakShare = 0.9;

    /// <summary>Judges a series.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="values">Values at even distances.</param>
    /// <param name="bound">The most that it may be; null for no bound of its own.</param>
    public static SoakVerdict Judge(string name, IReadOnlyList<double> values, double? bound)
    {
        int third = values.Count / 3;
        double middle = Peak(values.Skip(values.Count - (2 * third)).Take(third));
        double last = Peak(values.Skip(values.Count - third));
        return new SoakVerdict(name, middle, last, bound, last > middle * MostGrowth, last > bound);
    }

    private static double Peak(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * PeakShare))];
    }
}
