using System.Xml.Linq;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>
/// Draws a timeline. Each column is an event. Above, how deeply exceptions are nested; below, a lane for each page of
/// the stacks that took part, green while the TLB maps it, with a dot where r1 points into it.
/// </summary>
internal static class TimelineDrawing
{
    private const double Column = 24;
    private const double Label = 190;
    private const double Lane = 22;
    private const double Level = 16;

    /// <summary>Draws the timeline.</summary>
    public static XElement Draw(Timeline timeline)
    {
        int deepest = Math.Max(1, timeline.Events.Max(happened => happened.Depth));
        double ground = 20 + (deepest * Level);
        double bottom = ground + 24 + (timeline.Pages.Count * Lane);
        XElement drawing = Svg.Drawing(Label + (timeline.Events.Count * Column) + 10, bottom + 10);
        drawing.Add(Svg.Text(Label - 8, ground - 3, "exceptions", "end"));
        for (int n = 0; n < timeline.Events.Count; n++)
            drawing.Add(Event(timeline.Events[n], n, ground));
        for (int page = 0; page < timeline.Pages.Count; page++)
            drawing.Add(Page(timeline, timeline.Pages[page], ground + 24 + (page * Lane)));
        return drawing;
    }

    private static double X(int column) => Label + (column * Column);

    private static IEnumerable<XElement> Event(TimelineEvent happened, int n, double ground)
    {
        string title = $"{happened.Count}: {happened.Place}: {happened.Text}";
        if (happened.Depth > 0)
            yield return Svg.Rectangle(X(n), ground - (happened.Depth * Level), Column, happened.Depth * Level, Colour(happened.Kind), title);
        else
            yield return Svg.Rectangle(X(n) + 1, ground - 2, Column - 2, 2, "#888888", title);
        yield return Svg.Text(X(n) + (Column / 2), ground + 14, $"{n + 1}", "middle");
    }

    private static IEnumerable<XElement> Page(Timeline timeline, TimelinePage page, double top)
    {
        yield return Svg.Text(Label - 8, top + 14, page.Name, "end", $"0x{page.Address:x8}");
        yield return Svg.Rectangle(Label, top, timeline.Events.Count * Column, Lane - 5, "#f4d7d7", $"0x{page.Address:x8} is not in the TLB");
        foreach (IndexRange range in page.Present)
            yield return Svg.Rectangle(X(range.From), top, (range.To - range.From) * Column, Lane - 5, "#b7dfb9",
                $"0x{page.Address:x8} is in the TLB");
        for (int n = 0; n < timeline.Events.Count; n++)
        {
            if (timeline.Events[n].StackPointer - page.Address < page.Size)
                yield return Svg.Circle(X(n) + (Column / 2), top + ((Lane - 5) / 2), 3.5, $"r1 = 0x{timeline.Events[n].StackPointer:x8}");
        }
    }

    private static string Colour(string kind) => kind switch
    {
        "DataTlbMiss" or "InstructionTlbMiss" => "#e69138",
        "External" or "Pit" or "Fit" or "CriticalInput" or "Watchdog" => "#6fa8dc",
        "Injected" => "#cc0000",
        "TlbWritten" => "#93c47d",
        "RealModeStore" => "#c27ba0",
        _ => "#b4a7d6",
    };
}
