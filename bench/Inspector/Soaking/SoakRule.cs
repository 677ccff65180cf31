namespace PpcJit.Inspector.Soaking;

/// <summary>
/// Where most values of a part of a series are: a tenth of them is below <c>Low</c>, a tenth above <c>High</c>.
/// </summary>
internal readonly record struct Band(double Low, double Median, double High)
{
    /// <summary>The band of values.</summary>
    public static Band Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? default : new Band(At(0.1), At(0.5), At(0.9));

        double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }
}

/// <summary>What the rule says of a series.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Middle">Its band in the second third.</param>
/// <param name="Last">Its band in the last third.</param>
/// <param name="Rise">By how much the whole band rose, as a part of the second third's high end.</param>
/// <param name="Bound">The most that it may be; null for no bound of its own.</param>
internal sealed record SoakVerdict(string Name, Band Middle, Band Last, double Rise, double? Bound)
{
    /// <summary>Whether it grew from the second third to the last.</summary>
    public bool Grows => !IsWave && Rise > SoakRule.MaxRise;

    /// <summary>Whether it goes up to its bound and down again by design, so that only the bound says something.</summary>
    public bool IsWave { get; init; }

    /// <summary>Whether it was above its bound.</summary>
    public bool IsOver => Last.High > Bound;

    /// <summary>Whether it neither grows nor is over its bound.</summary>
    public bool Holds => !Grows && !IsOver;
}

/// <summary>
/// Decides whether something keeps growing. The first third of the looks is warming up. What is held then rises and
/// falls with generations and collections, and looks fall on any moment of that, so a single figure of a third is a
/// matter of luck; but what leaks lifts low and high values alike. A series grows when the low end, the median and the
/// high end of its last third are all above those of the middle third, each by more than 0.15 times the middle third's
/// high end.
/// </summary>
internal static class SoakRule
{
    /// <summary>How far the band may rise from the middle third to the last.</summary>
    public const double MaxRise = 0.15;

    /// <summary>Fewer looks say nothing.</summary>
    public const int FewestLooks = 15;

    /// <summary>Judges a series.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="values">Values, in the order of the looks.</param>
    /// <param name="bound">The most that it may be; null for no bound of its own.</param>
    /// <param name="step">A rise that is no larger is none: in such steps it goes up and down by itself.</param>
    public static SoakVerdict Judge(string name, IReadOnlyList<double> values, double? bound, double step = 0)
    {
        int third = values.Count / 3;
        Band middle = Band.Of(values.Skip(values.Count - (2 * third)).Take(third));
        Band last = Band.Of(values.Skip(values.Count - third));
        double rise = Math.Min(last.Low - middle.Low, Math.Min(last.Median - middle.Median, last.High - middle.High));
        return new SoakVerdict(name, middle, last, middle.High > 0 && Math.Abs(rise) > step ? rise / middle.High : 0, bound);
    }
}
