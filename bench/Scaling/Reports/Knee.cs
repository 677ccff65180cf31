namespace PpcJit.Scaling.Reports;

/// <summary>A stretch of a curve over which it becomes worse.</summary>
/// <param name="From">Last size at which it was good.</param>
/// <param name="To">First size at which it is no longer getting worse.</param>
/// <param name="Factor">How many times worse it became.</param>
internal readonly record struct Knee(double From, double To, double Factor)
{
    /// <summary>A step between two sizes that is smaller than this is taken for noise or slope, not for a knee.</summary>
    private const double LeastStep = 1.2;

    /// <summary>Finds the knees of a curve.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="costs">
    /// Whether values are costs, which should rise with the size and no faster; else rates, which should not fall.
    /// </param>
    public static IReadOnlyList<Knee> Find(Curve curve, bool costs)
    {
        (double X, double Rate)[] points = [.. curve.Points.Select(point => (point.X, costs ? point.X / point.Y.Median : point.Y.Median))];
        List<Knee> knees = [];
        int first = 0;
        for (int n = 1; n <= points.Length; n++)
        {
            if (n < points.Length && points[n].Rate * LeastStep <= points[n - 1].Rate)
                continue;
            if (n - 1 > first)
                knees.Add(new Knee(points[first].X, points[n - 1].X, points[first].Rate / points[n - 1].Rate));
            first = n;
        }

        return knees;
    }
}
