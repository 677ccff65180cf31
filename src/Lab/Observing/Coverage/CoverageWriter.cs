using System.Globalization;
using System.Xml.Linq;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Observing.Coverage;

/// <summary>Writes coverage in the forms that people and other programs read.</summary>
internal static class CoverageWriter
{
    private const int MaxRanges = 40;

    /// <summary>Rows of a table that a page shows.</summary>
    private const int MaxRows = 100_000;

    private static readonly (string Ending, Action<Stream, CoverageReport> Write)[] Forms =
        [(".info", Lcov), (".json", (to, report) => JsonText.Write(to, report, JsonText.Form)), (".html", Html)];

    /// <summary>What names of coverage end in.</summary>
    public static IEnumerable<string> Endings => Forms.Select(form => form.Ending);

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its name, which says the form.</param>
    /// <param name="to">Where to.</param>
    /// <param name="report">The coverage.</param>
    public static void Write(string path, Stream to, CoverageReport report) =>
        Forms.First(form => path.EndsWith(form.Ending, StringComparison.Ordinal)).Write(to, report);

    /// <summary>Gives the coverage in a few lines for people.</summary>
    public static IEnumerable<string> Summary(CoverageReport report)
    {
        (long reached, long all) = (report.Functions.Sum(function => function.ReachedWords),
            report.Functions.Sum(function => (long)function.Words));
        yield return $"{Part(report.Functions.Count(function => function.Reached.Count > 0), report.Functions.Count)} functions and "
            + $"{Part(reached, all)} instructions were reached{(report.Runs > 1 ? $" by {report.Runs} runs" : "")}.";
        if (report.Files.Count == 0)
            yield break;
        LineCoverage[] lines = [.. report.Files.SelectMany(file => file.Lines)];
        BranchCoverage[] branches = [.. report.Files.SelectMany(file => file.Branches)];
        yield return $"{Part(lines.Count(line => line.Times > 0), lines.Length)} lines were reached; of the branches that were, "
            + $"{Part(branches.Count(branch => branch is { Taken: > 0, NotTaken: > 0 }), branches.Length)} went both ways.";
    }

    /// <summary>
    /// What lcov calls a tracefile. Where no source lines are known, each function is a line of one file: genhtml then needs --synthesize-missing or
    /// --ignore-errors source.
    /// </summary>
    private static void Lcov(Stream to, CoverageReport report)
    {
        using StreamWriter text = new(to, leaveOpen: true);
        text.Write("TN:\n");
        IEnumerable<FileCoverage> files = report.Files.Count > 0 ? report.Files.Where(file => file.Lines.Count > 0) : [Functions(report)];
        foreach (FileCoverage file in files)
        {
            CultureInfo culture = CultureInfo.InvariantCulture;
            text.Write(string.Create(culture, $"SF:{file.Name}\n"));
            foreach (SourceFunctionCoverage function in file.Functions)
                text.Write(string.Create(culture, $"FN:{function.Line},{function.Name}\n"));
            foreach (SourceFunctionCoverage function in file.Functions)
                text.Write(string.Create(culture, $"FNDA:{function.Times},{function.Name}\n"));
            text.Write(string.Create(culture, $"FNF:{file.Functions.Count}\nFNH:{file.Functions.Count(function => function.Times > 0)}\n"));
            foreach (IGrouping<int, BranchCoverage> line in file.Branches.GroupBy(branch => branch.Line).OrderBy(line => line.Key))
            {
                int block = 0;
                foreach (BranchCoverage branch in line)
                {
                    text.Write(string.Create(culture,
                        $"BRDA:{branch.Line},{block},0,{branch.Taken}\nBRDA:{branch.Line},{block},1,{branch.NotTaken}\n"));
                    block++;
                }
            }

            text.Write(string.Create(culture,
                $"BRF:{2 * file.Branches.Count}\nBRH:{file.Branches.Sum(branch => (branch.Taken > 0 ? 1 : 0) + (branch.NotTaken > 0 ? 1 : 0))}\n"));
            foreach (LineCoverage line in file.Lines)
                text.Write(string.Create(culture, $"DA:{line.Line},{line.Times}\n"));
            text.Write(string.Create(culture, $"LF:{file.Lines.Count}\nLH:{file.Lines.Count(line => line.Times > 0)}\nend_of_record\n"));
        }
    }

