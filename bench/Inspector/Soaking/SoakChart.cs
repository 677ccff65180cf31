using System.Globalization;
using System.Xml.Linq;
using PpcJit.Lab.Drawing;

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
            ("managed heap, KiB", point => point.HeapOutlived / 1024.0),
            ("resident memory, MiB", point => point.Resident / 1048576.0),
        ];
        int height = Top + panels.Length * (PanelHeight + Between);
        XElement svg = Svg.Sheet(Width, height);
        string title = string.Create(CultureInfo.InvariantCulture,
            $"What is held while {points[^1].Compiled:N0} regions are compiled, in {points[^1].Generations:N0} "
                + $"generations of {report.Settings.CodeLimit:N0} guest instructions");
        svg.Add(Svg.Text(10, 22, title, "start", size: 16));
        for (int panel = 0; panel < panels.Length; panel++)
            AddPanel(svg, Top + panel * (PanelHeight + Between), panels[panel].Title, points, panels[panel].Value);
        return Svg.File(svg);
    }

    private static void AddPanel(XElement svg, int top, string title, IReadOnlyList<SoakPoint> points, Func<SoakPoint, double> value)
    {
        double most = Math.Max(1, points.Max(value)) * 1.1;
        double X(SoakPoint point) => Left + (Width - Left - Right) * (point.Compiled / (double)points[^1].Compiled);
        double Y(double height) => top + PanelHeight * (1 - height / most);

        svg.Add(Svg.Text(Left, top - 8, title, "start", size: 13), Svg.Axes(Left, top, top + PanelHeight, Width - Right, "#888"));

        // Where the thirds of the rule end.
        foreach (int third in (int[])[points.Count / 3, 2 * points.Count / 3])
            svg.Add(Svg.Line(X(points[third]), top, X(points[third]), top + PanelHeight, "#ccc", dashes: 4));
        double peak = points.Max(value);
        svg.Add(
            Svg.Text(Left - 6, Y(peak) + 4, FormattableString.Invariant($"{peak:N0}"), "end", size: 13),
            Svg.Text(Left - 6, top + PanelHeight, "0", "end", size: 13),
            Svg.Polyline(points.Select(point => (X(point), Y(value(point)))), "#3a7d44", 1.5));
    }
}
