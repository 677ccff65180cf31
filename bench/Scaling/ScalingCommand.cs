using System.CommandLine;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Bench.Reports;
using PpcJit.Kernel;
using PpcJit.Scaling.Reports;
using PpcJit.Scaling.Sweeps;

namespace PpcJit.Scaling;

/// <summary>The command line.</summary>
internal static class ScalingCommand
{
    private static readonly string[] Names = [.. AllSweeps.List.Select(sweep => sweep.Name)];
    private static readonly Option<int?> Rounds =
        new("--rounds") { Description = "Values for each contender at each size (5; 2 with --quick).", HelpName = "N" };
    private static readonly Option<bool> Quick = new("--quick") { Description = "Fewer sizes, shorter runs." };
    private static readonly Option<string?> Only =
        new("--only") { Description = $"What is varied, of {string.Join(",", Names)}; by default all.", HelpName = "NAMES" };
    private static readonly Option<bool> NoQemu = new("--no-qemu") { Description = "Leave QEMU out." };
    private static readonly Option<bool> Install =
        new("--install")
        {
            Description = "Install QEMU from Debian with apt-get if it is not there; needs root, or a sudo that asks nothing.",
        };
    private static readonly Option<string?> Json =
        new("--json") { Description = "Write every value, and the knees, to FILE.", HelpName = "FILE" };
    private static readonly Option<string?> Markdown = new("--markdown") { Description = "Write the tables to FILE.", HelpName = "FILE" };
    private static readonly Option<string?> Svg = new("--svg") { Description = "Draw the curves into FILE.", HelpName = "FILE" };

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        RootCommand root = new(
            "Measures how the speed of PpcJit, and of QEMU beside it, depends on how much memory, code, pages, cells and workers there are.\n"
            + "It runs on the cores that it is given: 'taskset -c 1' in front binds it to one.\n"
            + "Exit codes: 0 measured, 1 a guest failed or results differ, 2 bad input.")
        {
            Rounds, Quick, Only, NoQemu, Install, Json, Markdown, Svg,
        };
        root.SetAction(Measure);
        return CommandLines.Run("scaling", root, arguments);
    }

    private static int Measure(ParseResult parsed)
    {
        string repository = Repository.Find("Scaling");
        bool quick = parsed.GetValue(Quick);
        int rounds = CommandLines.Rounds(parsed.GetValue(Rounds), quick ? 2 : 5);
        string[] only = CommandLines.Names(parsed.GetValue(Only), "--only", Names);
        foreach ((Option<string?> option, string name) in (ReadOnlySpan<(Option<string?>, string)>)[
            (Json, "--json"), (Markdown, "--markdown"), (Svg, "--svg")])
            ReportFile.Check(parsed.GetValue(option), name);
        bool withQemu = !parsed.GetValue(NoQemu);
        if (withQemu && parsed.GetValue(Install))
            Qemu.Install(Tell);
        if (withQemu && !Qemu.IsInstalled)
        {
            Tell($"{Qemu.HowToInstall}; going on without it.");
            withQemu = false;
        }

        Environs environs = Environs.Look(repository, withQemu);
        string legend = $"Medians of {rounds} rounds, on the host's core {HostCores.Allowed}. {environs.Date}, "
            + $"{environs.Machine}, {environs.Versions}.";
        List<Sweep> sweeps = [];
        foreach (Sweep sweep in Sweep(only, new SweepSettings(rounds, quick, withQemu, Tell)))
        {
            // Again after each, so that a run that is broken off leaves what it has found.
            sweeps.Add(sweep);
            TextReports.Print(sweep);
            ReportFile.Write(parsed.GetValue(Json), "--json", () => SweepsJson.Of(sweeps, environs, HostCores.Allowed));
            ReportFile.Write(parsed.GetValue(Markdown), "--markdown", () => TextReports.Markdown(sweeps, legend));
            ReportFile.Write(parsed.GetValue(Svg), "--svg", () => LineChart.Draw(sweeps, $"{legend} Bands: least to most."));
        }

        Console.Out.WriteLine(legend);
        return ExitCode.Success;
    }

    private static IEnumerable<Sweep> Sweep(string[] only, SweepSettings settings)
    {
        // Unmeasured: the runtime compiles the emulator
        foreach (string name in (string[])[QueueSweep.Name, ScenarioSweeps.Cells])
            RunOne(name, settings with { Rounds = 1, IsQuick = true, Progress = _ => { } });
        return Names.Where(name => only.Length == 0 || only.Contains(name)).Select(name => RunOne(name, settings));
    }

    private static Sweep RunOne(string name, SweepSettings settings)
    {
        try
        {
            return AllSweeps.List.First(sweep => sweep.Name == name).Run(settings);
        }
        catch (InputException problem)
        {
            throw new BenchException($"{name}: {problem.Message}", ExitCode.Failure);
        }
    }

    private static void Tell(string text) => Console.Error.WriteLine($"scaling: {text}");
}
