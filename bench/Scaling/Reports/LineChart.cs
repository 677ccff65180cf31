using PpcJit.Bench;
using PpcJit.Bench.Reports;

namespace PpcJit.Scaling.Reports;

/// <summary>Draws each sweep as lines over two logarithmic axes, with bands from the least to the most, and with what is known to end where.</summary>
internal static class LineChart
{
    private const int PanelWidth = 620;
    private const int PanelHeight = 420;
    private const int Columns = 2;
    private const int Left = 62;
    private const int Right = 16;
    private const int Top = 58;
    private const int Bottom = 92;
    private const int TicksMost = 9;
    private static readonly string[] Colors = ["#1f5fa8", "#b5483a", "#3a7d44", "#8a5fb0", "#c98a1b"];

    /// <summary>Draws all sweeps into one picture.</summary>
    /// <param name="sweeps">The sweeps.</param>
    /// <param name="footer">When and where they were measured.</param>
    public static string Draw(IReadOnlyList<Sweep> sweeps, string footer)
    {
        int columns = Math.Min(Columns, sweeps.Count);
        int rows = (sweeps.Count + columns - 1) / columns;
        SvgText svg = new(columns * PanelWidth, (rows * PanelHeight) + 24);
        for (int n = 0; n < sweeps.Count; n++)
        {
            svg.Add($"<g transform=\"translate({n % columns * PanelWidth},{n / columns * PanelHeight})\">");
            DrawPanel(svg, sweeps[n]);
            svg.Add($"</g>");
        }

        svg.Add($"<text x=\"10\" y=\"{(rows * PanelHeight) + 14}\" fill=\"#555\" font-size=\"11\">{SvgText.Escaped(footer)}</text>");
        return svg.End();
    }

    private static void DrawPanel(SvgText svg, Sweep sweep)
    {
        double[] sizes = [.. sweep.Sizes];
        (double X, Spread Y)[] points = [.. sweep.Curves.SelectMany(curve => curve.Points)];
        if (points.Length == 0)
            return;
        (double low, double high) = (points.Min(point => point.Y.Least), points.Max(point => point.Y.Most));
        double[] ticks = Ticks(low, high);
        Scale scale = new(Math.Log2(sizes[0]), Math.Log2(sizes[^1]), Math.Log10(ticks[0]), Math.Log10(ticks[^1]));

        svg.Add($"<text x=\"{Left}\" y=\"20\" font-size=\"15\">{SvgText.Escaped(sweep.Title)}</text>");
        DrawAxes(svg, sweep, sizes, ticks, scale);
        DrawMarks(svg, sweep, sizes, scale);
        for (int n = 0; n < sweep.Curves.Count; n++)
            DrawCurve(svg, sweep.Curves[n], scale, n);
    }

    /// <summary>Numbers on the vertical axis, from one below all values to one above: 1, 2, 5, 10 and so on.</summary>
    private static double[] Ticks(double low, double high)
    {
        double[] all = [.. Enumerable.Range(-6, 18).SelectMany(power => (double[])[1, 2, 5], (power, step) => Math.Round(step * Math.Pow(10, power), 6))];
        int first = Math.Max(0, Array.FindLastIndex(all, tick => tick <= low)), last = Array.FindIndex(all, tick => tick >= high);
        return all[first..(Math.Max(last, first + 1) + 1)];
    }

