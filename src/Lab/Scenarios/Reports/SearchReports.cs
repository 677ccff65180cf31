namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Puts parts of a search together: those of workers, and those of shards.</summary>
internal static class SearchReports
{
    /// <summary>Most ranges of counts that are kept of a search.</summary>
    public const int MaxRanges = 1 << 18;

    /// <summary>Most distinct causes: each has a chain of events.</summary>
    public const int MaxCauses = 1000;

    /// <summary>Combines two parts of the same window; which comes first makes no difference.</summary>
    public static SearchReport Combine(SearchReport left, SearchReport right)
    {
        FatalPlaces fatal = new();
        foreach (FatalPlace place in left.Fatal.Concat(right.Fatal).OrderBy(place => place.Count))
            fatal.Add(place);
        fatal.AddMore(left.MoreFatal + right.MoreFatal);
        return left with
        {
            Places = Math.Max(left.Places, right.Places),
            Possible = left.Possible.Count >= right.Possible.Count ? left.Possible : right.Possible,
            Trials = left.Trials + right.Trials,
            Undecided = left.Undecided + right.Undecided,
            Fatal = fatal.Kept,
            MoreFatal = fatal.More,
            Causes =
            [
                .. left.Causes.Concat(right.Causes)
                    .GroupBy(cause => cause.Cause)
                    .Select(same => same.MinBy(cause => cause.Count)!)
                    .OrderBy(cause => cause.Count)
                    .Take(MaxCauses),
            ],
            Seconds = Math.Max(left.Seconds, right.Seconds),
        };
    }
}
