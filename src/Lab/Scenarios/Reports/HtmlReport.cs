using System.Globalization;
using System.Xml.Linq;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Reports as one HTML file for people that needs nothing else: the table, and for each case its findings, timeline and searches.</summary>
public static class HtmlReport
{
    private const string Style =
        """
        body { max-width: 85em } td { border-bottom: 1px solid #ddd; vertical-align: top }
        .ok { color: #17682c } .no { color: #a11; font-weight: 600 }
        code, .place { font-family: ui-monospace, monospace; font-size: 13px }
        details { margin: 1em 0; border-left: 3px solid #ddd; padding-left: 1em }
        summary { cursor: pointer; font-weight: 600 } pre { background: #8882; padding: .7em; overflow-x: auto }
        svg { max-width: 100%; height: auto }
        """;

    /// <summary>Writes a report as HTML.</summary>
    public static void Write(Stream to, ScenarioReport report)
    {
        string[] varying = [.. report.Cases.SelectMany(one => one.Varying).Distinct()];
        XStreamingElement page = HtmlPage.Stream(
            report.Scenario,
            Style,
            new XElement("p", report.Title),
            new XElement("p", $"Engine: {report.Engine}. {Verdict(report)}"),
            new XStreamingElement("table",
                Heading([.. varying, "outcome", "expected", "", "finding", "instructions", "trials", "seconds"]),
                report.Cases.Select(one => Row(one, varying))),
            report.Cases.Select(one => Details(one, varying)));
        MarkupText.Html(to, page);
    }

    private static string Verdict(ScenarioReport report)
    {
        if (report.Signal != 0)
            return $"Signal {report.Signal} ended the run; {report.Missing} cases had not begun.";
        if (!report.IsWhole)
            return $"This is {report.Parts.Count} of {report.PartCount} parts of the work.";
        int wrong = report.Cases.Count(one => one.Problem.Length > 0);
        return wrong == 0
            ? $"All {report.Cases.Count} cases came out as expected."
            : $"{wrong} of {report.Cases.Count} cases did not come out as expected.";
    }

    private static XElement Heading(params IEnumerable<string> names) => new("tr", names.Select(name => new XElement("th", name)));

    private static XElement Row(CaseReport one, string[] varying)
    {
        bool fine = one.Problem.Length == 0;
        return new XElement(
            "tr",
            varying.Select(name => Cell(one.Settings.FirstOrDefault(setting => setting.Key == name).Value ?? "")),
            new XElement("td", new XElement("a", new XAttribute("href", $"#case{one.Index}"), one.Outcome)),
            Cell(one.Expected.ToString()),
            new XElement("td", new XAttribute("class", fine ? "ok" : "no"), one.Verdict),
            Cell(fine ? one.FirstFinding?.Summary ?? "" : $"Not as expected: {one.Problem}."),
            Number(one.Instructions.ToString("N0", CultureInfo.InvariantCulture)),
            Number(one.Searches.Sum(search => search.Trials).ToString("N0", CultureInfo.InvariantCulture)),
            Number(one.Seconds.ToString("F2", CultureInfo.InvariantCulture)));
    }

    private static XElement Details(CaseReport one, string[] varying)
    {
        string name = string.Join(' ', one.Settings.Where(setting => varying.Contains(setting.Key)).Select(
            setting => $"{setting.Key}={setting.Value}"));
        XElement details = new(
            "details",
            new XAttribute("id", $"case{one.Index}"),
            one.FirstFinding is null ? null : new XAttribute("open", "open"),
            new XElement("summary", $"{(name.Length == 0 ? "the case" : name)}: {one.Outcome}"));
        if (one.Problems.Count + one.Notes.Count + one.Covered.Count > 0)
            details.Add(new XElement(
                "ul",
                one.Problems.Select(problem => new XElement("li", new XAttribute("class", "no"), $"Not as expected: {problem}.")),
                one.Notes.Select(note => new XElement("li", $"{note}.")),
                one.Covered.Select(covered => new XElement("li", covered.ToString()))));
        if (one.Finding is { } finding)
            details.Add(Explain(finding));
        if (one.Timeline is { Events.Count: > 0 } timeline)
            details.Add(new XElement("h3", "What happened last"), Lines(timeline));
        foreach (SearchReport search in one.Searches)
            details.Add(Searched(search));
        if (one.Problem.Length > 0 && one.Standing.Count > 0)
            details.Add(new XElement("h3", "Where the guest stood"), new XElement("pre", string.Join('\n', one.Standing)));
        if (one.Log.Count > 0)
            details.Add(new XElement("h3", "Log"), new XElement("pre", string.Join('\n', one.Log)));
        details.Add(new XElement("h3", "Console"), new XElement("pre", one.Console));
        return details;
    }

