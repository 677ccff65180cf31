using PpcJit.Bench.Reports;
using PpcJit.Compare.Contest;
using Spectre.Console;

namespace PpcJit.Compare.Reports;

/// <summary>The report for people: on the terminal, and as Markdown.</summary>
internal static class TextReports
{
    /// <summary>Columns of text: what and unit.</summary>
    private const int Texts = 2;

    /// <summary>Writes a table to the terminal.</summary>
    public static void Print(Outcome outcome, Environs environs)
    {
        Cells.Print(Rows.Heads(outcome), outcome.Measures.Select(measure => Rows.Row(outcome, measure)));
        AnsiConsole.WriteLine($"{environs.Date}, {environs.Machine}, {environs.Versions}");
        AnsiConsole.WriteLine(Rows.Legend(outcome));
    }

    /// <summary>Gives the report as Markdown.</summary>
    public static string Markdown(Outcome outcome, Environs environs) =>
        Cells.Markdown(Rows.Heads(outcome), outcome.Measures.Select(measure => Rows.Row(outcome, measure)), Texts)
        + $"\n{Rows.Legend(outcome)} Measured {environs.Date} on a {environs.Machine}: {environs.Versions}.\n";
}
