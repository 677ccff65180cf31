using System.Globalization;
using PpcJit.Lab.Observing.Flow;

namespace PpcJit.Lab.Observing.Profiles;

/// <summary>Shows a profile on a terminal.</summary>
internal static class ProfileTable
{
    private const int Rows = 25;

    /// <summary>Gives lines: the functions that took most, then tasks, states and exceptions.</summary>
    /// <param name="profile">The profile, added up.</param>
    public static IEnumerable<string> Lines(ExactProfile profile)
    {
        ulong all = profile.Instructions;
        IReadOnlyList<FunctionTotals> functions = profile.Functions();
        yield return $"{Count(all)} instructions in {functions.Count} functions.";
        yield return $"{"self",18} {"",7} {"total",18} {"",7} {"calls",12}  function";
        foreach (FunctionTotals function in functions.Take(Rows))
            yield return $"{Count(function.Self),18} {Part(function.Self, all)} {Count(function.Total),18} {Part(function.Total, all)} "
                + $"{Count(function.Calls),12}  {function.Name}";
        if (functions.Count > Rows)
            yield return $"{Count((ulong)functions.Skip(Rows).Sum(function => (long)function.Self)),18} {"",7} {"",18} {"",7} {"",12}  "
                + $"{functions.Count - Rows} others";
        foreach (ProfileNode task in profile.Root.Children.Take(Rows))
            yield return $"{Count(task.Total),18} {Part(task.Total, all)}  in task {task.Name}";
        ProfileNode[] nodes = [.. profile.Root.All()];
        ulong user = (ulong)nodes.Sum(node => (long)node.User);
        ulong waited = (ulong)nodes.Sum(node => (long)node.Waited);
        yield return $"{Count(user),18} {Part(user, all)}  in problem state";
        yield return $"{Count(all - user),18} {Part(all - user, all)}  in privileged state";
        yield return $"{Count(waited),18} {Part(waited, all)}  waiting";
        IEnumerable<IGrouping<string, ProfileNode>> exceptions = nodes.Where(node => node.Kind == FrameKind.Exception).GroupBy(node => node.Name);
        foreach (IGrouping<string, ProfileNode> exception in exceptions.OrderByDescending(Own).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            ulong total = (ulong)Own(exception);
            yield return $"{Count(total),18} {Part(total, all)}  in {Count((ulong)exception.Sum(node => (long)node.Calls))} {exception.Key}";
        }

        if (profile.IsFull)
            yield return "The tree of calls was full: some callers are missing, no instruction is.";
    }

    /// <summary>What handlers took: an exception within an exception of the same kind counts once.</summary>
    private static long Own(IGrouping<string, ProfileNode> exception) =>
        exception.Where(node => !node.Path().SkipLast(1).Any(outer => outer.Kind == FrameKind.Exception && outer.Name == node.Name))
            .Sum(node => (long)node.Total);

    private static string Count(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Part(ulong value, ulong all) => (all == 0 ? 0 : 100.0 * value / all).ToString("0.00", CultureInfo.InvariantCulture)
        .PadLeft(6) + "%";
}
