using System.Globalization;
using System.Xml.Linq;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Observing.Latency;

/// <summary>Writes reports of latencies as files.</summary>
internal static class LatencyWriter
{
    private const double Width = 620, RowHeight = 18, Left = 130, BarWidth = 380;

    /// <summary>What names of such files end in.</summary>
    public static IReadOnlyCollection<string> Endings { get; } = [".json", ".html"];

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its name, which says the form.</param>
    /// <param name="to">Where to.</param>
    /// <param name="report">The report.</param>
    /// <param name="before">Another one that it is compared with; null for none.</param>
    public static void Write(string path, Stream to, LatencyReport report, LatencyReport? before)
    {
        if (path.EndsWith(".json", StringComparison.Ordinal))
            JsonText.Write(to, report, JsonText.Form);
        else
            MarkupText.Html(to, Page(report, before));
    }

    private static XElement Page(LatencyReport report, LatencyReport? before) => HtmlPage.Create(
        $"Latencies of {report.Title}{(before is null ? "" : $", compared with {before.Title}")}",
        "pre{font-size:12px}.mine{background:#4a7fb5}.other{background:#c9a24b}i{display:inline-block;width:.9em;height:.9em}",
        [
            .. before is null ? [] : (object[])[new XElement("p", Swatch("mine"), $" {report.Title} ", Swatch("other"), $" {before.Title}")],
            .. report.Heads(before).Select(line => new XElement("p", line)),
            .. report.Series.SelectMany(series => Section(report, series, before)),
        ]);

    private static object[] Section(LatencyReport report, LatencySeries series, LatencyReport? before)
    {
        LatencySeries? other = before?.Series.FirstOrDefault(one => one.Name == series.Name);
        return
        [
            new XElement("h2", series.Name), .. report.TimesLines(series, other, before).Select(line => new XElement("p", line.Trim())),
            Drawing(series, other), new XElement("pre", string.Join('\n', report.WorstOfEach(series, other, before))),
        ];
    }

    private static XElement Swatch(string name) => new("i", new XAttribute("class", name), "");

    private static XElement Drawing(LatencySeries series, LatencySeries? other)
    {
        ulong[] bounds = [.. series.BoundsWith(other)];
        double height = other is null ? RowHeight : 2 * RowHeight;
        XElement drawing = Svg.Drawing(Width, Math.Max(1, bounds.Length) * (height + 4));
        double most = Math.Max(1, series.MostWith(other));
        for (int n = 0; n < bounds.Length; n++)
        {
            double top = n * (height + 4);
            drawing.Add(Svg.Text(Left - 8, top + 13, string.Create(CultureInfo.InvariantCulture, $"up to {bounds[n]:N0}"), "end"));
            Bar(drawing, top, series, bounds[n], most, "#4a7fb5");
            if (other is not null)
                Bar(drawing, top + RowHeight, other, bounds[n], most, "#c9a24b");
        }

        return drawing;
    }

    private static void Bar(XElement drawing, double top, LatencySeries series, ulong to, double most, string fill)
    {
        ulong times = series.TimesUpTo(to);
        double width = BarWidth * times / most;
        drawing.Add(Svg.Rectangle(Left, top + 1, width, RowHeight - 3, fill));
        drawing.Add(Svg.Text(Left + width + 6, top + 13, times.ToString("N0", CultureInfo.InvariantCulture), "start"));
    }
}
