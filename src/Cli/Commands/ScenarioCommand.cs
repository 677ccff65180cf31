using System.CommandLine;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Lab.Observing.Coverage;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit scenario</c>: runs scenario files, and merges the results of runs that were divided.</summary>
internal static class ScenarioCommand
{
    private static readonly Argument<string> Name =
        new("NAME-or-FILE") { Description = "A scenario that 'ppcjit scenario list' shows, or a file of your own.",
            CompletionSources = { _ => ScenarioLibrary.Names } };
    private static readonly Argument<string[]> Files = new("FILES")
    {
        Description = "Reports that 'scenario run --shard I/N --report FILE.json' wrote.",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Fix a setting; of a matrix, only the cases with that value are run.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string[]> ReportPaths = new("--report")
    {
        Description = "Write a report: FILE.html for people, FILE.json for programs and merging, FILE.xml (JUnit) for "
            + "CI systems. May be given more than once.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string?> SaveRuns = new("--save-runs")
    {
        Description = "Write a run file for each finding and fatal place into FOLDER: 'ppcjit open FILE --at death' "
            + "goes there, without the scenario.",
        HelpName = "FOLDER",
    };
    private static readonly Option<string[]> Coverage = new("--coverage")
    {
        Description = "Write what all cases reach together, without their searches, to FILE.info (lcov), FILE.json or FILE.html.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string?> Shard = new("--shard")
    {
        Description = "Do only the I-th of N parts of the work, I from 1: the same parts on every machine.",
        HelpName = "I/N",
    };

    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "Keep what searches have tried in FILE, and go on from there when it is that of a run that was ended.",
        HelpName = "FILE",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command list = new("list", "Show the scenarios that come with PpcJit.");
        list.SetAction(List);
        RunnerArguments runner = new();
        KernelArguments kernel = new();
        Command run = new("run", "Run a scenario and compare what comes out with what it expects.") { Name, Set, ReportPaths, SaveRuns, Coverage,
            Shard, Resume };
        runner.AddTo(run);
        kernel.AddTo(run);
        run.SetAction(parsed => Run(parsed, runner, kernel.Read(parsed)));
        Command merge = new("merge", "Put the reports of all parts of a divided run together.") { Files, ReportPaths };
        merge.SetAction(Merge);
        Command keys = new("keys", "Show all keys that scenario files may have.");
        keys.SetAction(parsed => Print(parsed, ScenarioReference.Page()));
        Command schema = new("schema", "Print a JSON schema of scenario files, for editors.");
        schema.SetAction(parsed => Print(parsed, ScenarioReference.Schema()));
        return new Command(
            "scenario", "Describe a situation in a file, run it, and be told what goes wrong and where else it could.")
        {
            list, run, merge, keys, schema,
        };
    }

    private static int Print(ParseResult parsed, string text)
    {
        parsed.InvocationConfiguration.Output.Write(text);
        parsed.InvocationConfiguration.Output.Flush();
        return ExitCode.Success;
    }

    private static int List(ParseResult parsed)
    {
        foreach (string name in ScenarioLibrary.Names)
        {
            Scenario scenario = ScenarioLibrary.Read(name, new Dictionary<string, string>());
            parsed.InvocationConfiguration.Output.WriteLine($"{name,-16} {scenario.Title} ({scenario.Cases.Count} "
                + $"{(scenario.Cases.Count == 1 ? "case" : "cases")})");
        }

        return ExitCode.Success;
    }

    private static int Run(ParseResult parsed, RunnerArguments runner, string? kernelName)
    {
        Scenario scenario = ScenarioLibrary.Read(parsed.GetRequiredValue(Name), Settings(parsed.GetValue(Set) ?? []));
        scenario = scenario with { Cases = [.. scenario.Cases.Select(each => each with { KernelName = kernelName })] };
        (int part, int partCount) = ReadShard(parsed.GetValue(Shard));
        using EndSignals signals = new();
        using ReportFiles files = new(parsed.GetValue(ReportPaths) ?? []);
        string[] coverage = parsed.GetValue(Coverage) ?? [];
        using CoverageFiles reached = new(coverage);
        using SearchJournal? journal = parsed.GetValue(Resume) is { } kept
            ? SearchJournal.Open(kept, Identity(scenario, parsed.GetValue(Set) ?? [], kernelName, part, partCount)) : null;
        if (journal?.Damage is { } damage)
            StandardError.WriteLine($"ppcjit: {damage}.");
        CoverageSum? sum = coverage.Length > 0 ? new CoverageSum() : null;
        ScenarioReport report;
        using (ScenarioProgress progress = new(scenario.Cases.Count))
            report = ScenarioRunner.Run(scenario, runner.Read(parsed, progress.Counts, signals) with
            {
                Part = part, PartCount = partCount, RunFolder = RunFolder(parsed.GetValue(SaveRuns)),
                Coverage = sum, Explains = parsed.GetValue(ReportPaths) is { Length: > 0 }, Journal = journal,
            });
        if (report.Signal != 0)
            StandardError.WriteLine($"ppcjit: Signal {report.Signal} ended the run; of {scenario.Cases.Count} cases {report.Missing} had not begun.");
        foreach (string line in reached.Write(sum?.Report))
            StandardError.WriteLine($"ppcjit: {line}");
        return Conclude(parsed, report, files);
    }

    /// <summary>What trials are of, beside the images, which each case adds.</summary>
    private static string Identity(Scenario scenario, string[] set, string? kernel, int part, int partCount) =>
        SearchJournal.Hash(string.Join('\n', (string[])[scenario.Text, .. set, kernel ?? "", $"{part}/{partCount}"]));

    private static string? RunFolder(string? path)
    {
        if (path is null)
            return null;
        try
        {
            if (path.Length == 0)
                throw new OutputException("--save-runs needs the name of a folder.");
            Directory.CreateDirectory(path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OutputException($"--save-runs {path}: the folder cannot be made: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static int Merge(ParseResult parsed)
    {
        NamedFile.RefuseClashes(
        [
            .. parsed.GetRequiredValue(Files).Select(file => new NamedFile("FILES", file, IsOutput: false)),
            .. ReportFiles.Names(parsed.GetValue(ReportPaths) ?? []),
        ]);
        using ReportFiles files = new(parsed.GetValue(ReportPaths) ?? []);
        return Conclude(parsed, ReportMerger.Merge(JsonReports.ReadAll(parsed.GetRequiredValue(Files))), files);
    }

    private static int Conclude(ParseResult parsed, ScenarioReport report, ReportFiles files)
    {
        parsed.InvocationConfiguration.Output.Write(ScenarioTable.Render(report));
        parsed.InvocationConfiguration.Output.Flush();
        files.Write(report);
        if (report.Signal != 0)
            return EndSignals.ExitCodeBase + report.Signal;
        if (!report.IsWhole)
            return ExitCode.Success;
        return report.AsExpected ? ExitCode.Success : ExitCode.GuestFailure;
    }

    private static Dictionary<string, string> Settings(IEnumerable<string> texts)
    {
        Dictionary<string, string> settings = [];
        foreach (string text in texts)
        {
            string[] parts = text.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0)
                throw new InputException($"--set {text}: NAME=VALUE is expected, as in '--set upages=1'.");
            settings[parts[0]] = parts[1];
        }

        return settings;
    }

    private static (int Part, int Count) ReadShard(string? text)
    {
        if (text is null)
            return (0, 1);
        string[] parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], out int part) && int.TryParse(parts[1], out int count) && part >= 1
            && part <= count && count <= ScenarioReport.MaxParts
            ? (part - 1, count)
            : throw new InputException($"--shard {text}: I/N is expected, with I from 1 to N and N at most "
                + $"{ScenarioReport.MaxParts}, as in '--shard 3/16'.");
    }
}
