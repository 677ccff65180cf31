namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Puts parts of a search together: those of workers, and those of shards.</summary>
internal static class SearchReports
{
    /// <summary>Most ranges of counts that are kept of a search.</summary>
    public const int MaxRanges = 1 << 18;

    /// <summary>Most distinct causes: each has a chain of events.</summary>
    public const int MaxCauses = 1000;

    /// <summary>Causes that are followed back: as many as a person is shown.</summary>
    public const int MaxExplained = 12;

    /// <summary>Most functions, reasons and callers that are told apart.</summary>
    public const int MaxGroups = 1000;

    /// <summary>Combines two parts of the same window; which comes first makes no difference.</summary>
    public static SearchReport Combine(SearchReport left, SearchReport right)
    {
        FatalPlaces fatal = new();
        foreach (FatalPlace place in left.Fatal.Concat(right.Fatal).OrderBy(place => place.After ?? 0).ThenBy(place => place.Count)
            .ThenBy(place => place.Moved?.Number ?? 0))
            fatal.Add(place);
        fatal.AddMore(left.MoreFatal + right.MoreFatal);
        return left with
        {
            // Each part walks through the whole window; what follows an injection is walked through by the part that tries it.
            Places = left.IsNested ? left.Places + right.Places : Math.Max(left.Places, right.Places),
            Possible = left.Possible.Count >= right.Possible.Count ? left.Possible : right.Possible,
            Classes = ClassesReport.Combine(left.Classes, right.Classes),
            EndedWith = left.EndedWith ?? right.EndedWith,
            EndedAt = left.EndedAt ?? right.EndedAt,
            LeftOut = Math.Max(left.LeftOut, right.LeftOut),
            LeftOutThen = left.LeftOutThen + right.LeftOutThen,
            Trials = left.Trials + right.Trials,
            Undecided = left.Undecided + right.Undecided,
            UndecidedIn = Sum(left.UndecidedIn, right.UndecidedIn),
            Failed = Sum(left.Failed, right.Failed),
            Refused = left.IsNested ? Sum(left.Refused, right.Refused) : left.Refused.Count >= right.Refused.Count ? left.Refused : right.Refused,
            Within = Combine(left.Within, right.Within),
            Callers =
            [
                .. left.Callers.Concat(right.Callers).GroupBy(caller => caller.Caller)
                    .Select(same => new CallerReport(
                        same.Key, same.Sum(caller => caller.Calls), same.Sum(caller => caller.Fatal), same.Sum(caller => caller.Undecided)))
                    .OrderBy(caller => caller.Caller, StringComparer.Ordinal).Take(MaxGroups),
            ],
            Fatal = fatal.Kept,
            MoreFatal = fatal.More,
            Causes =
            [
                .. left.Causes.Concat(right.Causes)
                    .GroupBy(cause => cause.Cause)
                    .Select(same => same.MinBy(cause => (cause.After ?? 0, cause.Count, cause.Moved?.Number ?? 0))!)
                    .OrderBy(cause => cause.After ?? 0).ThenBy(cause => cause.Count).ThenBy(cause => cause.Moved?.Number ?? 0)
                    .Take(MaxCauses)
                    .Select((cause, n) => n < MaxExplained ? cause : Unexplained(cause)),
            ],
            Seconds = Math.Max(left.Seconds, right.Seconds),
        };
    }

    /// <summary>One that may be among the first of a part, and is not among those of the whole.</summary>
    private static CauseReport Unexplained(CauseReport cause) => cause with
    {
        Explanation = cause.Explanation with
        {
            Chain = [], CutOff = [$"Only the first {MaxExplained} causes of a search are followed back."],
        },
    };

    private static PlaceGroup[] Sum(IReadOnlyList<PlaceGroup> left, IReadOnlyList<PlaceGroup> right) =>
    [
        .. left.Concat(right).GroupBy(group => (group.Function, group.Why))
            .Select(same => same.MinBy(group => (group.Count, group.Place))! with { Times = same.Sum(group => group.Times) })
            .OrderByDescending(group => group.Times).ThenBy(group => group.Count).ThenBy(group => group.Function, StringComparer.Ordinal)
            .Take(MaxGroups),
    ];

    private static WithinReport[] Combine(IReadOnlyList<WithinReport> left, IReadOnlyList<WithinReport> right) => left.Count == 0 ? [.. right]
        : right.Count == 0 ? [.. left]
        : [.. left.Zip(right, (one, other) => one with
        {
            Places = one.Covered.Key.StartsWith("then", StringComparison.Ordinal) ? one.Places + other.Places : Math.Max(one.Places, other.Places),
        })];
}