    private static IEnumerable<XElement> Searched(SearchReport search)
    {
        yield return new XElement("h3", search.What);
        string kept = search.MoreFatal > 0 ? $" (of which the first {search.Fatal.Count:N0} are kept)" : "";
        yield return new XElement("p", $"Tried at {search.Trials:N0} of {search.Places:N0} places between counts "
            + $"{search.From:N0} and {search.To:N0}: "
            + $"{search.FatalCount:N0} fatal{kept}, {search.Undecided:N0} undecided.");
        if (SearchText.Lines(search).Select(line => new XElement("li", line)).ToArray() is { Length: > 0 } lines)
            yield return new XElement("ul", lines);
        if (search.Classes is { } classes)
            yield return Classes(classes);
        yield return StripDrawing.Draw(search);
        if (search.Fatal.Count > 0)
        {
            yield return new XElement(
                "table",
                Heading("fatal ahead of", "instruction", "called from, after, moved", "times", "cause", "look"),
                search.Fatal.GroupBy(place => (place.Place, place.Instruction, place.Cause, place.Caller, place.AfterPlace,
                        Way: place.Moved is { } moved ? place.Count.CompareTo(moved.Count) : 0))
                    .Select(same => new XElement("tr", Code(same.Key.Place), Code(same.Key.Instruction),
                        Code(same.First().Moved is { } moved ? Way(same.First(), moved) : $"{same.Key.Caller}{same.Key.AfterPlace}"),
                        Number($"{same.Count()}"), Cell(same.Key.Cause),
                        Code(Look(same.First().Run) ?? same.First().NoRun ?? ""))));
        }

        foreach (XElement element in search.Causes.SelectMany(cause => Explain(cause.Explanation)))
            yield return element;
    }

    private static string Way(FatalPlace place, MovedReport moved) => place.Count < moved.Count
        ? $"{moved.Name}, {moved.Count - place.Count:N0} instructions earlier" : $"{moved.Name}, {place.Count - moved.Count:N0} instructions later";

    /// <summary>How far a search by classes came in each function, those with the most places first.</summary>
    private static XElement Classes(ClassesReport classes)
    {
        const int MaxRows = 200;
        return new XElement("details", new XElement("summary", $"The {classes.Functions.Count:N0} functions that places lie in"
                + (classes.Functions.Count > MaxRows ? $", the first {MaxRows} by places" : "")), new XElement(
            "table",
            Heading("function", "places", "classes", "tried", "fatal classes", "not the same for all tried"),
            classes.Functions.OrderByDescending(function => function.Places).Take(MaxRows).Select(function => new XElement("tr",
                Code(function.Name), Number($"{function.Places:N0}"), Number($"{function.Classes:N0}"), Number($"{function.Tried:N0}"),
                Number($"{function.Fatal:N0}"), Number($"{function.Mixed:N0}")))));
    }

    private static string? Look(string? run) => run is null ? null : ShellText.Open(run, RunFile.Death);

    private static IEnumerable<XElement> Explain(FindingReport finding)
    {
        yield return new XElement("h3", finding.Check);
        yield return new XElement("p", finding.Summary);
        if (Look(finding.Run) is { } look)
            yield return new XElement("p", "To look at it: ", new XElement("code", look));
        if (finding.NoRun is { } reason)
            yield return new XElement("p", reason);
        yield return new XElement("p", $"At count {finding.Count:N0}, ", new XElement("code", $"{finding.Place}: {finding.Instruction}"));
        yield return new XElement(
            "table",
            Heading("count", "where", "what led there"),
            finding.Chain.Select(step => new XElement("tr", Number($"{step.Count:N0}"), Code(step.Place), Cell(step.Text))));
        foreach (string lack in finding.CutOff)
            yield return new XElement("p", lack);
        if (finding.Timeline.Events.Count == 0)
            yield break;
        foreach (XElement part in Lines(finding.Timeline))
            yield return part;
    }

    private static IEnumerable<XElement> Lines(Timeline timeline)
    {
        yield return TimelineDrawing.Draw(timeline);
        yield return new XElement("details", new XElement("summary", "The events of the timeline"), new XElement(
            "table",
            Heading("", "count", "where", "what"),
            timeline.Events.Select((happened, n) => new XElement(
                "tr", Number($"{n + 1}"), Number($"{happened.Count:N0}"), Code(happened.Place), Cell(happened.Text)))));
    }

    private static XElement Cell(string text) => new("td", text);

    private static XElement Code(string text) => new("td", new XAttribute("class", "place"), text);

    private static XElement Number(string text) => new("td", new XAttribute("class", "number"), text);
}
