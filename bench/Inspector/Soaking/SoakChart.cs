using System.Globalization;
using System.Text;

namespace PpcJit.Inspector.Soaking;

/// <summary>What is held against the regions that were compiled so far, as curves.</summary>
internal static class SoakChart
{
    private const int Width = 860;
    private const int PanelHeight = 150;
    private const int Left = 70;
    private const int Right = 20;
    private const int Top = 60;
    private const int Between = 46;

    /// <summary>Draws a soak.</summary>
    public static string Draw(SoakReport report)
    {
        IReadOnlyList<SoakPoint> points = report.Points;
        (string Title, Func<SoakPoint, double> Value)[] panels =
        [
            ("dynamic methods", point => point.Methods),
            ("code heap, KiB", point => point.CodeCommitted / 1024.0),
            ("managed heap, KiB", point => point.HeapCommitted / 1024.0),
            ("resident memory, MiB", point => point.Resident / 1048576.0),
        ];
        int height = Top + panels.Length * (PanelHeight + Between);
        StringBuilder svg = new();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">");
        Add(svg, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"white\"/>");
        Add(svg, $"<text x=\"10\" y=\"22\" font-size=\"16\">What is held while {points[^1].Compiled:N0} regions are compiled, in {points[^1].Generations:N0} generations of {report.Settings.CodeLimit:N0} guest instructions</text>");
        for (int panel = 0; panel < panels.Length; panel++)
            AddPanel(svg, Top + panel * (PanelHeight + Between), panels[panel].Title, points, panels[panel].Value);
        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private static void AddPanel(StringBuilder svg, int top, string title, IReadOnlyList<SoakPoint> points, Func<SoakPoint, double> value)
    {
        double most = Math.Max(1, points.Max(value)) * 1.1;
        double X(SoakPoint point) => Left + (Width - Left - Right) * (point.Compiled / (double)points[^1].Compiled);
        double Y(double height) => top + PanelHeight * (1 - height / most);

        Add(svg, $"<text x=\"{Left}\" y=\"{top - 8}\">{title}</text>");
        Add(svg, $"<path d=\"M{Left},{top} V{top + PanelHeight} H{Width - Right}\" fill=\"none\" stroke=\"#888\"/>");

        // Where the thirds of the rule end.
        foreach (int third in (int[])[points.Count / 3, 2 * points.Count / 3])
            Add(svg, $"<line x1=\"{X(points[third]):F1}\" x2=\"{X(points[third]):F1}\" y1=\"{top}\" y2=\"{top + PanelHeight}\" stroke=\"#ccc\" stroke-dasharray=\"4\"/>");
        double peak = points.Max(value);
        Add(svg, $"<text x=\"{Left - 6}\" y=\"{Y(peak) + 4:F1}\" text-anchor=\"end\">{peak:N0}</text>");
        Add(svg, $"<text x=\"{Left - 6}\" y=\"{top + PanelHeight}\" text-anchor=\"end\">0</text>");
        svg.Append("<polyline fill=\"none\" stroke=\"#3a7d44\" stroke-width=\"1.5\" points=\"");
        foreach (SoakPoint point in points)
            svg.Append(CultureInfo.InvariantCulture, $"{X(point):F1},{Y(value(point)):F1} ");
        svg.Append("\"/>\n");
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
