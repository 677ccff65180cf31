using System.Globalization;
using System.Text;
using PpcJit.Cli.Reports;
using PpcJit.Inspector.Readings;
using PpcJit.Inspector.Sampling;
using Spectre.Console;

namespace PpcJit.Inspector.Reports;

/// <summary>What was found, for people.</summary>
internal static class TextReport
{
    private const int Width = 150;
    private const int MaxPages = 12;
    private const int MaxFrames = 3;
    private const int GuestColumn = 44;

    /// <summary>Gives the whole report.</summary>
    /// <param name="inspection">What was found.</param>
    /// <param name="listings">How many of the hottest regions are listed with their code.</param>
    public static string Of(Inspection inspection, int listings)
    {
        Reading reading = inspection.Reading;
        StringBuilder text = new();
        Add(text, "What is held, and its bounds", Held(reading));
        text.Append(Verdict(reading)).Append('\n');
        Add(text, $"Regions by guest page ({reading.Methods.Count} dynamic methods, {Number(reading.CodeHeaps.Used)} "
            + "bytes of machine code)", Pages(reading));
        Add(text, "Code heap", CodeHeap(reading));
        Add(text, "Managed heap", Heap(reading));
        Add(text, "Threads", Threads(reading));
        Add(text, $"Where the time goes ({inspection.Profile.Count} samples)", Time(inspection.Profile));
        Add(text, "Hottest regions", Hottest(inspection.Profile));
        foreach (HotRegion region in inspection.Profile.Hottest.Take(listings))
            AddListing(text, region, inspection.Profile.Count);
        return text.ToString();
    }

    /// <summary>Says in one line whether everything is within its bounds.</summary>
    public static string Verdict(Reading reading)
    {
        BoundRow[] over = [.. Bounds.Of(reading).Where(row => !row.Holds)];
        return over.Length == 0
            ? "Bounded: yes, everything is within its bounds."
            : $"Bounded: NO; over: {string.Join(", ", over.Select(row => row.What))}.";
    }

    private static Table Held(Reading reading)
    {
        Table table = New("what", "bound", "kept by the engine", "held by the runtime", "may be held");
        foreach (BoundRow row in Bounds.Of(reading))
            table.AddRow(row.What, row.Bound is { } bound ? Number(bound) : "", row.Kept is { } kept
                ? Number(kept)
                : "", Number(row.Held), row.MaxHeld is { } most ? Number(most) : "");
        table.AddEmptyRow();
        table.AddRow("regions compiled so far", "", Number(reading.Engines.Sum(engine => engine.Compiled)));
        table.AddRow("compiled and thrown away", "", Number(reading.Engines.Sum(engine => engine.Stale)));
        table.AddRow("generations", "", Number(reading.Engines.Sum(engine => engine.Generations)));
        if (reading.Engines.Count > 1)
            table.AddRow("engines, in all of this", "", Number(reading.Engines.Count));
        table.AddRow("resident memory, bytes", "", "", Number(reading.Memory.Resident));
        return table;
    }

    private static Table Pages(Reading reading)
    {
        Table table = New("guest page", "regions", "bytes", "largest region", "its bytes");
        var pages = reading.Methods.Where(method => method.GuestAddress is not null).GroupBy(method => method.GuestAddress!.Value & ~0xfffu)
            .Select(page => (Page: page.Key, Count: page.Count(), Bytes: page.Sum(method => method.Size),
                Largest: page.MaxBy(method => method.Size)!))
            .OrderByDescending(page => page.Bytes).ToArray();
        foreach ((uint page, int count, long bytes, NativeMethod largest) in pages.Take(MaxPages))
            table.AddRow($"{page:x8}", Number(count), Number(bytes), $"{largest.GuestAddress:x8}", Number(largest.Size));
        if (pages.Length > MaxPages)
            table.AddRow($"{pages.Length - MaxPages} more", Number(pages.Skip(MaxPages).Sum(page => page.Count)),
                Number(pages.Skip(MaxPages).Sum(page => page.Bytes)));
        return table;
    }

