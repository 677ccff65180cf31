using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Searches over a guest of which the fatal places are known.</summary>
[TestFixture]
internal sealed class SearchTests
{
    private const string Interrupts =
        "{image: IMAGE, memory: 16M, search: {inject: raise external, from: loop, window: 200, pass: 20, limit: 500}, "
            + "end: {panic: P, instructions: 2000}, expect: {finding: panic}}";

    [Test]
    public void Of_very_many_fatal_places_the_first_are_kept_however_they_were_shared_out([Values(1, 2, 7)] int workers)
    {
        const int Places = 100;
        string megabyte = new('x', 1 << 19);
        SearchReport[] shares = [.. Enumerable.Range(0, workers).Select(worker => Share(worker, workers, Places, megabyte))];
        SearchReport whole = shares.Aggregate(SearchReports.Combine);
        Assert.That(whole.Fatal.Select(place => place.Count), Is.EqualTo(Enumerable.Range(0, whole.Fatal.Count).Select(count => (ulong)count)));
        Assert.That((whole.Fatal.Count, whole.FatalCount), Is.EqualTo((31, Places)), "each takes a megabyte and a little, and 32 are kept");
    }

    private static SearchReport Share(int worker, int workers, int places, string text)
    {
        FatalPlaces kept = new();
        for (int n = worker; n < places; n += workers)
            kept.Add(new FatalPlace((ulong)n, text, "", "", ""));
        return new SearchReport
        {
            What = "", From = 0, To = (ulong)places, Places = places, Possible = [], Trials = 0, Undecided = 0, Causes = [], Seconds = 0, Fatal =
                kept.Kept, MoreFatal = kept.More,
        };
    }

    [TestCase("jit")]
    [TestCase("interpreter")]
    public void Every_fatal_boundary_is_found_and_no_other(string engine)
    {
        SearchReport search = ScenarioGuest.Run(Interrupts.Replace("finding: panic", "exit: reset"), engine).Cases[0].Searches[0];
        Assert.Multiple(() =>
        {
            Assert.That(search.Fatal, Has.Count.EqualTo(20));
            Assert.That(search.Fatal.Select(place => place.Place).Distinct(), Is.EqualTo((string[])["section+0x4", "section+0x8"]));
            Assert.That(search.Fatal[0].Instruction, Is.EqualTo("nop"));
            Assert.That(search.Causes, Has.Count.EqualTo(1));
            Assert.That(search.Causes[0].Explanation.Summary, Is.EqualTo("The guest panicked: P"));
            Assert.That(search.Undecided, Is.Zero);
            Assert.That(search.Trials, Is.EqualTo(search.Places).And.GreaterThan(100));
        });
    }

    [Test]
    public void The_result_does_not_depend_on_engine_and_workers()
    {
        string scenario = Interrupts.Replace("finding: panic", "exit: reset");
        string one = Comparable(ScenarioGuest.Run(scenario));
        Assert.Multiple(() =>
        {
            Assert.That(Comparable(ScenarioGuest.Run(scenario, workers: 2)), Is.EqualTo(one));
            Assert.That(Comparable(ScenarioGuest.Run(scenario, workers: 5)), Is.EqualTo(one));
            Assert.That(Comparable(ScenarioGuest.Run(scenario, "interpreter") with { Engine = "jit" }), Is.EqualTo(one));
        });
    }

    [Test]
    public void The_merged_parts_are_the_whole()
    {
        const string Matrix = "matrix: {n: [1, 2, 3]}, command-line: 'n=${n}', ";
        string searched = Interrupts.Replace("finding: panic", "exit: reset").Insert(1, Matrix);
        foreach (string scenario in (string[])[searched, "{" + Matrix + "image: IMAGE, memory: 16M}"])
        {
            (string, ScenarioReport)[] parts = [.. Enumerable.Range(0, 4).Select(
                part => ($"{part}", ScenarioGuest.Run(scenario, part: part, partCount: 4)))];
            ScenarioReport merged = ReportMerger.Merge([.. parts.Reverse()]);
            Assert.That(merged.IsWhole);
            Assert.That(Comparable(merged with { Parts = [0], PartCount = 1 }), Is.EqualTo(Comparable(ScenarioGuest.Run(scenario))));
        }
    }

