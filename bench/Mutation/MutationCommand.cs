using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Bench.Reports;
using PpcJit.Mutation.Mutants;
using PpcJit.Mutation.Reports;
using PpcJit.Mutation.Runs;
using PpcJit.Mutation.Sources;

namespace PpcJit.Mutation;

/// <summary>The command line.</summary>
internal static class MutationCommand
{
    private const int MaxMutants = 20_000;

    /// <summary>More are drawn than wanted, in place of those that do not compile.</summary>
    private const double Spare = 1.2;

    /// <summary>What is mutated, and the tests that should notice.</summary>
    private static readonly (string Project, string Tests)[] Projects = [("Machine", "Machine.Tests"), ("Jit", "Jit.Tests")];

    private static readonly Option<int> Count =
        new("--mutants") { Description = "How many mutants are drawn.", DefaultValueFactory = _ => 300 };
    private static readonly Option<int> Seed =
        new("--seed")
        {
            Description = "What they are drawn with: the same seed draws the same from the same sources.",
            DefaultValueFactory = _ => 1,
        };
    private static readonly Option<int> Budget = new("--budget")
    {
        Description = "The most seconds of tests for one mutant, the shortest tests first.", DefaultValueFactory = _ => 60,
    };

    private static readonly Option<int> Jobs =
        new("--jobs") { Description = "How many run at a time.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private static readonly Option<string?> Only =
        new("--only") { Description = "Only mutants whose path contains this, as 'Devices/Ethernet'." };
    private static readonly Option<string?> Part = new("--part")
    {
        Description = "Of the mutants that are drawn, only those of this project are tried: Machine or Jit. The sample stays the same.",
    };

    private static readonly Option<string?> Work =
        new("--work") { Description = "A folder for the copy in which mutants are built, which is kept." };
    private static readonly Option<string?> Json = new("--json") { Description = "Report for programs." };
    private static readonly Option<string?> Markdown = new("--markdown") { Description = "Report for people." };

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        // This program starts itself with tests in it.
        if (arguments is ["cover", var covered, var notes, var leftOut])
            return TestHost.Cover(covered, notes, leftOut);
        if (arguments is ["host", var tested, var log, var list])
            return TestHost.Run(tested, log, list);
        RootCommand root = new(
            "Changes small things in Machine and Jit, one at a time, and looks whether a test notices.\n"
            + "Exit codes: 0 it ran, whatever was found, 1 a test fails without any change, 2 bad input.")
        {
            Count, Seed, Budget, Jobs, Only, Part, Work, Json, Markdown,
        };
        root.SetAction(Mutate);
        return CommandLines.Run("mutation", root, arguments);
    }

