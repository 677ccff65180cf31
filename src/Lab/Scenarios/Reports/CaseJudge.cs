using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Compares what came out of a case with what was expected.</summary>
internal static class CaseJudge
{
    /// <summary>Says in a sentence what is not as expected; nothing when all is.</summary>
    public static string Problem(CaseReport report)
    {
        Expectation expected = report.Expected;
        string[] found = Checks(report);
        FatalPlace[] fatal = [.. report.Searches.SelectMany(search => search.Fatal)];
        if (report.End == CaseEnds.Signal)
            return "a signal ended the run";
        if (expected.Exit is { } exit && exit != report.End)
            return $"the run ended with {report.End}, not with {exit}";
        if (expected.Exit is null && expected.Panic is null && expected.Finding is null or Expectation.None && IsDeath(report.End))
            return $"the guest died: {report.End}";
        if (expected.Panic is not null && report.End != CaseEnds.NameOf(CaseEnd.Panic))
            return $"the guest did not panic; the run ended with {report.End}";
        if (!report.ConsoleAppeared)
            return "the guest did not print what it had to";
        if (expected.Finding == Expectation.None && found.Length > 0)
            return $"there should be no finding, and there is {string.Join(", ", found)}";
        if (expected.Finding is { } finding and not Expectation.None && found is not [var only])
            return found.Length == 0 ? $"{finding} found nothing" : $"more was found than by {finding}: {string.Join(", ", found)}";
        if (expected.Finding is { } check and not Expectation.None && found[0] != check)
            return $"{found[0]} found something in place of {check}";
        if (report.Finding is null && report.NotReached.Count > 0)
            return $"the run did not come to where '{report.NotReached[0]}' is to be searched";
        if (expected.FatalIn.Count == 0)
            return "";
        string? elsewhere = fatal.Select(place => place.Function).FirstOrDefault(function => !expected.FatalIn.Contains(function));
        return fatal.Length == 0 ? "no place is fatal" : elsewhere is not null ? $"a place in {elsewhere} is fatal too" : "";
    }

    /// <summary>Says in a few words what came out.</summary>
    public static string Outcome(CaseReport report)
    {
        if (report.Finding is { } finding)
            return finding.Check;
        if (IsDeath(report.End))
            return $"dies: {report.End}";
        if (report.End is CaseEnds.Signal)
            return CaseEnds.Signal;
        int fatal = report.Searches.Sum(search => search.FatalCount);
        return fatal > 0
            ? $"{fatal} fatal of {report.Searches.Sum(search => search.Places)}"
            : report.End == CaseEnds.NameOf(CaseEnd.Limit)
            ? "limit"
            : "runs";
    }

    private static bool IsDeath(string end) => CaseEnds.IsDeath(end);

    private static string[] Checks(CaseReport report) =>
    [
        .. report.Searches.SelectMany(search => search.Causes).Select(cause => cause.Explanation.Check)
            .Concat(report.Finding is { } finding ? [finding.Check] : [])
            .Distinct(),
    ];
}
