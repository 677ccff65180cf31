using PpcJit.Kernel;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Searches of whole runs, whose places are taken together into classes.</summary>
[TestFixture]
internal sealed class WholeRunTests
{
    private const string Whole = "{image: IMAGE, memory: 16M, search: {inject: raise external, window: all, pass: 20, limit: 500}, "
        + "end: {panic: P, instructions: 2000}, expect: {exit: reset, allow: assumed-equal}}";

    private const string Races =
        """
        image: IMAGE
        memory: 16M
        command-line: "race=${race}"
        settings: {race: none}
        checks: [lost-return-state]
        search: {inject: raise external, window: all, pass: 5K, limit: 100K}
        end: {console: RACES-OK, panic: "panic: ", instructions: 5M}
        expect: {finding: none, allow: assumed-equal}
        """;

    private static readonly string RacesImage = HostTool.RepositoryFile("guests/races/races.elf");

    private string _folder = "";

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestCase("jit")]
    [TestCase("interpreter")]
    public void The_instructions_that_are_fatal_are_those_of_all_places(string engine)
    {
        SearchReport whole = ScenarioGuest.Run(Whole, engine).Cases[0].Searches[0];
        SearchReport all = ScenarioGuest.Run(Whole.Replace("window: all", "from: count 0, window: 5000"), engine).Cases[0].Searches[0];
        Assert.Multiple(() =>
        {
            Assert.That(Places(whole), Is.EqualTo(Places(all)).And.EquivalentTo((string[])["section+0x4", "section+0x8"]));
            Assert.That(whole.Places, Is.EqualTo(all.Places).And.EqualTo(all.Trials));
            Assert.That(whole.Trials, Is.LessThan(all.Trials * 2 / 3));
            Assert.That(whole.Classes!.Assumed, Is.EqualTo(whole.Places - whole.Trials));
            Assert.That(whole.Classes.Functions.Sum(function => function.Places), Is.EqualTo(whole.Places));
            Assert.That(whole.Classes.Functions.Where(function => function.Fatal > 0).Select(function => function.Function),
                Is.EqualTo((string[])["section"]));
        });
    }

    [Test]
    public void The_report_does_not_depend_on_engine_workers_and_parts()
    {
        string one = Comparable(ScenarioGuest.Run(Whole));
        (string, ScenarioReport)[] parts = [.. Enumerable.Range(0, 3).Select(
            part => ($"{part}", ScenarioGuest.Run(Whole, workers: 2, part: part, partCount: 3)))];
        Assert.Multiple(() =>
        {
            Assert.That(Comparable(ScenarioGuest.Run(Whole, workers: 3)), Is.EqualTo(one));
            Assert.That(Comparable(ScenarioGuest.Run(Whole, "interpreter")), Is.EqualTo(one));
            Assert.That(Comparable(ReportMerger.Merge(parts)), Is.EqualTo(one));
        });
    }

    [Test]
    public void What_was_not_tried_is_not_called_ok_unless_it_is_allowed()
    {
        CaseReport report = ScenarioGuest.Run(Whole.Replace(", allow: assumed-equal", "")).Cases[0];
        Assert.That(report.Verdict, Is.EqualTo("undecided"));
        Assert.That(report.Problem, Does.Contain("were not tried but assumed to come out as others of their class"));
        CaseReport full = ScenarioGuest.Run(Whole.Replace(", allow: assumed-equal", "").Replace("all,", "all, samples: 1000,")).Cases[0];
        Assert.That(full.Problem, Is.Empty, "all places of each class have been tried");
    }

    /// <summary>Whether a node is lost depends on how many there are, which no class knows before it is divided.</summary>
    [Test]
    public void A_class_in_which_trials_differ_is_divided_until_they_agree()
    {
        string scenario = Races.Replace("settings: {race: none}", "settings: {race: list}").Replace("finding: none", "finding: panic");
        SearchReport search = RunRaces(scenario, "jit").Searches[0];
        Assert.That(search.Classes!.Functions.Sum(function => function.Mixed), Is.Zero);
        Assert.That(Places(search), Is.EqualTo((string[])["push_nodes+0x40"]));
    }

    [TestCase("none", "")]
    [TestCase("counter", "count")]
    [TestCase("flag", "look_at_mode")]
    [TestCase("list", "push_nodes")]
    [TestCase("wake_up", "sleep")]
    [TestCase("stack_switch", "call_on_other_stack")]
    [TestCase("save_area", "handle_exception")]
    [TestCase("tlb_reentered", "touch_pages")]
    [TestCase("enabled_early", "exception")]
    [TestCase("restored_msr", "restore_msr")]
    [TestCase("reservation", "count_reserved")]
    public void A_planted_race_is_found_from_the_ordinary_run(string race, string function)
    {
        foreach (string engine in (string[])["jit", "interpreter"])
        {
            string expected = race switch { "none" => "none", "tlb_reentered" => "lost-return-state", _ => "panic" };
            CaseReport report = RunRaces(
                Races.Replace("settings: {race: none}", $"settings: {{race: {race}}}").Replace("none,", $"{expected},"), engine);
            Assert.That(report.Problem, Is.Empty, "in the ordinary run nothing goes wrong");
            Assert.That(report.Searches[0].Fatal.Select(place => place.Function).Distinct(), Is.EqualTo(race == "none" ? [] : (string[])[function]));
            Assert.That(report.Searches[0].Trials, Is.LessThan(report.Searches[0].Places / 40));
        }
    }

    /// <summary>What the interrupt did makes the guest hang after it has returned; no check looks for that here.</summary>
    [TestCase("jit")]
    [TestCase("interpreter")]
    public void A_trial_after_which_interrupts_stay_off_has_not_passed(string engine)
    {
        CaseReport report = ScenarioGuest.Run(Whole, engine, contents: ScenarioGuest.HangingImage).Cases[0];
        Assert.That(report.Searches[0].UndecidedIn.Select(group => (group.Function, group.Place)),
            Is.EqualTo((((string, string)[])[("section", "section+0x4")])));
        Assert.That(report.Verdict, Is.EqualTo("undecided"));
        Assert.That(report.Searches[0].FatalCount, Is.Zero);
    }

    /// <summary>It takes a million trials to know what is right.</summary>
    [Test]
    public void A_hundredth_of_the_trials_finds_the_fatal_instructions_of_a_kernel()
    {
        const string Search = "search: {inject: raise external, WINDOW, pass: 500, limit: 50K}\nchecks: [lost-return-state]\n"
            + "expect: {finding: lost-return-state, allow: assumed-equal}";
        CaseReport all = UareaScenario.Run("entry=mmu-first uarea=kva", Search.Replace("WINDOW", "from: count 0, window: 50M"), workers: 2);
        CaseReport whole = UareaScenario.Run("entry=mmu-first uarea=kva", Search.Replace("WINDOW", "window: all"), workers: 2);
        Assert.Multiple(() =>
        {
            Assert.That((all.Problem, whole.Problem), Is.EqualTo(("", "")));
            Assert.That(Places(whole.Searches[0]), Is.EqualTo(Places(all.Searches[0])));
            Assert.That(whole.Searches[0].Trials, Is.LessThan(all.Searches[0].Trials / 100));
            Assert.That(UareaScenario.Comparable(UareaScenario.Run("entry=mmu-first uarea=kva", Search.Replace("WINDOW", "window: all"),
                "interpreter", 2)), Is.EqualTo(UareaScenario.Comparable(whole)));
        });
    }

    [Test]
    public void A_run_that_is_ended_again_and_again_gives_the_report_of_one_that_was_not()
    {
        string path = Path.Combine(_folder, "kept"), one = Comparable(ScenarioGuest.Run(Whole));
        using TemporaryFile image = new(ScenarioGuest.Image);
        Scenario scenario = ScenarioGuest.Read(image, Whole);
        int runs = 0, asked;
        ScenarioReport report;
        do
        {
            using SearchJournal journal = SearchJournal.Open(path, "identity");
            int limit = 200 * (runs + 1);
            asked = 0;
            report = ScenarioRunner.Run(scenario, ScenarioGuest.Settings("jit", 1 + (runs % 3)) with
            {
                Journal = journal, EndSignal = () => Interlocked.Increment(ref asked) > limit ? 2 : 0,
            });
            runs++;
        }
        while (report.Signal != 0 && runs < 1000);
        Assert.That(runs, Is.GreaterThan(3));
        Assert.That(Comparable(report), Is.EqualTo(one));
    }

    [TestCase("0 0 0 5 Pass", 1, TestName = "A_last_line_that_is_not_whole_is_left_out")]
    [TestCase("0 0 0 5 Passed", 2, TestName = "A_last_line_without_its_end_counts")]
    [TestCase("nonsense\n0 0 0 6 Passed\n", 1, TestName = "What_stands_after_a_damaged_line_is_tried_again")]
    [TestCase("0 0 0 5 17\n", 1, TestName = "An_outcome_is_a_word")]
    public void A_damaged_journal_gives_what_is_whole(string rest, int found)
    {
        string path = Path.Combine(_folder, "kept");
        SearchJournal.Open(path, "x").Dispose();
        File.AppendAllText(path, $"0 0 0 4 Undecided\n{rest}");
        using (SearchJournal journal = SearchJournal.Open(path, "x"))
            Assert.That(journal.Found, Is.EqualTo(found));
        using (SearchJournal again = SearchJournal.Open(path, "x"))
            Assert.That(again.Found, Is.EqualTo(found));
    }

    [Test]
    public void Two_runs_do_not_share_a_journal()
    {
        string path = Path.Combine(_folder, "kept");
        using SearchJournal journal = SearchJournal.Open(path, "x");
        Assert.That(() => SearchJournal.Open(path, "x"), Throws.TypeOf<OutputException>());
    }

    [Test]
    public void Damage_in_the_middle_is_said_and_no_line_is_too_long()
    {
        string path = Path.Combine(_folder, "kept");
        SearchJournal.Open(path, "x").Dispose();
        File.AppendAllText(path, $"0 0 0 4 Passed\n{new string('1', 10_000_000)}");
        using SearchJournal journal = SearchJournal.Open(path, "x");
        Assert.That(journal.Found, Is.EqualTo(1));
        Assert.That(journal.Damage, Does.Contain("after 1 trials the file is damaged"));
    }

    [TestCase("dear diary\n")]
    [TestCase("\nlines after an empty one\n")]
    public void A_journal_of_something_else_is_refused_and_stays_as_it_is(string text)
    {
        string path = Path.Combine(_folder, "kept"), other = Path.Combine(_folder, "other");
        SearchJournal.Open(path, "x").Dispose();
        File.WriteAllText(other, text);
        Assert.Multiple(() =>
        {
            Assert.That(() => SearchJournal.Open(path, "y"), Throws.TypeOf<InputException>().With.Message.Contains("of another scenario"));
            Assert.That(() => SearchJournal.Open(other, "y"), Throws.TypeOf<InputException>().With.Message.Contains("none that '--resume' wrote"));
            Assert.That(() => SearchJournal.Open(_folder, "y"), Throws.TypeOf<InputException>().With.Message.Contains("a regular file"));
            Assert.That(() => SearchJournal.Open("-", "y"), Throws.TypeOf<InputException>().With.Message.Contains("a regular file"));
            Assert.That(File.ReadAllText(other), Is.EqualTo(text));
        });
        using (SearchJournal journal = SearchJournal.Open(path, "x"))
            Run(Whole, ScenarioGuest.Image, journal);
        using SearchJournal again = SearchJournal.Open(path, "x");
        Assert.That(() => Run(Whole, ScenarioGuest.AssemblyImage, again), Throws.TypeOf<InputException>().With.Message.Contains("another image"));
    }

    [TestCase("window: all, most: 5", "does not go with 'window: all'")]
    [TestCase("window: all, then: {inject: raise external, window: 5}", "does not go with 'window: all'")]
    [TestCase("from: loop, window: 5, samples: 2", "goes with 'window: all'")]
    [TestCase("window: all, samples: 0", "1 to 1000")]
    [TestCase("window: 5", "from")]
    [TestCase("from: loop, window: 5, then: {inject: raise external, window: all}", "a window of its own")]
    public void What_does_not_go_together_is_refused(string keys, string message) => Assert.That(
        () => ScenarioGuest.Run($"{{image: IMAGE, search: {{inject: raise external, {keys}}}}}"),
        Throws.TypeOf<InputException>().With.Message.Contains(message));

    private static void Run(string text, byte[] contents, SearchJournal journal)
    {
        using TemporaryFile image = new(contents);
        ScenarioRunner.Run(ScenarioGuest.Read(image, text), ScenarioGuest.Settings("jit", 1) with { Journal = journal });
    }

    private static CaseReport RunRaces(string text, string engine) => ScenarioRunner.Run(
        ScenarioReader.Read("races.yaml", text.Replace("IMAGE", RacesImage), new Dictionary<string, string>()),
        ScenarioGuest.Settings(engine, 2)).Cases[0];

    private static string[] Places(SearchReport search) => [.. search.Fatal.Select(place => place.Place).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>All of a report but engine, parts and host times.</summary>
    private static string Comparable(ScenarioReport report) => UareaScenario.Comparable(report.Cases[0]);
}
