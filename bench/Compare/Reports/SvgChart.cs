using System.Xml.Linq;
using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Compare.Contest;
using PpcJit.Lab.Drawing;

namespace PpcJit.Compare.Reports;

/// <summary>
/// A bar for each measure: how many times better the jit is than a rival, on a logarithmic scale, so that half and
/// twice look alike.
/// </summary>
internal static class SvgChart
{
    private const int Width = 860;
    private const int LabelWidth = 390;
    private const int RowHeight = 26;
    private const int Top = 50;
    private const int Margin = 90;

    /// <summary>Draws the chart against one rival.</summary>
    public static string Draw(Outcome outcome, Environs environs, Contender rival)
    {
        (string Title, Spread Ratio)[] rows =
            [.. outcome.Measures.Select(measure => (measure.Title, Ratio: measure.Advantage(Contender.Jit, rival.Name)))
                .Where(row => row.Ratio is not null).Select(row => (row.Title, row.Ratio!.Value))];
        double reach = rows.Append((Title: "", Ratio: new Spread(2, 0.5, 2)))
            .Max(row => Math.Max(Math.Abs(Math.Log2(row.Ratio.Least)), Math.Abs(Math.Log2(row.Ratio.Most))));
        int height = Top + rows.Length * RowHeight + 40;
        double X(double ratio) => LabelWidth + (Width - LabelWidth - Margin) * (Math.Log2(ratio) + reach) / (2 * reach);

        XElement svg = Svg.Sheet(Width, height);
        svg.Add(
            Svg.Text(10, 22, $"PpcJit's jit over {rival.Title}: how many times better", "start", size: 16),
            Svg.Text(X(1), 42, "1 (equal)", "middle", size: 13));
        for (int row = 0; row < rows.Length; row++)
        {
            Spread ratio = rows[row].Ratio;
            int y = Top + row * RowHeight;
            double left = Math.Min(X(1), X(ratio.Median)), right = Math.Max(X(1), X(ratio.Median));
            svg.Add(
                Svg.Text(LabelWidth - 12, y + 15, rows[row].Title, "end", size: 13),
                Svg.Rectangle(left, y + 3, right - left, 16, ratio.Median >= 1 ? "#3a7d44" : "#b5483a"),
                Svg.Line(X(ratio.Least), y + 11, X(ratio.Most), y + 11, "black"),
                Svg.Text(Math.Max(right, X(ratio.Most)) + 6, y + 15, Cells.Value(ratio.Median), "start", size: 13));
        }

        string footer = $"{environs.Date}, {environs.Machine}, {environs.Versions}; bars: medians, lines: least to most";
        svg.Add(Svg.Line(X(1), Top - 4, X(1), height - 36, "#888"), Svg.Text(10, height - 12, footer, "start", fill: "#555"));
        return Svg.File(svg);
    }
}