    private static void DrawAxes(SvgText svg, Sweep sweep, double[] sizes, double[] ticks, Scale scale)
    {
        int floor = PanelHeight - Bottom;
        foreach (double tick in ticks)
        {
            double y = scale.Y(tick);
            svg.Add($"<line x1=\"{Left}\" x2=\"{PanelWidth - Right}\" y1=\"{y:F1}\" y2=\"{y:F1}\" stroke=\"#ddd\"/>");
            svg.Add($"<text x=\"{Left - 6}\" y=\"{y + 4:F1}\" text-anchor=\"end\" font-size=\"11\">{tick:0.######}</text>");
        }

        int first = (int)Math.Ceiling(Math.Log2(sizes[0])), last = (int)Math.Floor(Math.Log2(sizes[^1]));
        for (int power = first, step = 1 + ((last - first) / TicksMost); power <= last; power += step)
        {
            double x = scale.X(Math.Pow(2, power));
            svg.Add($"<line x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{floor}\" y2=\"{floor + 4}\" stroke=\"black\"/>");
            svg.Add($"<text x=\"{x:F1}\" y=\"{floor + 17}\" text-anchor=\"middle\" font-size=\"11\">{SvgText.Escaped(sweep.Size(Math.Pow(2, power)))}</text>");
        }

        svg.Add($"<path d=\"M{Left} {Top}V{floor}H{PanelWidth - Right}\" fill=\"none\" stroke=\"black\"/>");
        svg.Add($"<text x=\"{Left}\" y=\"{Top - 22}\" font-size=\"11\" fill=\"#555\">{SvgText.Escaped(sweep.YTitle)}</text>");
        svg.Add($"<text x=\"{PanelWidth - Right}\" y=\"{floor + 34}\" text-anchor=\"end\" font-size=\"11\" fill=\"#555\">{SvgText.Escaped(sweep.XTitle)}</text>");
    }

    private static void DrawMarks(SvgText svg, Sweep sweep, double[] sizes, Scale scale)
    {
        Mark[] inside = [.. sweep.Marks.Where(mark => mark.X > sizes[0] && mark.X < sizes[^1]).OrderBy(mark => mark.X)];
        for (int n = 0; n < inside.Length; n++)
        {
            // Neighbours stand at different heights, so that their texts do not meet.
            double x = scale.X(inside[n].X);
            svg.Add($"<line x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{Top - 4}\" y2=\"{PanelHeight - Bottom}\" stroke=\"#999\" stroke-dasharray=\"3 3\"/>");
            svg.Add($"<text x=\"{x:F1}\" y=\"{Top - 8 - (n % 2 * 12)}\" text-anchor=\"middle\" font-size=\"10\" fill=\"#555\">{SvgText.Escaped(inside[n].Text)}</text>");
        }
    }

    private static void DrawCurve(SvgText svg, Curve curve, Scale scale, int number)
    {
        (double X, Spread Y)[] points = [.. curve.Points];
        string color = Colors[number % Colors.Length];
        string Path(IEnumerable<(double X, double Y)> way) =>
            string.Join(' ', way.Select(point => FormattableString.Invariant($"{scale.X(point.X):F1},{scale.Y(point.Y):F1}")));
        string band = Path(points.Select(point => (point.X, point.Y.Least)).Concat(points.Reverse().Select(point => (point.X, point.Y.Most))));
        svg.Add($"<polygon points=\"{band}\" fill=\"{color}\" opacity=\"0.2\"/>");
        svg.Add($"<polyline points=\"{Path(points.Select(point => (point.X, point.Y.Median)))}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>");
        foreach ((double x, Spread y) in points)
            svg.Add($"<circle cx=\"{scale.X(x):F1}\" cy=\"{scale.Y(y.Median):F1}\" r=\"2.5\" fill=\"{color}\"/>");

        // The key, two in a row below the axis
        int left = Left + (number % 2 * (PanelWidth - Left - Right) / 2), base0 = PanelHeight - 44 + (number / 2 * 15);
        svg.Add($"<line x1=\"{left}\" x2=\"{left + 18}\" y1=\"{base0 - 4}\" y2=\"{base0 - 4}\" stroke=\"{color}\" stroke-width=\"3\"/>");
        svg.Add($"<text x=\"{left + 24}\" y=\"{base0}\" font-size=\"12\">{SvgText.Escaped(curve.Title)}</text>");
    }

    /// <summary>Where values lie in a panel.</summary>
    private sealed record Scale(double First, double Last, double Bottom, double Top)
    {
        public double X(double x) => Left + ((PanelWidth - Left - Right) * (Math.Log2(x) - First) / Math.Max(Last - First, 1e-9));

        public double Y(double y) => LineChart.Top + ((PanelHeight - LineChart.Bottom - LineChart.Top) * (Top - Math.Log10(y)) / (Top - Bottom));
    }
}