    private static int Mutate(ParseResult parsed)
    {
        long start = Stopwatch.GetTimestamp();
        int wanted = parsed.GetValue(Count), seed = parsed.GetValue(Seed), jobs = parsed.GetValue(Jobs);
        if (wanted is < 1 or > MaxMutants)
            throw new BenchException($"--mutants must be 1 to {MaxMutants}.");
        if (jobs < 1 || parsed.GetValue(Budget) < 1)
            throw new BenchException("--jobs and --budget must be at least 1.");
        int[] parts = [.. Enumerable.Range(0, Projects.Length)
            .Where(n => parsed.GetValue(Part) is not { } part || Projects[n].Project == part)];
        if (parts.Length == 0)
            throw new BenchException($"--part must be {string.Join(" or ", Projects.Select(project => project.Project))}.");
        ReportFile.Check(parsed.GetValue(Json), "--json");
        ReportFile.Check(parsed.GetValue(Markdown), "--markdown");
        string repository = Repository.Find("Mutation");
        using WorkCopy copy = new(repository, parsed.GetValue(Work));
        Say("building the tests ...");
        foreach ((_, string tests) in Projects)
            copy.Build($"tests/{tests}");
        Say("looking for mutants ...");
        ProjectSources[] sources = [.. Projects.Select(project => new ProjectSources(copy.Root, $"src/{project.Project}"))];
        Mutant[] all = [.. sources.SelectMany(Find)
            .Where(mutant => parsed.GetValue(Only) is not { } part || mutant.Path.Contains(part, StringComparison.Ordinal))];
        if (all.Length == 0)
            throw new BenchException($"--only {parsed.GetValue(Only)}: there is nothing to change.");
        Mutant[] drawn = [.. Sample.Draw(all, (int)(wanted * Spare), seed).Select((mutant, n) => mutant with { Number = n })];
        MutatedProgram[] programs =
            [.. sources.Select(source => MutatedProgram.Create(source, drawn.Where(mutant => IsOf(source, mutant))))];
        HashSet<int> kept = [.. programs.SelectMany(program => program.Mutants).Select(mutant => mutant.Number).Order().Take(wanted)];
        int tried = parts.Sum(n => programs[n].Mutants.Count(mutant => kept.Contains(mutant.Number)));
        Say($"{all.Length} mutants, {kept.Count} drawn, of which {tried} are tried; running the tests once ...");

        string logs = Directory.CreateDirectory(Path.Combine(copy.Root, "logs")).FullName;
        MutantRuns runs = new(logs);
        Dictionary<int, Coverage> coverage = [];
        Dictionary<int, string> assemblies = [];
        Parallel.ForEach(parts, new ParallelOptions { MaxDegreeOfParallelism = jobs }, n =>
        {
            (string project, string tests) = Projects[n];
            string covering = copy.Variant(tests, "coverage"), mutated = copy.Variant(tests, "mutated");
            programs[n].Emit(MutantSwitch.ForCoverage, Path.Combine(covering, $"PpcJit.{project}.dll"));
            programs[n].Emit(MutantSwitch.ForOne, Path.Combine(mutated, $"PpcJit.{project}.dll"));
            Coverage covered = runs.Cover(Path.Combine(covering, $"PpcJit.{tests}.dll"), SlowTests.Category);
            lock (coverage)
                (coverage[n], assemblies[n]) = (covered, Path.Combine(mutated, $"PpcJit.{tests}.dll"));
        });
        string[] failing = [.. coverage.Values.SelectMany(one => one.Failed)];
        if (failing.Length > 0)
            Say($"these tests fail without any change, and are left out: {string.Join(", ", failing)}");

        TimeSpan budget = TimeSpan.FromSeconds(parsed.GetValue(Budget));
        (int Project, Trial[] Trials)[] work = [.. parts.SelectMany(n => MutantRuns.Divide(
            [.. programs[n].Mutants.Where(mutant => kept.Contains(mutant.Number)).Select(mutant =>
                Trial.Choose(mutant, coverage[n], budget))])
            .Select(trials => (n, trials)))];
        ConcurrentBag<Verdict> verdicts = [];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = jobs };
        Parallel.ForEach(Partitioner.Create(work, EnumerablePartitionerOptions.NoBuffering), parallel, one =>
        {
            foreach (Verdict verdict in runs.Try(Projects[one.Project].Project, assemblies[one.Project], one.Trials))
            {
                verdicts.Add(verdict);
                Mutant mutant = verdict.Mutant;
                Say($"{verdicts.Count}/{tried} {verdict.Seconds:F1} s {verdict.Fate} "
                    + $"{Path.GetFileName(mutant.Path)}:{mutant.Line} {mutant.Text} {verdict.Test}");
            }
        });

        Environs environs = Environs.Look(repository, withQemu: false);
        MutationReport report = new(environs, seed, all.Length, [.. verdicts.OrderBy(verdict => verdict.Mutant.Number)],
            Stopwatch.GetElapsedTime(start).TotalSeconds);
        report.Print();
        ReportFile.Write(parsed.GetValue(Json), "--json", report.Json);
        ReportFile.Write(parsed.GetValue(Markdown), "--markdown", report.Markdown);
        return failing.Length == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static IEnumerable<Mutant> Find(ProjectSources source) => source.Compilation.SyntaxTrees
        .Where(tree => source.Own.Contains(tree.FilePath))
        .OrderBy(tree => tree.FilePath, StringComparer.Ordinal)
        .SelectMany(tree => MutantFinder.Find(source.Compilation.GetSemanticModel(tree)));

    private static bool IsOf(ProjectSources source, Mutant mutant) => source.Own.Contains(mutant.Path);

    private static void Say(string text) => Console.Error.WriteLine(text);
}
