namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>
/// Looks whether a report that was read from a file can be one that was written: the reader of JSON takes any number,
/// and null in any list.
/// </summary>
internal static class ReportCheck
{
    private const int DeepestNesting = 10_000;

    /// <summary>Says what is wrong; null for nothing.</summary>
    public static string? Problem(ScenarioReport report)
    {
        if (report.PartCount is < 1 or > ScenarioReport.MaxParts)
            return $"it says that it is one of {report.PartCount} parts";
        if (report.Signal < 0 || report.Missing < 0)
            return "it counts less than nothing";
        if (report.Parts.Count == 0
            || report.Parts.Any(part => part < 0 || part >= report.PartCount)
            || report.Parts.Distinct().Count() != report.Parts.Count)
            return "its parts are not different numbers below their count";
        return HasNull(report.Cases) ? "a case is null" : report.Cases.Select(Problem).FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(CaseReport one)
    {
        if (one.Index < 0)
            return $"a case has the index {one.Index}";
        if (!IsDuration(one.Seconds))
            return "a case took no time that could be";
        if (one.Settings.Any(setting => setting.Key is null || setting.Value is null)
            || HasNull(one.Varying) || HasNull(one.NotReached) || HasNull(one.Absent) || HasNull(one.Standing)
            || HasNull(one.Expected.FatalIn) || HasNull(one.Expected.Allow) || HasNull(one.Expected.Hidden)
            || HasNull(one.Injections) || HasNull(one.Covered))
            return "a name or a value is null";
        if (HasNull(one.Searches))
            return "a search is null";
        if (one.Searches.Sum(search => (long)search.Trials) > int.MaxValue || one.Searches.Sum(search => (long)search.Places) > int.MaxValue
            || one.Searches.Sum(search => search.Fatal.Count + (long)search.MoreFatal) > int.MaxValue)
            return "its searches have more trials than can be";
        if (one.Timeline is { } timeline && Problem(timeline) is { } damaged)
            return damaged;
        return one.Finding is { } finding && Problem(finding) is { } problem ? problem : one.Searches.Select(Problem)
            .FirstOrDefault(found => found is not null);
    }

    private static string? Problem(SearchReport search)
    {
        if (search.To < search.From
            || search.Places < 0 || search.Trials < 0 || search.Trials > search.Places || search.Undecided < 0 || search.MoreFatal < 0
            || search.LeftOut < 0 || search.LeftOutThen < 0
            || !IsDuration(search.Seconds))
            return $"the numbers of a search cannot be: {search.Trials} trials at {search.Places} places from {search.From} to {search.To}";
        if (HasNull(search.Fatal) || search.Fatal.Any(place => place.Count < search.From || place.Count > search.To))
            return "a fatal place is not in its window";
        if (search.Possible.Any(range => range.First < search.From || range.First > search.To || range.Length > search.To - range.First + 1))
            return "a range is not in its window";
        if (HasNull(search.UndecidedIn) || HasNull(search.Failed) || HasNull(search.Refused) || HasNull(search.Within) || HasNull(search.Callers))
            return "a group of places is null";
        if (search.UndecidedIn.Concat(search.Failed).Concat(search.Refused).Any(group => group.Times < 0)
            || search.Within.Any(within => within.Places < 0)
            || search.Callers.Any(caller => caller.Calls < 0 || caller.Fatal < 0 || caller.Undecided < 0))
            return "a group of places has less than none";
        if (HasNull(search.Causes))
            return "a cause is null";
        if (search.Fatal.Any(place => place.Moved is { Name: null }) || search.Causes.Any(cause => cause.Moved is { Name: null }))
            return "something that was moved has no name";
        if (search.Classes is { } classes && (HasNull(classes.Functions) || classes.Functions.Any(function => function.Function is null
            || function.Classes < 0 || function.Tried < 0 || function.Fatal < 0 || function.Mixed < 0 || function.Places < function.Tried)
            || classes.Functions.Sum(function => (long)function.Places) > int.MaxValue))
            return "the classes of a search cannot be";
        return search.Causes.Select(cause => Problem(cause.Explanation)).FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(FindingReport finding)
    {
        return HasNull(finding.Chain) || HasNull(finding.CutOff) ? "a step is null" : Problem(finding.Timeline);
    }

    private static string? Problem(Timeline timeline)
    {
        if (HasNull(timeline.Events) || HasNull(timeline.Pages))
            return "an event is null";
        if (timeline.Events.Any(happened => happened.Depth is < 0 or > DeepestNesting))
            return "exceptions are nested less than not at all, or too deeply";
        return timeline.Pages.Any(page => page.Present.Any(range => range.From < 0 || range.To < range.From || range.To > timeline.Events.Count))
            ? "a page is in the TLB at an event that is not there"
            : null;
    }

    private static bool IsDuration(double seconds) => seconds is >= 0 and < 1e12;

    private static bool HasNull<T>(IEnumerable<T> list)
        where T : class => list.Any(item => item is null);
}
