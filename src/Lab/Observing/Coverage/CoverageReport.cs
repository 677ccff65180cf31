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

    private static readonly InputLimit Limit = new(128 << 20, "which is more than the coverage of a kernel has");

    /// <summary>Reads a report.</summary>
    /// <exception cref="InputException">The file is no such report.</exception>
    public static CoverageReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CoverageReport>(InputFile.Read(path, Limit).Memory.Span, JsonText.StrictForm) is { } report
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
    internal static CoverageReport Merge(CoverageReport left, CoverageReport right) => new()
    {
        Title = left.Title,
        Runs = (int)Math.Min((long)left.Runs + right.Runs, int.MaxValue),
        Functions =
        [
            .. left.Functions.Concat(right.Functions).GroupBy(function => (function.Start, function.Name, function.Words))
                .Select(same => same.Count() == 1 ? same.First() : same.First() with { Entered = Sum(same.Select(one => one.Entered)), Reached =
                    FunctionCoverage.Add(same) })
                .OrderBy(function => function.Start).ThenBy(function => function.Name, StringComparer.Ordinal).ThenBy(function => function.Words),
        ],
        Files =
        [
            .. left.Files.Concat(right.Files).GroupBy(file => file.Name)
                .Select(same => same.Count() == 1 ? same.First() : FileCoverage.Add([.. same]))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ],
    };

    /// <summary>Functions, stretches, lines and branches.</summary>
    internal long Parts => Functions.Sum(function => 1L + function.Reached.Count)
        + Files.Sum(file => (long)file.Lines.Count + file.Branches.Count + file.Functions.Count);

    /// <summary>Whether nothing is missing that a file may leave out.</summary>
    private bool IsWhole =>
        Runs > 0
        && Functions.All(function => function is { Words: >= 0 and < 1 << 30 }
            && function.Reached.All(stretch => stretch is { First: >= 0, Length: > 0 } && (long)stretch.First + stretch.Length <= function.Words))
        && Files.All(file => file is not null && file.Lines.All(line => line is not null) && file.Branches.All(branch => branch is not null)
            && file.Functions.All(function => function is not null));

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
    internal long ReachedWords => Reached.Sum(stretch => (long)stretch.Length);

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
            .. same.SelectMany(file => file.Branches).GroupBy(branch => (branch.Address, branch.Line))
                .OrderBy(branch => branch.Key.Address).ThenBy(branch => branch.Key.Line)
                .Select(branch => branch.First() with { Taken = CoverageReport.Sum(branch.Select(one => one.Taken)), NotTaken =
                    CoverageReport.Sum(branch.Select(one => one.NotTaken)) }),
        ],
        [
            .. same.SelectMany(file => file.Functions).GroupBy(function => (function.Name, function.Line))
                .OrderBy(function => function.Key.Line).ThenBy(function => function.Key.Name, StringComparer.Ordinal)
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
