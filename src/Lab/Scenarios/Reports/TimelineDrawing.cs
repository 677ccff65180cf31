using System.Xml.Linq;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>
/// Draws a timeline. Each column is an event. Above, how deeply exceptions are nested; below, a lane for each page of
/// the stacks that took part, green while the TLB maps it, with a dot where r1 points into it. A legend says what the colours mean.
/// </summary>
internal static class TimelineDrawing
{
    private const double Column = 24;
    private const double Label = 190;
    private const double Lane = 22;
    private const double Level = 16;

    /// <summary>A drawing is as wide as this many columns at least, so that the texts below it have room.</summary>
    private const int LeastColumns = 20;

    private static readonly Meaning Miss = new("#e69138", "TLB miss");
    private static readonly Meaning Interrupt = new("#6fa8dc", "interrupt");
    private static readonly Meaning Injected = new("#cc0000", "injected");
    private static readonly Meaning TlbWrite = new("#93c47d", "TLB entry written");
    private static readonly Meaning RealModeStore = new("#c27ba0", "store with translation off");
    private static readonly Meaning Other = new("#b4a7d6", "another event in a handler");
    private static readonly Meaning Present = new("#b7dfb9", "page is in the TLB");
    private static readonly Meaning Absent = new("#f4d7d7", "page is not in the TLB");
    private static readonly Meaning StackPointer = new("#222222", "r1 points there");

    /// <summary>Draws the timeline.</summary>
    public static XElement Draw(Timeline timeline)
    {
        int deepest = Math.Max(1, timeline.Events.Max(happened => happened.Depth));
        double ground = 20 + (deepest * Level);
        double bottom = ground + 24 + (timeline.Pages.Count * Lane);
        double right = Label + (Math.Max(timeline.Events.Count, LeastColumns) * Column);
        (IReadOnlyList<XElement> legend, double end) = Svg.Legend(Label, bottom + 8, right, Shown(timeline));
        XElement drawing = Svg.Drawing(right + 10, end);
        drawing.Add(Svg.Text(Label - 8, ground - 3, "exceptions", "end"));
        for (int n = 0; n < timeline.Events.Count; n++)
            drawing.Add(Event(timeline.Events[n], n, ground));
        for (int page = 0; page < timeline.Pages.Count; page++)
            drawing.Add(Page(timeline, timeline.Pages[page], ground + 24 + (page * Lane)));
        drawing.Add(legend);
        return drawing;
    }

    /// <summary>The colours that a drawing has, each once.</summary>
    private static IEnumerable<Meaning> Shown(Timeline timeline)
    {
        IEnumerable<Meaning> events = timeline.Events.Where(happened => happened.Depth > 0).Select(happened => MeaningOf(happened.Kind)).Distinct();
        return timeline.Pages.Count == 0 ? events : [.. events, Present, Absent, StackPointer];
    }

    private static double X(int column) => Label + (column * Column);

    private static IEnumerable<XElement> Event(TimelineEvent happened, int n, double ground)
    {
        string title = $"{happened.Count}: {happened.Place}: {happened.Text}";
        if (happened.Depth > 0)
            yield return Svg.Rectangle(X(n), ground - (happened.Depth * Level), Column, happened.Depth * Level, MeaningOf(happened.Kind).Fill, title);
        else
            yield return Svg.Rectangle(X(n) + 1, ground - 2, Column - 2, 2, "#888888", title);
        yield return Svg.Text(X(n) + (Column / 2), ground + 14, $"{n + 1}", "middle");
    }

    private static IEnumerable<XElement> Page(Timeline timeline, TimelinePage page, double top)
    {
        yield return Svg.Text(Label - 8, top + 14, page.Name, "end", $"0x{page.Address:x8}");
        yield return Svg.Rectangle(Label, top, timeline.Events.Count * Column, Lane - 5, Absent.Fill, $"0x{page.Address:x8} is not in the TLB");
        foreach (IndexRange range in page.Present)
            yield return Svg.Rectangle(X(range.From), top, (range.To - range.From) * Column, Lane - 5, Present.Fill,
                $"0x{page.Address:x8} is in the TLB");
        for (int n = 0; n < timeline.Events.Count; n++)
        {
            if (timeline.Events[n].StackPointer - page.Address < page.Size)
                yield return Svg.Circle(
                    X(n) + (Column / 2), top + ((Lane - 5) / 2), 3.5, $"r1 = 0x{timeline.Events[n].StackPointer:x8}", StackPointer.Fill);
        }
    }

    private static Meaning MeaningOf(string kind) => kind switch
    {
        "DataTlbMiss" or "InstructionTlbMiss" => Miss,
        "External" or "Pit" or "Fit" or "CriticalInput" or "Watchdog" => Interrupt,
        "Injected" => Injected,
        "TlbWritten" => TlbWrite,
        "RealModeStore" => RealModeStore,
        _ => Other,
    };
}
