using System.CommandLine;
using System.Globalization;
using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Inspector.Soaking;
using PpcJit.Kernel;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Commands;

/// <summary><c>soak</c>: whether what is held keeps growing, whatever a guest does all the time.</summary>
internal static class SoakCommand
{
    private const int MaxRegions = 100_000_000;
    private const double MaxSeconds = 3600;

    private static readonly Option<bool> Short = new("--short") { Description = "A minute or less, for CI." };
    private static readonly Option<int?> Regions =
        new("--regions")
        {
            Description = $"So many regions are compiled ({SoakSettings.Hour.Regions}, an hour's worth; {SoakSettings.Short.Regions} with --short).",
            HelpName = "N",
        };
    private static readonly Option<string[]> Phases = new("--phase")
    {
        Description = $"What piles up; may be given again. Default: all, one after the other: "
            + $"{string.Join(", ", SoakPhase.All.Select(phase => phase.Name))}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string?> History = new("--history")
    {
        Description = $"How much PpcJit may keep of what enters from outside: 64M. "
            + $"Default: {SoakSettings.Hour.History >> 10}K; {SoakSettings.Short.History >> 10}K with --short.",
        HelpName = "SIZE",
    };
    private static readonly Option<double?> Every = new("--every") { Description = "Time between two looks.", HelpName = "SECONDS" };
    private static readonly Option<string?> Svg = new("--svg") { Description = "Draw the curves of the first phase into FILE.", HelpName = "FILE" };
    private static readonly Option<string?> Json = new("--json") { Description = "Write every look to FILE.", HelpName = "FILE" };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "soak",
            "Run guests that never stop making code or using memory, and fail when what PpcJit holds keeps growing.")
            {
                Short, Phases, Regions, History, Every, Svg, Json,
            };
        command.SetAction(parsed =>
        {
            SoakSettings settings = Read(parsed);
            List<SoakReport> reports = [];
            foreach (SoakPhase phase in Chosen(parsed.GetRequiredValue(Phases)))
            {
                SoakSettings one = settings with { Phase = phase, Every = settings.Every < phase.LeastEvery ? phase.LeastEvery : settings.Every };
                Console.Error.WriteLine($"{phase.Name}: {phase.What}");
                reports.Add(new SoakReport(one, Soak.Run(one, Tell)));
                Console.Out.Write(reports[^1].Text() + "\n");
            }

            ReportFile.Write(parsed.GetValue(Svg), "--svg", () => SoakChart.Draw(reports[0]));
            ReportFile.Write(parsed.GetValue(Json), "--json", () => JsonText.Of(reports.Select(report => report.Json())));
            return reports.All(report => report.Holds) ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static IEnumerable<SoakPhase> Chosen(string[] names)
    {
        foreach (string name in names)
        {
            if (SoakPhase.All.All(phase => phase.Name != name))
                throw new BenchException($"There is no phase '{name}'; there is: {string.Join(", ", SoakPhase.All.Select(phase => phase.Name))}.");
        }

        return SoakPhase.All.Where(phase => names.Length == 0 || names.Contains(phase.Name));
    }

    private static SoakSettings Read(ParseResult parsed)
    {
        SoakSettings settings = parsed.GetValue(Short) ? SoakSettings.Short : SoakSettings.Hour;
        int regions = parsed.GetValue(Regions) ?? settings.Regions;
        double seconds = parsed.GetValue(Every) ?? settings.Every.TotalSeconds;
        if (regions is < 1 or > MaxRegions)
            throw new BenchException($"--regions must be 1 to {MaxRegions}.");
        if (seconds is not (> 0 and <= MaxSeconds))
            throw new BenchException($"--every must be above 0 and at most {MaxSeconds} seconds.");
        ReportFile.Check(parsed.GetValue(Svg), "--svg");
        ReportFile.Check(parsed.GetValue(Json), "--json");
        return settings with
        {
            Regions = regions, Every = TimeSpan.FromSeconds(seconds),
            History = parsed.GetValue(History) is { } size ? Numbers.Size("--history", size) : settings.History,
        };
    }

    private static void Tell(SoakPoint point) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{point.Seconds,7:F1} s  {point.Compiled,9:N0} regions compiled, generation {point.Generations,5:N0}, "
            + $"{point.Methods,6:N0} held, code heap {point.CodeCommitted >> 10,7:N0} KiB, "
        + $"managed heap {point.HeapOutlived >> 10,7:N0} KiB, resident {point.Resident >> 10,8:N0} KiB"));
}
