using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Compare.Contest;

namespace PpcJit.Compare.Reports;

/// <summary>A bar for each measure: how many times better the jit is than a rival, on a logarithmic scale, so that half and twice look alike.</summary>
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
        double reach = rows.Append((Title: "", Ratio: new Spread(2, 0.5, 2))).Max(row => Math.Max(Math.Abs(Math.Log2(row.Ratio.Least)), Math.Abs(Math.Log2(row.Ratio.Most))));
        int height = Top + rows.Length * RowHeight + 40;
        double X(double ratio) => LabelWidth + (Width - LabelWidth - Margin) * (Math.Log2(ratio) + reach) / (2 * reach);

        SvgText svg = new(Width, height);
        svg.Add($"<text x=\"10\" y=\"22\" font-size=\"16\">PpcJit's jit over {SvgText.Escaped(rival.Title)}: how many times better</text>");
        svg.Add($"<text x=\"{X(1):F1}\" y=\"42\" text-anchor=\"middle\">1 (equal)</text>");
        for (int row = 0; row < rows.Length; row++)
        {
            Spread ratio = rows[row].Ratio;
            int y = Top + row * RowHeight;
            double left = Math.Min(X(1), X(ratio.Median)), right = Math.Max(X(1), X(ratio.Median));
            svg.Add($"<text x=\"{LabelWidth - 12}\" y=\"{y + 15}\" text-anchor=\"end\">{SvgText.Escaped(rows[row].Title)}</text>");
            svg.Add($"<rect x=\"{left:F1}\" y=\"{y + 3}\" width=\"{right - left:F1}\" height=\"16\" fill=\"{(ratio.Median >= 1 ? "#3a7d44" : "#b5483a")}\"/>");
            svg.Add($"<line x1=\"{X(ratio.Least):F1}\" x2=\"{X(ratio.Most):F1}\" y1=\"{y + 11}\" y2=\"{y + 11}\" stroke=\"black\"/>");
            svg.Add($"<text x=\"{Math.Max(right, X(ratio.Most)) + 6:F1}\" y=\"{y + 15}\">{Cells.Value(ratio.Median)}</text>");
        }

        svg.Add($"<line x1=\"{X(1):F1}\" x2=\"{X(1):F1}\" y1=\"{Top - 4}\" y2=\"{height - 36}\" stroke=\"#888\"/>");
        svg.Add($"<text x=\"10\" y=\"{height - 12}\" fill=\"#555\" font-size=\"11\">{SvgText.Escaped($"{environs.Date}, {environs.Machine}, {environs.Versions}; bars: medians, lines: least to most")}</text>");
        return svg.End();
    }
}
