using System.Text.Json;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Observing.Coverage;

/// <summary>Which code of a guest was reached, how often: of one run, or of several together.</summary>
public sealed record CoverageReport
{
    /// <summary>What was run.</summary>
    public required string Title { get; init; }

    /// <summary>How many runs are in it.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>Functions by rising address.</summary>
    public IReadOnlyList<FunctionCoverage> Functions { get; init; } = [];

    /// <summary>Source files by name; empty where no lines are known.</summary>
    public IReadOnlyList<FileCoverage> Files { get; init; } = [];

    /// <summary>Reads a report.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static CoverageReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CoverageReport>(InputFile.Read(path).Memory.Span, JsonText.Form) is { Title: not null } report
                && report.IsWhole
                ? report
                : throw new InputException($"{path} is no report of coverage.");
        }
        catch (JsonException error)
        {
            throw new InputException($"{path} is no report of coverage: {error.Message}", error);
        }
    }

    /// <summary>Puts runs together: what any of them reached is reached, and counts add up.</summary>
    /// <param name="reports">At least one.</param>
    public static CoverageReport Merge(IReadOnlyList<CoverageReport> reports) => new()
    {
        Title = string.Join(", ", reports.Select(report => report.Title).Distinct()),
        Runs = reports.Sum(report => report.Runs),
        Functions =
        [
            .. reports.SelectMany(report => report.Functions).GroupBy(function => (function.Start, function.Name, function.Words))
                .Select(same => same.Count() == 1 ? same.First() : same.First() with { Entered = Sum(same.Select(one => one.Entered)), Reached =
                    FunctionCoverage.Add(same) })
                .OrderBy(function => function.Start),
        ],
        Files =
        [
            .. reports.SelectMany(report => report.Files).GroupBy(file => file.Name)
                .Select(same => same.Count() == 1 ? same.First() : FileCoverage.Add([.. same]))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ],
    };

    /// <summary>Whether nothing is missing that a file may leave out.</summary>
    private bool IsWhole =>
        Functions?.All(function => function is { Name: not null, Words: >= 0 and < 1 << 30, Reached: not null }
            && function.Reached.All(stretch => stretch is { First: >= 0, Length: > 0 })) == true
        && Files?.All(file => file is { Name: not null, Lines: not null, Branches: not null, Functions: not null }
            && file.Lines.All(line => line is not null) && file.Branches.All(branch => branch is not null)
                && file.Functions.All(function => function is { Name: not null })) == true;

    internal static ulong Sum(IEnumerable<ulong> counts) => counts.Aggregate(0UL, (sum, count) => sum + count);
}

/// <summary>How much of a function was reached.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">First linked address.</param>
/// <param name="Words">Its instructions.</param>
/// <param name="Entered">How often its first instruction was executed.</param>
/// <param name="Reached">Its instructions that were executed: stretches of the same count, by rising place.</param>
public sealed record FunctionCoverage(string Name, uint Start, int Words, ulong Entered, IReadOnlyList<ReachedStretch> Reached)
{
    /// <summary>How many of its instructions were executed.</summary>
    internal int ReachedWords => Reached.Sum(stretch => stretch.Length);

    /// <summary>Adds up the stretches of the same function in several runs.</summary>
    internal static IReadOnlyList<ReachedStretch> Add(IEnumerable<FunctionCoverage> same)
    {
        SortedDictionary<int, ulong> steps = [];
        foreach (ReachedStretch stretch in same.SelectMany(function => function.Reached))
        {
            steps[stretch.First] = steps.GetValueOrDefault(stretch.First) + stretch.Times;
            steps[stretch.First + stretch.Length] = steps.GetValueOrDefault(stretch.First + stretch.Length) - stretch.Times;
        }

        List<ReachedStretch> reached = [];
        (int from, ulong times) = (0, 0);
        foreach ((int place, ulong step) in steps)
        {
            if (times > 0 && place > from)
                reached.Add(new ReachedStretch(from, place - from, times));
            (from, times) = (place, times + step);
        }

        return reached;
    }
}

/// <summary>Instructions of a function that were executed the same number of times.</summary>
/// <param name="First">The first one, counted from 0.</param>
/// <param name="Length">How many.</param>
/// <param name="Times">How often.</param>
public sealed record ReachedStretch(int First, int Length, ulong Times);

/// <summary>How much of a source file was reached.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Lines">How often each line with code was executed, by rising line.</param>
/// <param name="Branches">Its branches that can go two ways, by address.</param>
/// <param name="Functions">Its functions.</param>
public sealed record FileCoverage(
    string Name, IReadOnlyList<LineCoverage> Lines, IReadOnlyList<BranchCoverage> Branches, IReadOnlyList<SourceFunctionCoverage> Functions)
{
    /// <summary>Adds up the same file in several runs.</summary>
    internal static FileCoverage Add(IReadOnlyList<FileCoverage> same) => new(
        same[0].Name,
        [.. same.SelectMany(file => file.Lines).GroupBy(line => line.Line).OrderBy(line => line.Key)
            .Select(line => new LineCoverage(line.Key, CoverageReport.Sum(line.Select(one => one.Times))))],
        [
            .. same.SelectMany(file => file.Branches).GroupBy(branch => (branch.Address, branch.Line)).OrderBy(branch => branch.Key.Address)
                .Select(branch => branch.First() with { Taken = CoverageReport.Sum(branch.Select(one => one.Taken)), NotTaken =
                    CoverageReport.Sum(branch.Select(one => one.NotTaken)) }),
        ],
        [
            .. same.SelectMany(file => file.Functions).GroupBy(function => (function.Name, function.Line)).OrderBy(function => function.Key.Line)
                .Select(function => function.First() with { Times = CoverageReport.Sum(function.Select(one => one.Times)) }),
        ]);
}

/// <summary>How often a line was executed.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Times">How often that instruction of it that was executed most.</param>
public sealed record LineCoverage(int Line, ulong Times);

/// <summary>How often a branch went which way.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Address">The branch.</param>
/// <param name="Taken">How often it was taken.</param>
/// <param name="NotTaken">How often it was not.</param>
public sealed record BranchCoverage(int Line, uint Address, ulong Taken, ulong NotTaken);

/// <summary>A function of a source file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line where it begins.</param>
/// <param name="Times">How often it was entered.</param>
public sealed record SourceFunctionCoverage(string Name, int Line, ulong Times);