    [Test]
    public void Parts_that_do_not_make_a_whole_are_refused()
    {
        (string, ScenarioReport)[] parts = [.. Enumerable.Range(0, 3).Select(
            part => ($"{part}.json", ScenarioGuest.Run("{image: IMAGE}", part: part, partCount: 3)))];
        Assert.Multiple(() =>
        {
            Assert.That(() => ReportMerger.Merge([parts[0], parts[2]]), Throws.TypeOf<InputException>().With.Message.Contains("missing: 2"));
            Assert.That(() => ReportMerger.Merge([parts[0], parts[0]]), Throws.TypeOf<InputException>().With.Message.Contains("more than once"));
            Assert.That(
                () => ReportMerger.Merge([parts[0], ("x.json", ScenarioGuest.Run("{image: IMAGE}"))]),
                Throws.TypeOf<InputException>().With.Message.Contains("do not belong together"));
        });
    }

    [Test]
    public void Only_what_lies_within_the_given_functions_is_tried()
    {
        SearchReport search = ScenarioGuest.Run(Interrupts.Replace("window: 200", "within: [touch, work], window: 200")
            .Replace("finding: panic", "exit: reset")).Cases[0].Searches[0];
        Assert.That(search.Places, Is.EqualTo(41), "four instructions in ten rounds, and the first load in touch a second time after its TLB miss");
        Assert.That(search.Fatal, Is.Empty);
    }

    [Test]
    public void Evicting_an_entry_everywhere_only_costs_misses()
    {
        const string Scenario = "{image: IMAGE, memory: 16M, search: {inject: 'evict TLB entry for 0x80000000', from: "
            + "touch on call 2, window: 100, pass: 60}, end: {instructions: 2000}}";
        CaseReport report = ScenarioGuest.Run(Scenario).Cases[0];
        Assert.That(report.Problem, Is.Empty);
        Assert.That(report.Searches[0].Trials, Is.EqualTo(100));
        Assert.That(report.Instructions, Is.EqualTo(ScenarioGuest.Run(Scenario, "interpreter").Cases[0].Instructions));
    }

    [Test]
    public void Each_call_of_a_function_is_failed_by_itself()
    {
        const string Scenario = "{image: IMAGE, memory: 16M, search: {inject: 'return 32 from work', from: work, "
            + "window: 1000, pass: 500}, end: {panic: 'P', instructions: 2000}}";
        SearchReport search = ScenarioGuest.Run(Scenario).Cases[0].Searches[0];
        Assert.That(search.Trials, Is.EqualTo(10));
        Assert.That(search.Fatal, Has.Count.EqualTo(10), "the guest prints 'P' for 32 + 48");
    }

    [Test]
    public void A_search_whose_window_is_never_reached_is_a_problem() => Assert.That(
        ScenarioGuest.Run(Interrupts.Replace("from: loop", "from: panic").Replace("finding: panic", "exit: reset")).Cases[0].Problem,
        Does.Contain("did not come to where 'raise external'"));

    [TestCase("finding: none", "no finding")]
    [TestCase("fatal-in: [touch]", "a place in section is fatal too")]
    [TestCase("fatal-in: [section]", "")]
    [TestCase("exit: console", "ended with reset, not with console")]
    [TestCase("exit: reset, console: '010'", "")]
    [TestCase("exit: reset, console: '110'", "did not print")]
    [TestCase("panic: P", "did not panic")]
    public void Expectations_are_judged(string expectation, string problem)
    {
        string scenario = Interrupts.Replace("finding: panic",
            expectation.StartsWith("fatal-in", StringComparison.Ordinal) ? "exit: reset, " + expectation : expectation);
        string found = ScenarioGuest.Run(scenario).Cases[0].Problem;
        Assert.That(found, problem.Length == 0 ? Is.Empty : Does.Contain(problem));
    }

    /// <summary>All of a report but host times.</summary>
    private static string Comparable(ScenarioReport report) => Written.By(JsonReports.Write, report with
    {
        Cases = [.. report.Cases.Select(one => one with { Seconds = 0, Searches = [.. one.Searches.Select(search => search with { Seconds = 0 })] })],
    });
}
