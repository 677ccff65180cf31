namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>What searches did, in lines for people: what names were taken to cover, what is undecided, who called.</summary>
public static class SearchText
{
    /// <summary>Gives the lines of all searches of a case.</summary>
    public static IEnumerable<string> Lines(CaseReport one) =>
        one.Covered.Select(covered => covered.ToString()).Concat(one.Searches.SelectMany(Lines));

    /// <summary>Gives the fatal places of all searches of a case: those at one instruction in one line, not more lines than people read.</summary>
    public static IEnumerable<string> FatalLines(CaseReport one)
    {
        const int MaxLines = 40;
        return one.Searches.SelectMany(search => search.Fatal.GroupBy(Describe)
            .Select(same => $"'{search.What}' is fatal {same.Count():N0} x at {same.Key}").Take(MaxLines));
    }

    /// <summary>Says where a fatal place is: its address, and what led there of injections.</summary>
    public static string Describe(FatalPlace place) => $"{place.Place}{(place.Caller is { } caller ? $", called from {caller}" : "")}"
        + $"{(place.AfterPlace is { } first ? $", after {first}" : "")}"
        + (place.Moved is { } moved ? $", with the {moved.Name.Split(' ')[0]} {(place.Count < moved.Count ? "earlier" : "later")} than it came" : "");

    /// <summary>Says how far a search by classes came: in all, and in the functions in which something is fatal or differs.</summary>
    private static IEnumerable<string> ClassLines(SearchReport search, ClassesReport classes)
    {
        const int MaxLines = 40;
        yield return $"'{search.What}' at {search.Places:N0} places in {classes.Count:N0} classes: {search.Trials:N0} tried, up to "
            + $"{classes.Samples} of each class and more where they differ; {classes.Assumed:N0} assumed to be like others of their class";
        if (classes.Moved > 0)
        {
            yield return $"  {classes.Moved:N0} things that came in the run were let come elsewhere, one at a time; what comes over the same "
                + "line, of the same protocol, earlier or later, was taken together where it is alike by the rest";
        }

        yield return classes.LearnedFrom == 0
            ? "  classes are by instruction, machine state, handler, lwp, the stack's translation, and caller where a function is let fail"
            : $"  its handler was watched at {classes.LearnedFrom} places: it needs {classes.Pages} pages and reads {classes.Words} words beside "
                + "those of the stack; what it needs or reads elsewhere is not known";
        foreach (FunctionClasses function in classes.Functions.Where(function => function.Fatal + function.Mixed > 0).Take(MaxLines))
        {
            yield return $"  {function.Name}: {function.Fatal:N0} of {function.Classes:N0} classes fatal"
                + $"{(function.Mixed > 0 ? $", {function.Mixed:N0} not the same for all that were tried" : "")}; {function.Tried:N0} of "
                + $"{function.Places:N0} places tried";
        }
    }

    /// <summary>Gives the lines of a search.</summary>
    public static IEnumerable<string> Lines(SearchReport search) =>
    [
        .. search.Classes is { } classes ? ClassLines(search, classes) : [],
        .. search.Within.Select(within => $"{within.Covered}: {within.Places:N0} places"),
        .. search.UndecidedIn.Select(group => $"'{search.What}' is undecided {group.Times:N0} x in "
            + $"{(group.Function.Length > 0 ? group.Function : "no function")}, the first at {group.Place}, count {group.Count}"),
        .. search.Failed.Select(group => $"'{search.What}' could not be made {group.Times:N0} x, the first at {group.Place}: {group.Why}"),
        .. search.Callers.Select(caller => $"'{search.What}', called from {caller.Caller}: {caller.Fatal:N0} fatal of {caller.Calls:N0}"
            + $"{(caller.Undecided > 0 ? $", {caller.Undecided:N0} undecided" : "")}"),
    ];
}
