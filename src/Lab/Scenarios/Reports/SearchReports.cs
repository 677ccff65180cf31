namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Puts parts of a search together: those of workers, and those of shards.</summary>
internal static class SearchReports
{
    /// <summary>Combines two parts of the same window; which comes first makes no difference.</summary>
    public static SearchReport Combine(SearchReport left, SearchReport right) => left with
    {
        Places = Math.Max(left.Places, right.Places),
        Possible = left.Possible.Count >= right.Possible.Count ? left.Possible : right.Possible,
        Trials = left.Trials + right.Trials,
        Undecided = left.Undecided + right.Undecided,
        Fatal = [.. left.Fatal.Concat(right.Fatal).OrderBy(place => place.Count)],
        Causes =
        [
            .. left.Causes.Concat(right.Causes)
                .GroupBy(cause => cause.Cause)
                .Select(same => same.MinBy(cause => cause.Count)!)
                .OrderBy(cause => cause.Count),
        ],
        Seconds = Math.Max(left.Seconds, right.Seconds),
    };
}
