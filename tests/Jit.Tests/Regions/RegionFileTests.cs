using System.Text.RegularExpressions;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Tests.Regions;

/// <summary>
/// Each file under Regions/Files is guest code and what becomes of it: final states alone would not tell that an optimisation
/// finds nothing.
/// </summary>
public sealed partial class RegionFileTests
{
    /// <summary>Switches that change no region, or all of them, and where they are tested.</summary>
    private static readonly Dictionary<string, string> WithoutFiles = new()
    {
        ["regions"] = "whether there are regions at all: every test of Programs",
        ["background"] = "when they are compiled: BackgroundCompiler runs in the whole-system tests",
        ["fill-ahead"] = "the soft page tables: TlbMissTests",
        ["track-miss"] = "the soft page tables: TlbMissTests",
        ["skip-idle"] = "how far the dispatcher lets time go by: IdleLoopTests",
        ["patient-start"] = "when regions are asked for: HotCodeTests",
        ["prefetch"] = "the host's caches: no result depends on it",
    };

    /// <summary>Of these each region has the same, so there is none that must not.</summary>
    private static readonly string[] Everywhere = ["jump-cache"];

    private static IEnumerable<TestCaseData> Runs() =>
        from file in RegionFile.All()
        from number in Enumerable.Range(0, file.Runs.Count)
        select new TestCaseData(file, file.Runs[number]).SetArgDisplayNames(file.Name, string.Join(' ', file.Runs[number].Settings));

    private static IEnumerable<TestCaseData> Claims() =>
        from file in RegionFile.All()
        from claim in file.Claims
        select new TestCaseData(file, claim).SetArgDisplayNames(file.Name, claim.Switch);

    private static IEnumerable<string> SwitchesWithFiles => JitOptions.SwitchNames.Except(WithoutFiles.Keys);

    [TestCaseSource(nameof(Runs))]
    public void A_region_is_what_its_file_says(object file, object run)
    {
        RegionTexts texts = RegionTexts.Compile((RegionFile)file, ((RegionRun)run).Settings);
        foreach (IGrouping<string, RegionCheck> checks in ((RegionRun)run).Checks.GroupBy(check => check.Where))
        {
            string[] lines = checks.Key switch { "plan" => texts.Plan, "il" => texts.Il, _ => texts.Host };
            string? problem = Problem([.. checks], [.. lines.Select(line => Blanks().Replace(line.Trim(), " "))]);
            Assert.That(problem, Is.Null, $"{problem}\nThe {checks.Key}:\n{string.Join('\n', lines)}");
        }
    }

    [TestCaseSource(nameof(Claims))]
    public void A_switch_changes_a_region_only_where_its_file_says_so(object file, object claim)
    {
        RegionFile given = (RegionFile)file;
        SwitchClaim made = (SwitchClaim)claim;
        string[] settings = given.Runs[0].Settings;
        RegionTexts on = RegionTexts.Compile(given, [.. settings, $"{made.Switch}=on"]);
        RegionTexts off = RegionTexts.Compile(given, [.. settings, $"{made.Switch}=off"]);
        Assert.That(on.Il, made.Changes ? Is.Not.EqualTo(off.Il) : Is.EqualTo(off.Il));
    }

    [Test]
    public void Every_switch_has_a_file_where_it_does_something_and_one_where_it_must_not()
    {
        SwitchClaim[] claims = [.. RegionFile.All().SelectMany(file => file.Claims)];
        IEnumerable<string> Missing(bool changes) =>
            SwitchesWithFiles.Except(from claim in claims where claim.Changes == changes select claim.Switch);
        Assert.That(Missing(changes: true), Is.Empty, "no file shows what these do");
        Assert.That(Missing(changes: false), Is.EquivalentTo(Everywhere), "no file shows where these must not");
        Assert.That(WithoutFiles.Keys, Is.SubsetOf(JitOptions.SwitchNames), "these are no switches");
    }

    [TestCase("a b c", "check: b", null)]
    [TestCase("a b c", "check: d", "there is no more line with 'd'")]
    [TestCase("a b c", "check: c check: b", "there is no more line with 'b'")]
    [TestCase("a b c", "not: b", "'b' should not be there")]
    [TestCase("a b c", "not: c check: b", null)]
    [TestCase("a b c", "check: b not: c", "'c' should not be there")]
    [TestCase("a b a", "2: a", null)]
    [TestCase("a b a", "1: a", "'a' is there 2 times, not 1")]
    public void A_check_finds_what_is_not_as_it_says(string lines, string checks, string? problem)
    {
        string[] words = checks.Split(' ');
        RegionCheck[] given = [.. words.Chunk(2).Select(pair => new RegionCheck(
            "il", pair[1], pair[0] == "not:", int.TryParse(pair[0].TrimEnd(':'), out int number) ? number : null))];
        Assert.That(Problem(given, lines.Split(' ')), Is.EqualTo(problem));
    }

    /// <summary>What is not as the checks of one text say; null for nothing.</summary>
    private static string? Problem(IReadOnlyList<RegionCheck> checks, string[] lines)
    {
        int at = 0;
        List<string> absent = [];
        foreach (RegionCheck check in checks)
        {
            if (check.Number is { } number)
            {
                int found = lines.Count(line => line.Contains(check.Text, StringComparison.Ordinal));
                if (found != number)
                    return $"'{check.Text}' is there {found} times, not {number}";
                continue;
            }

            if (check.IsAbsent)
            {
                absent.Add(check.Text);
                continue;
            }

            int next = Array.FindIndex(lines, at, line => line.Contains(check.Text, StringComparison.Ordinal));
            if (next < 0)
                return $"there is no more line with '{check.Text}'";
            if (Unwanted(lines[at..next]) is { } early)
                return early;
            at = next + 1;
            absent.Clear();
        }

        return Unwanted(lines[at..]);

        string? Unwanted(string[] between) =>
            absent.Find(text => between.Any(line => line.Contains(text, StringComparison.Ordinal))) is { } unwanted
                ? $"'{unwanted}' should not be there"
                : null;
    }

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