    private static Table CodeHeap(Reading reading)
    {
        CodeHeapReading heaps = reading.CodeHeaps;
        Table table = New("", "").HideHeaders();
        table.AddRow("heaps for dynamic methods", Number(heaps.Heaps));
        table.AddRow("bytes committed", Number(heaps.Committed));
        table.AddRow("bytes of machine code", Number(heaps.Used));
        table.AddRow("holes", Number(heaps.Gaps));
        table.AddRow("bytes in holes", $"{Number(heaps.GapBytes)} ({heaps.Fragmentation.ToString("P0", CultureInfo.InvariantCulture)})");
        table.AddRow("widest hole, bytes", Number(heaps.LargestGap));
        table.AddRow("heap of ordinary methods, bytes", Number(heaps.OrdinaryCommitted));
        return table;
    }

    private static Table Heap(Reading reading)
    {
        Table table = New("part", "bytes in use", "bytes committed");
        foreach (ManagedHeapPart part in reading.Heap)
            table.AddRow(part.Name, Number(part.Used), Number(part.Committed));
        table.AddRow("all", Number(reading.HeapUsed), Number(reading.HeapCommitted));
        table.AddEmptyRow();
        foreach (NativeHeapPart part in reading.NativeHeaps)
            table.AddRow($"the runtime's {part.Name}", "", Number(part.Bytes));
        return table;
    }

    private static Table Threads(Reading reading)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("thread").AddColumn("name").AddColumn("innermost methods");
        foreach (ThreadReading thread in reading.Threads)
            table.AddRow($"{thread.Id}", Markup.Escape(thread.Name + (thread.IsGuest ? " (guest)" : "")),
                Markup.Escape(string.Join(" < ", thread.Stack.Take(MaxFrames))));
        return table;
    }

    private static Table Time(SampleProfile profile)
    {
        Table table = New("where", "guest's thread", "", "other threads", "");
        foreach (Part part in Enum.GetValues<Part>())
        {
            (int guest, int others) = (profile.In(part, isGuest: true), profile.In(part, isGuest: false));
            if (guest + others > 0)
                table.AddRow(Parts.Title(part), Number(guest), Share(guest, profile.GuestCount), Number(others),
                    Share(others, profile.Count - profile.GuestCount));
        }

        return table;
    }

    private static Table Hottest(SampleProfile profile)
    {
        const int Most = 12;
        Table table = New("region", "samples", "", "host bytes", "guest instructions", "IL bytes", "compiled in us");
        foreach (HotRegion hot in profile.Hottest.Take(Most))
        {
            table.AddRow(
                $"{hot.Method.GuestAddress:x8}", Number(hot.Hits.Count), Share(hot.Hits.Count, profile.Count), Number(hot.Method.Size),
                hot.Region is { } region ? Number(region.Instructions) : "gone", hot.Region is null ? "" : Number(hot.Region.IlBytes),
                hot.Region is null ? "" : Number(hot.Region.CompileMicroseconds));
        }

        return table;
    }

    /// <summary>Lists a region: its guest code on the left, its machine code with samples on the right.</summary>
    private static void AddListing(StringBuilder text, HotRegion hot, int samples)
    {
        IReadOnlyList<GuestInstruction> guest = hot.Region?.GuestCode ?? [];
        IReadOnlyList<HostInstruction> host = NativeListing.Of(hot);
        text.Append(CultureInfo.InvariantCulture,
            $"\nRegion {hot.Method.GuestAddress:x8}: {guest.Count} guest instructions, {hot.Method.Size} bytes at {hot.Method.Start:x}\n");
        for (int line = 0; line < Math.Max(guest.Count, host.Count); line++)
        {
            string left = line < guest.Count ? $"{guest[line].Address:x8}  {guest[line].Word:x8}  {guest[line].Text}" : "";
            string share = line < host.Count && host[line].Hits > 0 ? Share(host[line].Hits, samples) : "";
            string right = line < host.Count ? $"{share,6}  {host[line].Offset:x4}  {host[line].Text}" : "";
            text.Append(left.PadRight(GuestColumn)).Append(right).Append('\n');
        }
    }

    private static void Add(StringBuilder text, string title, Table table) =>
        text.Append('\n').Append(title).Append('\n').Append(Tables.Render(table, Width));

    private static Table New(string first, params string[] others)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (string other in others)
            table.AddColumn(new TableColumn(other).RightAligned());
        return table;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(int part, int whole) =>
        whole == 0 ? "" : (part / (double)whole).ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}
