using System.Text;
using PpcJit.Compare.Contest;
using Spectre.Console;

namespace PpcJit.Compare.Reports;

/// <summary>The report for people: on the terminal, and as Markdown.</summary>
internal static class TextReports
{
    /// <summary>Writes a table to the terminal.</summary>
    public static void Print(Outcome outcome, Environs environs)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string head in Rows.Heads(outcome))
            table.AddColumn(Markup.Escape(head));
        foreach (Measure measure in outcome.Measures)
            table.AddRow([.. Rows.Cells(outcome, measure).Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{environs.Date}, {environs.Machine}, {environs.Versions}");
        AnsiConsole.WriteLine(Rows.Legend(outcome));
    }

    /// <summary>Gives the report as Markdown.</summary>
    public static string Markdown(Outcome outcome, Environs environs)
    {
        StringBuilder text = new();
        AddLine(text, Rows.Heads(outcome));
        AddLine(text, [.. Rows.Heads(outcome).Select((_, column) => column < 2 ? "---" : "---:")]);
        foreach (Measure measure in outcome.Measures)
            AddLine(text, [.. Rows.Cells(outcome, measure)]);
        text.Append('\n').Append(Rows.Legend(outcome)).Append(" Measured ").Append(environs.Date).Append(" on a ").Append(environs.Machine).Append(": ")
            .Append(environs.Versions).Append(".\n");
        return text.ToString();
    }

    private static void AddLine(StringBuilder text, IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
