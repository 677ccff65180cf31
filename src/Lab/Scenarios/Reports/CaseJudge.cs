using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Compares what came out of a case with what was expected, and looks whether it was shown at all.</summary>
internal static class CaseJudge
{
    /// <summary>
    /// With fewer places than this in the functions of <c>within:</c>, their names hardly covered what was meant. An interrupt that can come at a
    /// function's only boundary with interrupts enabled is one; it has to be allowed.
    /// </summary>
    private const int LeastPlacesWithin = 3;

    /// <summary>Something that is not as expected, or was not shown.</summary>
    /// <param name="Text">A sentence without its full stop.</param>
    /// <param name="IsUndecided">Whether it is that trials are undecided.</param>
    internal readonly record struct Problem(string Text, bool IsUndecided = false);

    /// <summary>Says all that is not as expected; nothing when all is.</summary>
    public static IReadOnlyList<Problem> Problems(CaseReport report)
    {
        if (report.End == CaseEnds.Signal)
            return [new Problem("a signal ended the run")];
        return
        [
            .. EndProblems(report).Select(text => new Problem(text)),
            .. FindingProblems(report).Select(text => new Problem(text)),
            .. InjectionProblems(report).Select(text => new Problem(text)),
            .. report.Searches.SelectMany(search => SearchProblems(report, search)),
            .. FatalProblems(report).Select(text => new Problem(text)),
        ];
    }

    /// <summary>Says what there is to know beside: what was allowed, or does not matter since the run ended before.</summary>
    public static IReadOnlyList<string> Notes(CaseReport report)
    {
        List<string> notes = [.. report.Absent];
        if (report.Finding is not null || Allows(report, Allowances.NotReached))
            notes.AddRange(report.NotReached.Select(search => $"the search '{search}' never began: the run ended with {report.End} before"));
        foreach (InjectionReport injection in report.Injections)
        {
            if (injection.Done == 0 && Allows(report, Allowances.NotInjected))
                notes.Add($"{NeverHappened(injection)}, which is allowed");
            else if (injection is { Done: > 0, Nothing: > 0 })
                notes.Add($"'{injection.Text}' was done {Times(injection.Done)}; {Times(injection.Nothing)} there was nothing to be done: "
                    + injection.Why);
            if (injection.Unknown > 0)
                notes.Add($"the condition of '{injection.Text}' had no value {Times(injection.Unknown)}, so it did not hold");
        }

        foreach (SearchReport search in report.Searches)
        {
            if (search.EndedWith is { } end)
                notes.Add($"the window of '{search.What}' ends with the run, which ends with {end} at count {search.EndedAt:N0}");
            notes.AddRange(search.Refused.Where(_ => search.Places > 0).Select(
                group => $"at {group.Times:N0} places '{search.What}' had nothing to do: {group.Why}"));
            if (search.LeftOut + search.LeftOutThen > 0 && search.IsBounded)
                notes.Add($"'{search.What}' was tried at the first places only, as the file wants: "
                    + $"{search.LeftOut + search.LeftOutThen:N0} were left out");
        }

        notes.AddRange(report.Expected.Hidden.Select(other => $"the expectation at {other} fits too, and is hidden behind the one that holds"));
        return notes;
    }

    /// <summary>Says in a word whether a case came out as expected.</summary>
    public static string Verdict(CaseReport report)
    {
        IReadOnlyList<Problem> problems = Problems(report);
        return problems.Count == 0 ? "ok" : problems.All(problem => problem.IsUndecided) ? "undecided" : "NO";
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
        (int fatal, int undecided) = (report.Searches.Sum(search => search.FatalCount), report.Searches.Sum(search => search.Undecided));
        int places = report.Searches.Sum(search => search.Places);
        string also = undecided > 0 ? $", {undecided} undecided" : "";
        return fatal > 0
            ? $"{fatal} fatal{also} of {places}"
            : undecided > 0 ? $"{undecided} undecided of {places}"
            : report.End == CaseEnds.NameOf(CaseEnd.Limit)
            ? "limit"
            : "runs";
    }

    private static bool Allows(CaseReport report, string what) => report.Expected.Allow.Contains(what);

    private static bool IsDeath(string end) => CaseEnds.IsDeath(end);

    private static IEnumerable<string> EndProblems(CaseReport report)
    {
        Expectation expected = report.Expected;
        if (expected.Exit is { } exit && exit != report.End)
            yield return $"the run ended with {report.End}, not with {exit}";
        if (expected.Exit is null && expected.Panic is null && expected.Finding is null or Expectation.None && IsDeath(report.End))
            yield return $"the guest died: {report.End}";
        bool panicked = report.End == CaseEnds.NameOf(CaseEnd.Panic);
        if (expected.Panic is not null && !panicked)
            yield return $"the guest did not panic; the run ended with {report.End}";
        if (!report.ConsoleAppeared && (expected.Console is not null || panicked))
            yield return "the guest did not print what it had to";
    }

    private static IEnumerable<string> FindingProblems(CaseReport report)
    {
        Expectation expected = report.Expected;
        string[] found = Checks(report);
        if (expected.Finding == Expectation.None && found.Length > 0)
            yield return $"there should be no finding, and there is {string.Join(", ", found)}";
        if (expected.Finding is not { } finding || finding == Expectation.None)
            yield break;
        if (found is not [var only])
            yield return found.Length == 0 ? $"{finding} found nothing" : $"more was found than by {finding}: {string.Join(", ", found)}";
        else if (only != finding)
            yield return $"{only} found something in place of {finding}";
    }

