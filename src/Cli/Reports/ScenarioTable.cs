using System.Globalization;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Scenarios.Reports;
using Spectre.Console;

namespace PpcJit.Cli.Reports;

/// <summary>What came out of a scenario, as text for people: one row for each case, and below it each finding with its chain.</summary>
internal static class ScenarioTable
{
    private const int Width = 160;

    /// <summary>Causes of a search that are explained: reports have more.</summary>
    private const int MaxCauses = 12;

    /// <summary>Lines of a case's log that are shown: reports have more.</summary>
    private const int Lines = 40;

    /// <summary>Gives all.</summary>
    public static string Render(ScenarioReport report) =>
        $"{report.Scenario}: {report.Title} ({report.Engine})\n"
            + $"{Cases(report)}{Covered(report)}{string.Concat(report.Cases.Select((one, n) => Notes(one, n, report.IsWhole)))}";

    /// <summary>What names of the kernel's description cover: the same in most rows, so each is said once.</summary>
    private static string Covered(ScenarioReport report) =>
        string.Concat(report.Cases.SelectMany(one => one.Covered).Select(covered => $"{covered}\n").Distinct());

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
                !report.IsWhole ? "part" : one.Verdict,
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
        foreach (string problem in isWhole ? one.Problems : [])
            text.WriteLine($"Row {number + 1}: not as expected: {problem}.");
        foreach (string note in isWhole ? one.Notes : [])
            text.WriteLine($"Row {number + 1}: {note}.");
        if (one.FirstFinding is { } finding)
            text.WriteLine($"Row {number + 1}: {finding.Summary}{(Look(one.Finding?.Run, one.Finding?.NoRun) is { } look ? $" ({look})" : "")}");
        foreach (string line in one.Log.TakeLast(Lines))
            text.WriteLine($"    {line}");
        foreach (SearchReport search in one.Searches)
            WriteSearch(text, search);
        return text.ToString();
    }

    private static void WriteSearch(StringWriter text, SearchReport search)
    {
        foreach (string line in SearchText.Lines(search))
            text.WriteLine($"  {line}");
        if (search.Fatal.Count == 0)
            return;
        text.WriteLine($"  '{search.What}' is fatal at {search.FatalCount} of {search.Places} places between "
            + $"counts {search.From} and {search.To}{(search.MoreFatal > 0 ? $"; the first {search.Fatal.Count}" : "")}:");
        foreach (IGrouping<string, FatalPlace> same in search.Fatal.GroupBy(
            place => $"{place.Place,-28} {place.Instruction}{SearchText.Describe(place)[place.Place.Length..]}"))
            text.WriteLine($"    {same.Count(),5} x  {same.Key}{(Look(same.First().Run, same.First().NoRun) is { } look ? $"   {look}" : "")}");
        if (search.Causes.Count < 2)
            return;
        foreach (CauseReport cause in search.Causes.Take(MaxCauses))
            text.WriteLine($"    {search.Fatal.Count(place => place.Cause == cause.Cause),5} x  {cause.Cause}{Callers(search, cause)}: "
                + cause.Explanation.Summary);
        if (search.Causes.Count > MaxCauses)
            text.WriteLine($"    and {search.Causes.Count - MaxCauses} more causes, which reports have");
    }

    private static string Callers(SearchReport search, CauseReport cause)
    {
        string[] callers = [.. search.Fatal.Where(place => place.Cause == cause.Cause).Select(place => place.Caller).OfType<string>().Distinct()];
        return callers.Length > 0 ? $" (called from {string.Join(", ", callers)})" : "";
    }

    private static string? Look(string? run, string? lack) => run is null ? lack : ShellText.Open(run, "death");

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
