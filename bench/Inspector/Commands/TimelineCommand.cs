using System.CommandLine;
using System.Globalization;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Bench.Reports;
using PpcJit.Cli.Reports;
using PpcJit.Inspector.Timelines;
using PpcJit.Kernel.Texts;
using Spectre.Console;

namespace PpcJit.Inspector.Commands;

/// <summary><c>timeline</c>: what it takes to look back over a boot of Linux.</summary>
internal static class TimelineCommand
{
    private const int Width = 190;

    private static readonly Option<int?> Rounds = new("--rounds") { Description =
        "So many boots with and without history are compared (10), and ten times as many steps and moments.", HelpName = "N" };
    private static readonly Option<string?> Images = LinuxImage.Option();
    private static readonly Option<string?> Json = new("--json") { Description = "Write the figures to FILE.", HelpName = "FILE" };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new("timeline",
            "Measure what it takes to keep the history of a boot of Linux, and to look back over it.") { Rounds, Images, Json };
        command.SetAction(parsed =>
        {
            int rounds = CommandLines.Rounds(parsed.GetValue(Rounds), 10);
            ReportFile.Check(parsed.GetValue(Json), "--json");
            string image = LinuxImage.Find(parsed.GetValue(Images));
            IReadOnlyList<TimelineFigure> figures = new TimelineMeasure(image, rounds, text => Console.Error.WriteLine($"timeline: {text}")).Run();
            Environs environs = Environs.Look(Repository.Find("Inspector"), withQemu: false);
            Console.Out.Write(Text(figures, environs));
            ReportFile.Write(parsed.GetValue(Json), "--json", () => JsonText.Of(new { environs.Date, environs.Machine, environs.Versions, figures }));
            return figures.All(figure => figure.Holds) ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static string Text(IReadOnlyList<TimelineFigure> figures, Environs environs)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("what");
        table.AddColumn(new TableColumn("measured").RightAligned()).AddColumn(new TableColumn("bound").RightAligned()).AddColumn(
            "unit").AddColumn("").AddColumn("");
        foreach (TimelineFigure figure in figures)
        {
            table.AddRow(
                figure.What, figure.Value.ToString(figure.Value < 10 ? "F2" : "N0", CultureInfo.InvariantCulture),
                    figure.Bound.ToString("N0", CultureInfo.InvariantCulture),
                figure.Unit, figure.Holds ? "holds" : "OVER", figure.Detail);
        }

        return $"{Tables.Render(table, Width)}\nMeasured {environs.Date} on a {environs.Machine}: {environs.Versions}.\n";
    }
}
