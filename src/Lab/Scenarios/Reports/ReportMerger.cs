using PpcJit.Kernel;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Puts the parts of a divided run together. The whole is the same as if it had not been divided, except for host times.</summary>
public static class ReportMerger
{
    private const int MaxNamed = 16;

    /// <summary>Merges parts.</summary>
    /// <param name="parts">The parts with the files they came from, in any order.</param>
    /// <exception cref="InputException">They do not belong together, or one of them is there twice or missing.</exception>
    public static ScenarioReport Merge(IReadOnlyList<(string File, ScenarioReport Report)> parts)
    {
        (string firstFile, ScenarioReport first) = parts[0];
        foreach ((string file, ScenarioReport part) in parts)
        {
            if (part.Signal != 0)
                throw new InputException($"{file} is not complete: signal {part.Signal} ended its run.");
            if (part.Scenario != first.Scenario || part.Engine != first.Engine || part.PartCount != first.PartCount)
                throw new InputException($"{file} holds {Describe(part)}, and {firstFile} {Describe(first)}: they do not belong together.");
        }

        int[] all = [.. parts.SelectMany(part => part.Report.Parts)];
        if (all.GroupBy(part => part).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InputException($"Part {twice.Key + 1} of {first.PartCount} is given more than once.");
        int[] missing = [.. Enumerable.Range(0, first.PartCount).Except(all)];
        if (missing.Length > 0)
            throw new InputException($"Of {first.PartCount} parts there are missing: "
                + $"{string.Join(", ", missing.Take(MaxNamed).Select(part => part + 1))}"
                + $"{(missing.Length > MaxNamed ? $" and {missing.Length - MaxNamed} more" : "")}.");
        return first with
        {
            Parts = [.. all.Order()],
            Cases =
            [
                .. parts.SelectMany(part => part.Report.Cases).GroupBy(report => report.Index).OrderBy(same => same.Key)
                    .Select(same => same.Aggregate(Combine)),
            ],
        };
    }

    private static CaseReport Combine(CaseReport left, CaseReport right) => left with
    {
        Seconds = Math.Max(left.Seconds, right.Seconds),
        Searches = [.. left.Searches.Zip(right.Searches, SearchReports.Combine)],
    };

    private static string Describe(ScenarioReport report) => $"a part of {report.PartCount} of {report.Scenario} on {report.Engine}";
}
