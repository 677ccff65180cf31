using System.Globalization;
using System.Xml.Linq;
using PpcJit.Bench;
using PpcJit.Lab.Drawing;

namespace PpcJit.Scaling.Reports;

/// <summary>
/// Draws each sweep as lines over two logarithmic axes, with bands from the least to the most, and with what is known
/// to end where.
/// </summary>
internal static class LineChart
{
    private const int PanelWidth = 620;
    private const int PanelHeight = 420;
    private const int Columns = 2;
    private const int Left = 62;
    private const int Right = 16;
    private const int Top = 58;
    private const int Bottom = 92;
    private const int MaxTicks = 9;
    private const string Grey = "#555";
    private static readonly string[] Colors = ["#1f5fa8", "#b5483a", "#3a7d44", "#8a5fb0", "#c98a1b"];

    /// <summary>Draws all sweeps into one picture.</summary>
    /// <param name="sweeps">The sweeps.</param>
    /// <param name="footer">When and where they were measured.</param>
    public static string Draw(IReadOnlyList<Sweep> sweeps, string footer)
    {
        int columns = Math.Min(Columns, sweeps.Count);
        int rows = (sweeps.Count + columns - 1) / columns;
        XElement svg = Svg.Sheet(columns * PanelWidth, (rows * PanelHeight) + 24);
        for (int n = 0; n < sweeps.Count; n++)
        {
            XElement panel = Svg.Shape("g", ("transform", $"translate({n % columns * PanelWidth},{n / columns * PanelHeight})"));
            DrawPanel(panel, sweeps[n]);
            svg.Add(panel);
        }

        svg.Add(Svg.Text(10, (rows * PanelHeight) + 14, footer, "start", fill: Grey));
        return Svg.File(svg);
    }

    private static void DrawPanel(XElement svg, Sweep sweep)
    {
        double[] sizes = [.. sweep.Sizes];
        (double X, Spread Y)[] points = [.. sweep.Curves.SelectMany(curve => curve.Points)];
        if (points.Length == 0)
            return;
        (double low, double high) = (points.Min(point => point.Y.Least), points.Max(point => point.Y.Most));
        double[] ticks = Ticks(low, high);
        Scale scale = new(Math.Log2(sizes[0]), Math.Log2(sizes[^1]), Math.Log10(ticks[0]), Math.Log10(ticks[^1]));

        svg.Add(Svg.Text(Left, 20, sweep.Title, "start", size: 15));
        DrawAxes(svg, sweep, sizes, ticks, scale);
        DrawMarks(svg, sweep, sizes, scale);
        for (int n = 0; n < sweep.Curves.Count; n++)
            DrawCurve(svg, sweep.Curves[n], scale, n);
    }

    /// <summary>Numbers on the vertical axis, from one below all values to one above: 1, 2, 5, 10 and so on.</summary>
    private static double[] Ticks(double low, double high)
    {
        double[] all = [.. Enumerable.Range(-6, 18)
            .SelectMany(power => (double[])[1, 2, 5], (power, step) => Math.Round(step * Math.Pow(10, power), 6))];
        int first = Math.Max(0, Array.FindLastIndex(all, tick => tick <= low)), last = Array.FindIndex(all, tick => tick >= high);
        return all[first..(Math.Max(last, first + 1) + 1)];
    }

    private static void DrawAxes(XElement svg, Sweep sweep, double[] sizes, double[] ticks, Scale scale)
    {
        int floor = PanelHeight - Bottom;
        foreach (double tick in ticks)
        {
            double y = scale.Y(tick);
            svg.Add(
                Svg.Line(Left, y, PanelWidth - Right, y, "#ddd"),
                Svg.Text(Left - 6, y + 4, tick.ToString("0.######", CultureInfo.InvariantCulture), "end"));
        }

        int first = (int)Math.Ceiling(Math.Log2(sizes[0])), last = (int)Math.Floor(Math.Log2(sizes[^1]));
        for (int power = first, step = 1 + ((last - first) / MaxTicks); power <= last; power += step)
        {
            double x = scale.X(Math.Pow(2, power));
            svg.Add(
                Svg.Line(x, floor, x, floor + 4, "black"),
                Svg.Text(x, floor + 17, sweep.Size(Math.Pow(2, power)), "middle"));
        }

        svg.Add(
            Svg.Axes(Left, Top, floor, PanelWidth - Right, "black"),
            Svg.Text(Left, Top - 22, sweep.YTitle, "start", fill: Grey),
            Svg.Text(PanelWidth - Right, floor + 34, sweep.XTitle, "end", fill: Grey));
    }

    private static void DrawMarks(XElement svg, Sweep sweep, double[] sizes, Scale scale)
    {
        Mark[] inside = [.. sweep.Marks.Where(mark => mark.X > sizes[0] && mark.X < sizes[^1]).OrderBy(mark => mark.X)];
        for (int n = 0; n < inside.Length; n++)
        {
            // Neighbours stand at different heights, so that their texts do not meet.
            double x = scale.X(inside[n].X);
            svg.Add(
                Svg.Line(x, Top - 4, x, PanelHeight - Bottom, "#999", dashes: 3),
                Svg.Text(x, Top - 8 - (n % 2 * 12), inside[n].Text, "middle", size: 10, fill: Grey));
        }
    }

    private static void DrawCurve(XElement svg, Curve curve, Scale scale, int number)
    {
        (double X, Spread Y)[] points = [.. curve.Points];
        string color = Colors[number % Colors.Length];
        IEnumerable<(double X, double Y)> Way(Func<Spread, double> value) =>
            points.Select(point => (scale.X(point.X), scale.Y(value(point.Y))));
        svg.Add(
            Svg.Polygon(Way(y => y.Least).Concat(Way(y => y.Most).Reverse()), color, 0.2),
            Svg.Polyline(Way(y => y.Median), color, 2),
            Way(y => y.Median).Select(point => Svg.Circle(point.X, point.Y, 2.5, fill: color)));

        // The key, two in a row below the axis
        int left = Left + (number % 2 * (PanelWidth - Left - Right) / 2), base0 = PanelHeight - 44 + (number / 2 * 15);
        svg.Add(
            Svg.Line(left, base0 - 4, left + 18, base0 - 4, color, width: 3),
            Svg.Text(left + 24, base0, curve.Title, "start", size: 12));
    }

    /// <summary>Where values lie in a panel.</summary>
    private sealed record Scale(double First, double Last, double Bottom, double Top)
    {
        public double X(double x) => Left + ((PanelWidth - Left - Right) * (Math.Log2(x) - First) / Math.Max(Last - First, 1e-9));

        public double Y(double y) =>
            LineChart.Top + ((PanelHeight - LineChart.Bottom - LineChart.Top) * (Top - Math.Log10(y)) / (Top - Bottom));
    }
}