    private static FileCoverage Functions(CoverageReport report) => new(
        report.Title,
        [.. report.Functions.Select((function, n) => new LineCoverage(n + 1, function.Entered))],
        [],
        [.. report.Functions.Select((function, n) => new SourceFunctionCoverage(function.Name, n + 1, function.Entered))]);

    private static void Html(Stream to, CoverageReport report)
    {
        XElement page = HtmlPage.Create(
            $"Coverage of {report.Title}",
            "td.no{color:#b00020}details{margin:.3em 0}.bar{display:inline-block;width:120px;height:10px;background:#f3b6b6}.bar "
                + "span{display:block;height:10px;background:#6bbf70}summary{cursor:pointer}@media(max-width:700px){.bar{width:50px}}"
                + "@media(prefers-color-scheme:dark){td.no{color:#ff8a80}}",
            [
                .. Summary(report).Select(line => new XElement("p", line)),
                .. report.Functions.Count > MaxRows ? (object[])[new XElement("p", $"Tables show their first {MaxRows} rows.")] : [],
                .. report.Files.Count > 0 ? (object[])[new XElement("h2", "Files"),
                    Table(report.Files.Select(FileRow), "lines", "file", "lines that were not reached")] : [],
                new XElement("h2", "Functions"),
                Table(report.Functions.Where(function => function.Reached.Count > 0).OrderBy(function => function.Name, StringComparer.Ordinal)
                    .Select(FunctionRow), "instructions", "function", "entered"),
                new XElement("h2", "Functions that were not reached"),
                NotReached([.. report.Functions.Where(function => function.Reached.Count == 0).Select(function => function.Name)
                    .Order(StringComparer.Ordinal)]),
            ]);
        MarkupText.Html(to, page);
    }

    private static XElement NotReached(string[] names) => new(
        "details",
        new XElement("summary", $"{names.Length.ToString("N0", CultureInfo.InvariantCulture)} functions"),
        new XElement("p", string.Join(", ", names)));

    private static XElement Table(IEnumerable<(long Reached, long All, string Name, string More)> rows, string unit, string name, string more) => new(
        "table",
        new XElement("tr", ((string[])["", unit, "", name, more]).Select(cell => new XElement("th", cell))),
        rows.Take(MaxRows).Select(row => new XElement(
            "tr",
            new XElement("td", new XElement("span", new XAttribute("class", "bar"),
                new XElement("span", new XAttribute("style", $"width:{Percent(row.Reached, row.All)}%"), ""))),
            new XElement("td", new XAttribute("class", "number"), $"{row.Reached} of {row.All}"),
            new XElement("td", new XAttribute("class", "number"), $"{Percent(row.Reached, row.All)}%"),
            new XElement("td", row.Name),
            new XElement("td", row.More))));

    private static (long Reached, long All, string Name, string More) FileRow(FileCoverage file) =>
        (file.Lines.Count(line => line.Times > 0), file.Lines.Count, file.Name, Missing(file));

    private static (long Reached, long All, string Name, string More) FunctionRow(FunctionCoverage function) =>
        (function.ReachedWords, function.Words, function.Name, function.Entered.ToString("N0", CultureInfo.InvariantCulture));

    /// <summary>The lines that were not reached, with those between them that have no code, as ranges.</summary>
    private static string Missing(FileCoverage file)
    {
        List<(int First, int Last)> ranges = [];
        bool goesOn = false;
        foreach (LineCoverage line in file.Lines)
        {
            if (line.Times > 0)
                goesOn = false;
            else if (goesOn)
                ranges[^1] = (ranges[^1].First, line.Line);
            else
                ranges.Add((line.Line, line.Line));
            goesOn |= line.Times == 0;
        }

        return string.Join(", ", ranges.Take(MaxRanges).Select(range => range.First == range.Last ? $"{range.First}"
            : $"{range.First}-{range.Last}")) + (ranges.Count > MaxRanges ? ", ..." : "");
    }

    private static string Percent(long part, long all) => (all == 0 ? 0 : 100.0 * part / all).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Part(long part, long all) => $"{part} of {all} ({Percent(part, all)}%)";
}
