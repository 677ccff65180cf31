using System.Xml.Linq;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Draws the window of a search as a strip: blue where the injection is possible, red where it is fatal.</summary>
internal static class StripDrawing
{
    private const double Width = 1000;
    private const double Height = 28;

    private static readonly Meaning Possible = new("#9fc5e8", "the injection is possible");
    private static readonly Meaning Impossible = new("#eceff1", "it is not");
    private static readonly Meaning Fatal = new("#c00000", "it is fatal");

    /// <summary>Draws the strip.</summary>
    public static XElement Draw(SearchReport search)
    {
        XElement drawing = Svg.Drawing(Width, Height + 40);
        drawing.Add(Svg.Rectangle(0, 0, Width, Height, Impossible.Fill));

        // Neighbouring ranges that fall on one pixel are one rectangle, or a long window would make a long file.
        double drawnTo = -1;
        foreach (CountRange range in search.Possible)
        {
            double first = X(search, range.First);
            double last = Math.Max(X(search, range.First + range.Length), first + 0.5);
            if (last <= drawnTo)
                continue;
            drawing.Add(Svg.Rectangle(Math.Max(first, drawnTo), 0, last - Math.Max(first, drawnTo), Height, Possible.Fill));
            drawnTo = last;
        }

        foreach (FatalPlace place in search.Fatal)
            drawing.Add(Svg.Rectangle(X(search, place.Count) - 0.75, 0, 1.5, Height, Fatal.Fill,
                $"{place.Count}: {place.Place}  {place.Instruction}"));
        drawing.Add(Svg.Text(0, Height + 14, $"{search.From:N0}", "start"), Svg.Text(Width, Height + 14, $"{search.To:N0}", "end"));
        drawing.Add(Svg.Legend(0, Height + 22, Width, [Possible, Impossible, Fatal]).Shapes);
        return drawing;
    }

    private static double X(SearchReport search, ulong count) => (count - search.From) * Width / Math.Max(1, search.To - search.From);
}
