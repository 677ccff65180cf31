using System.Globalization;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Scenarios.Reports;
using Spectre.Console;

namespace PpcJit.Cli.Reports;

/// <summary>What came out of a scenario, as text for people: one row for each case, and below it each finding with its chain.</summary>
internal static class ScenarioTable
{
    private const int Width = 160;

    /// <summary>Lines of a case's log that are shown: reports have more.</summary>
    private const int Lines = 40;

    /// <summary>Gives all.</summary>
    public static string Render(ScenarioReport report) =>
        $"{report.Scenario}: {report.Title} ({report.Engine})\n"
            + $"{Cases(report)}{string.Concat(report.Cases.Select((one, n) => Notes(one, n, report.IsWhole)))}";

    /// <summary>Gives the table alone.</summary>
    public static string Cases(ScenarioReport report)
    {
        string[] varying = [.. report.Cases.SelectMany(one => one.Varying).Distinct()];
        Table table = new Table().Border(TableBorder.Ascii2).AddColumns([.. varying]);
        table.AddColumn("outcome").AddColumn("expected").AddColumn("");
        table.AddColumn(new TableColumn("instructions").RightAligned()).AddColumn(new TableColumn("trials").RightAligned());
        table.AddColumn(new TableColumn("seconds").RightAligned());
        foreach (CaseReport one in report.Cases)
        {
            IEnumerable<string> cells = varying.Select(name => one.Settings.FirstOrDefault(setting => setting.Key == name).Value ?? "");
            table.AddRow([
                .. cells.Select(Markup.Escape),
                Markup.Escape(one.Outcome),
                Markup.Escape(one.Expected.Brief),
                !report.IsWhole ? "part" : one.Problem.Length == 0 ? "ok" : "NO",
                Number(one.Instructions),
                Number((ulong)one.Searches.Sum(search => search.Trials)),
                one.Seconds.ToString("F2", CultureInfo.InvariantCulture),
            ]);
        }

        return Tables.Render(table, Width);
    }

    private static string Notes(CaseReport one, int number, bool isWhole)
    {
        StringWriter text = new() { NewLine = "\n" };
        if (isWhole && one.Problem.Length > 0)
            text.WriteLine($"Row {number + 1}: not as expected: {one.Problem}.");
        if (one.FirstFinding is { } finding)
            text.WriteLine($"Row {number + 1}: {finding.Summary}{(Look(one.Finding?.Run, one.Finding?.NoRun) is { } look ? $" ({look})" : "")}");
        foreach (string line in one.Log.TakeLast(Lines))
            text.WriteLine($"    {line}");
        foreach (SearchReport search in one.Searches.Where(search => search.Fatal.Count > 0))
        {
            text.WriteLine($"  '{search.What}' is fatal at {search.FatalCount} of {search.Places} places between "
                + $"counts {search.From} and {search.To}{(search.MoreFatal > 0 ? $"; the first {search.Fatal.Count}" : "")}:");
            foreach (IGrouping<string, FatalPlace> same in search.Fatal.GroupBy(place => $"{place.Place,-28} {place.Instruction}"))
                text.WriteLine($"    {same.Count(),5} x  {same.Key}{(Look(same.First().Run, same.First().NoRun) is { } look ? $"   {look}" : "")}");
        }

        return text.ToString();
    }

    private static string? Look(string? run, string? lack) => run is null ? lack : ShellText.Open(run, "death");

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