    private static IEnumerable<string> InjectionProblems(CaseReport report)
    {
        if (report.Finding is null && !Allows(report, Allowances.NotReached))
        {
            foreach (string search in report.NotReached)
                yield return $"the run did not come to where '{search}' is to be searched";
        }

        foreach (InjectionReport injection in report.Injections)
        {
            if (injection.Failed > 0)
                yield return $"'{injection.Text}' could not be done {Times(injection.Failed)}: {injection.Why}";
            else if (injection.Done == 0 && !Allows(report, Allowances.NotInjected))
                yield return NeverHappened(injection);
        }
    }

    private static IEnumerable<Problem> SearchProblems(CaseReport report, SearchReport search)
    {
        if (search.Undecided > 0 && !Allows(report, Allowances.Undecided))
            yield return new Problem($"{search.Undecided:N0} of {search.Trials:N0} trials of '{search.What}' are undecided, in "
                + $"{Functions(search.UndecidedIn)} (a higher 'limit:' may decide them, and 'allow: undecided' accepts them)", IsUndecided: true);
        foreach (PlaceGroup failed in search.Failed)
            yield return new Problem($"{failed.Times:N0} trials of '{search.What}' could not be made, the first at {failed.Place}: {failed.Why}");
        if (search.LeftOut + search.LeftOutThen > 0 && !search.IsBounded)
            yield return new Problem($"{search.LeftOut + search.LeftOutThen:N0} places of '{search.What}' were not tried; "
                + "'most:' says how many are to be");
        if (search.Classes is { Assumed: > 0 } assumed && !Allows(report, Allowances.AssumedEqual))
            yield return new Problem($"{assumed.Assumed:N0} of {search.Places:N0} places of '{search.What}' were not tried but assumed to "
                + "come out as others of their class ('allow: assumed-equal' accepts it)", IsUndecided: true);
        if (Allows(report, Allowances.FewPlaces))
            yield break;
        if (search.Places == 0)
            yield return new Problem($"'{search.What}' was tried nowhere: {Nowhere(search)} ('allow: few-places' accepts it)");
        else if (search.Within.Count > 0 && !search.IsNested && search.Callers.Count == 0 && search.Places < LeastPlacesWithin)
            yield return new Problem($"'within:' left {search.Places} of {search.To - search.From:N0} instructions, next to nothing "
                + "('allow: few-places' accepts it)");
        else if (search.Within.Where(within => within.Places == 0).Select(within => within.Covered.Name).ToArray() is { Length: > 0 } empty)
            yield return new Problem($"'within:' names {string.Join(", ", empty)}, where there was no place to try ('allow: few-places' accepts it)");
    }

    private static string Nowhere(SearchReport search) => search.Refused.Count > 0
        ? string.Join(", ", search.Refused.Select(group => $"{group.Why} ({group.Times:N0} times)"))
        : search.Within.Count > 0 ? "the window never came to a function of 'within:' where it was possible"
        : "nowhere in the window was it possible";

    private static string Functions(IReadOnlyList<PlaceGroup> groups)
    {
        const int MaxNamed = 8;
        string named = string.Join(", ", groups.Take(MaxNamed).Select(group =>
            $"{(group.Function.Length > 0 ? group.Function : group.Place)} ({group.Times:N0}, the first at {group.Place})"));
        return groups.Count > MaxNamed ? $"{named} and {groups.Count - MaxNamed} more functions" : named;
    }

    private static string NeverHappened(InjectionReport injection)
    {
        string why = injection switch
        {
            { Nothing: > 0 } => $"there was nothing to be done: {injection.Why}",
            { Came: 0 } => "the run did not come to its place",
            { Held: 0 } => $"its condition never held ({Times(injection.Came)} at its place)",
            _ => $"the run was at its place {Times(injection.Held)}, and none of these was meant",
        };
        return $"'{injection.Text}' never happened: {why}";
    }

    private static string Times(ulong times) => times == 1 ? "once" : $"{times:N0} times";

    private static IEnumerable<string> FatalProblems(CaseReport report)
    {
        if (report.Expected.FatalIn.Count == 0)
            yield break;
        FatalPlace[] fatal = [.. report.Searches.SelectMany(search => search.Fatal)];
        if (fatal.Length == 0)
            yield return "no place is fatal";
        string[] elsewhere = [.. fatal.Where(place => !IsIn(place, report.Expected.FatalIn)).Select(place => place.Function).Distinct()];
        if (elsewhere.Length > 0)
            yield return $"a place in {string.Join(", ", elsewhere)} is fatal too";
    }

    /// <summary>By its function, or by the label inside of it that is nearest.</summary>
    private static bool IsIn(FatalPlace place, IReadOnlyList<string> functions) =>
        functions.Contains(place.Function) || functions.Contains(place.Place.Split('+')[0]);

    private static string[] Checks(CaseReport report) =>
    [
        .. report.Searches.SelectMany(search => search.Causes).Select(cause => cause.Explanation.Check)
            .Concat(report.Finding is { } finding ? [finding.Check] : [])
            .Distinct(),
    ];
}
