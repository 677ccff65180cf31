using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>"ok" means shown: what was not looked at, and what is not known, is said in every report, and is not as expected.</summary>
[TestFixture]
internal sealed class ShownTests
{
    private const string Interrupts =
        "{image: IMAGE, memory: 16M, search: {inject: raise external, from: loop, window: 200, pass: 20, limit: 500}, "
            + "end: {panic: P, instructions: 2000}, expect: {exit: reset}}";

    [Test]
    public void A_function_of_assembly_code_is_searched_to_its_end_whatever_labels_are_inside()
    {
        string within = Interrupts.Replace("window: 200", "within: [section], window: 200");
        SearchReport assembly = ScenarioGuest.Run(within, contents: ScenarioGuest.AssemblyImage).Cases[0].Searches[0];
        SearchReport compiled = ScenarioGuest.Run(within).Cases[0].Searches[0];
        Assert.That(assembly.Places, Is.EqualTo(compiled.Places).And.GreaterThan(30));
        Assert.That(assembly.Fatal.Select(place => place.Count), Is.EqualTo(compiled.Fatal.Select(place => place.Count)));
        Assert.That(assembly.Fatal.Select(place => place.Function), Is.All.EqualTo("section"), "a label inside is not another function");
        Assert.That(assembly.Fatal[1].Place, Is.EqualTo("section_middle+0x4"));
        Told.InReportsForPeople(ScenarioGuest.Run(within, contents: ScenarioGuest.AssemblyImage),
            $"within: section is 0x{Address("section"):x8} to 0x{Address("section") + 15:x8} (16 bytes; its symbol has no size; up to touch): "
                + "40 places");
        Told.InReportsForPeople(ScenarioGuest.Run(within), "(16 bytes): 40 places");
    }

    [TestCase("fatal-in: [section]", "ok")]
    [TestCase("fatal-in: [section_middle]", "ok")]
    [TestCase("fatal-in: [touch]", "NO")]
    public void A_fatal_place_lies_in_its_function_and_at_its_label(string expectation, string verdict) => Assert.That(
        ScenarioGuest.Run(Interrupts.Replace("exit: reset", $"exit: reset, {expectation}"), contents: ScenarioGuest.AssemblyImage).Cases[0].Verdict,
        Is.EqualTo(verdict));

    [Test]
    public void What_the_TLB_handlers_cover_is_said()
    {
        ScenarioReport report = ScenarioGuest.Run("{image: IMAGE, memory: 16M, kernel: {tlb-handlers: 'miss external'}, end: {instructions: 2000}}",
            contents: ScenarioGuest.AssemblyImage);
        CaseReport only = report.Cases[0];
        Assert.That(only.Covered.Select(covered => (covered.Name, covered.Size)), Is.EqualTo((
            (string, uint)[])[("miss", 0x10000), ("external", 40)]));
        Told.InReportsForPeople(report, "tlb-handlers: external is 0x");
        Told.InReportsForPeople(report, "(40 bytes; its symbol has no size; up to panic)");
    }

    [TestCase("within: [work], window: 2", "'within:' left 2 of 2 instructions, next to nothing")]
    [TestCase("within: [work, put], window: 200", "'within:' names put, where there was no place to try")]
    [TestCase("within: [put], window: 20", "'raise external' was tried nowhere: the window never came to a function of 'within:'")]
    public void A_window_that_matched_next_to_nothing_is_not_ok(string window, string problem)
    {
        string text = Interrupts.Replace("window: 200", window).Replace("from: loop", "from: work");
        ScenarioReport report = ScenarioGuest.Run(text);
        Assert.That((report.Cases[0].Verdict, report.AsExpected), Is.EqualTo(("NO", false)));
        Assert.That(report.Cases[0].Problems, Has.One.Items.And.All.StartsWith(problem));
        Assert.That(report.Cases[0].Problem, Does.Contain("'allow: few-places' accepts it"));
        Told.InAllReports(report, problem);
        Assert.That(ScenarioGuest.Run(text.Replace("exit: reset", "exit: reset, allow: few-places")).AsExpected);
    }

    [Test]
    public void A_function_that_the_image_does_not_have_is_left_out_where_that_is_allowed([Values(1, 3)] int workers)
    {
        const string Allowed = "exit: reset, allow: no-such-function";
        string two = Interrupts.Replace("window: 200", "within: [section, softint], window: 200");
        Assert.That(() => ScenarioGuest.Run(two, workers: workers), Throws.TypeOf<InputException>().With.Message.Contains("no symbol 'softint'"));
        ScenarioReport report = ScenarioGuest.Run(two.Replace("exit: reset", Allowed), workers: workers);
        SearchReport with = report.Cases[0].Searches[0];
        SearchReport alone = ScenarioGuest.Run(Interrupts.Replace("window: 200", "within: section, window: 200")).Cases[0].Searches[0];
        Assert.That((with.Trials, with.FatalCount, report.Cases[0].Verdict), Is.EqualTo((alone.Trials, alone.FatalCount, "ok")));
        Assert.That(alone.Trials, Is.GreaterThan(30));
        Told.InReportsForPeople(report, "'raise external' was not tried in softint: the image has no such function, which is allowed");
    }

    [TestCase("within: softint, window: 200")]
    [TestCase("within: section, window: 200, then: {inject: raise external, window: 20, pass: 20, within: softint}")]
    public void A_search_in_functions_that_the_image_does_not_have_is_not_made(string window)
    {
        string text = Interrupts.Replace("window: 200", window).Replace("exit: reset", "exit: reset, allow: no-such-function");
        CaseReport only = ScenarioGuest.Run(text).Cases[0];
        Assert.That((only.Searches.Count, only.NotReached.Count, only.Verdict, only.Outcome), Is.EqualTo((0, 0, "ok", "runs")));
        Assert.That(only.Notes, Has.One.Contains("not tried in softint"));
    }

    [Test]
    public void Where_there_is_nothing_to_evict_a_search_says_so()
    {
        const string Text = "{image: IMAGE, memory: 16M, kernel: {tlb-reserved: 3}, search: {inject: 'evict TLB entry for ADDRESS', from: "
            + "touch on call 2, window: 100, pass: 60}, end: {instructions: 2000}}";
        foreach ((string address, string problem) in (
            (string, string)[])[
                ("0x90000000", "no TLB entry maps the address (100 times)"),
                ("0xef600300", "the kernel reserves the TLB entry that maps it (100 times)"),
                ("touch", "the next instruction is fetched through the TLB entry that maps it (100 times)"),
            ])
        {
            ScenarioReport report = ScenarioGuest.Run(Text.Replace("ADDRESS", address));
            Assert.That(report.AsExpected, Is.False);
            Told.InAllReports(report, $"was tried nowhere: {problem}");
        }
    }

    [Test]
    public void A_trial_whose_address_cannot_be_read_is_an_error_of_it([Values(1, 3)] int workers)
    {
        const string Text = "{image: IMAGE, memory: 16M, search: {inject: 'evict TLB entry for [0x90000000]-4', from: touch on call 2, "
            + "window: 100, pass: 60}, end: {instructions: 2000}, expect: {allow: [few-places, undecided]}}";
        ScenarioReport report = ScenarioGuest.Run(Text, workers: workers);
        Assert.That((report.AsExpected, report.Cases[0].Searches[0].Trials), Is.EqualTo((false, 100)));
        Assert.That(report.Cases[0].Searches[0].Failed.Sum(group => group.Times), Is.EqualTo(100));
        Told.InAllReports(report, "could not be made, the first at touch: memory at 0x90000000 cannot be read");
    }

    [Test]
    public void Undecided_trials_are_not_ok_and_are_listed_by_function([Values(1, 3)] int workers)
    {
        string text = Interrupts.Replace("limit: 500", "limit: 5").Replace("window: 200", "within: [work, touch], window: 200");
        ScenarioReport report = ScenarioGuest.Run(text, workers: workers);
        CaseReport only = report.Cases[0];
        Assert.That((only.Outcome, only.Verdict, report.AsExpected), Is.EqualTo(("41 undecided of 41", "undecided", false)));
        Assert.That(only.Searches[0].UndecidedIn.Select(group => (group.Function, group.Times, group.Place)),
            Is.EqualTo(((string, int, string)[])[("touch", 21, "touch"), ("work", 20, "work")]));
        Told.InAllReports(
            report, "41 of 41 trials of 'raise external' are undecided, in touch (21, the first at touch), work (20, the first at work)");
        Told.InAllReports(report, "'allow: undecided' accepts them");
        ScenarioReport allowed = ScenarioGuest.Run(text.Replace("exit: reset", "exit: reset, allow: undecided"));
        Assert.That((allowed.Cases[0].Verdict, allowed.AsExpected), Is.EqualTo(("ok", true)));
    }

    [Test]
    public void A_trial_that_ends_at_a_debuggers_prompt_is_fatal([Values("jit", "interpreter")] string engine)
    {
        CaseReport only = ScenarioGuest.Run(Interrupts, engine, contents: ScenarioGuest.DebuggerImage).Cases[0];
        Assert.That(only.Searches[0].Fatal, Has.Count.EqualTo(20));
        Assert.That(only.Searches[0].Causes.Select(cause => cause.Explanation.Check), Is.EqualTo((string[])["debugger-prompt"]));
        Assert.That((only.Searches[0].Undecided, only.Problem), Is.EqualTo((0, "")), "the expectation asks for the run's end alone");
    }

    [Test]
    public void Each_search_that_did_not_begin_is_said_in_each_row()
    {
        const string Text = "{image: IMAGE, memory: 16M, matrix: {n: [1, 2]}, command-line: '${n}', search: ["
            + "{inject: raise external, from: panic, window: 20}, {inject: raise pit, from: hang, window: 20}], "
            + "end: {panic: P, instructions: 2000}, expect: {exit: EXIT}}";
        ScenarioReport report = ScenarioGuest.Run(Text.Replace("EXIT", "reset"));
        foreach (CaseReport row in report.Cases)
        {
            Assert.That(row.Problems, Is.EqualTo((string[])[
                "the run did not come to where 'raise external' is to be searched", "the run did not come to where 'raise pit' is to be searched"]));
        }

        // What is expected to end the run ends it before the search; that is as expected, and said.
        string dies = Text.Replace("search:", "inject: raise external at section+4, search:")
            .Replace("exit: EXIT", "panic: P").Replace("from: panic", "from: stay");
        ScenarioReport early = ScenarioGuest.Run(dies);
        Assert.That(early.AsExpected, early.Cases[0].Problem);
        Told.InAllReports(early, "the search 'raise external' never began: the run ended with panic before");
    }

    [Test]
    public void All_that_is_not_as_expected_is_said_and_not_only_the_first_of_it()
    {
        ScenarioReport report = ScenarioGuest.Run(
            Interrupts.Replace("exit: reset", "exit: console, finding: none, console: '999', fatal-in: [touch]"));
        Assert.That(report.Cases[0].Problems, Is.EqualTo((string[])[
            "the run ended with reset, not with console", "the guest did not print what it had to", "there should be no finding, and there is panic",
            "a place in section is fatal too"]));
    }

    [Test]
    public void An_expectation_that_is_hidden_behind_another_is_said_in_its_rows()
    {
        const string Text = "{image: IMAGE, memory: 16M, matrix: {n: [1, 2]}, command-line: '${n}', end: {instructions: 2000}, expect: ["
            + "{when: {n: [1]}, exit: reset}, {when: {n: [1, 2]}, finding: panic}, {exit: reset}]}";
        ScenarioReport report = ScenarioGuest.Run(Text);
        Assert.That(report.Cases[0].Notes.Single(),
            Does.Match(@"^the expectation at test.yaml:1:\d+ \(panic\) fits too, and is hidden behind the one that holds$"));
        Assert.That((report.Cases[1].Notes.Count, report.Cases[1].Problem), Is.EqualTo((0, "panic found nothing")),
            "one for all the rest hides nothing");
        Told.InAllReports(report, "fits too, and is hidden behind the one that holds");
    }

    [Test]
    public void Deaths_are_told_apart_by_what_the_kernel_said()
    {
        SearchReport search = ScenarioGuest.Run(Interrupts).Cases[0].Searches[0];
        Assert.That(search.Causes.Select(cause => cause.Cause), Is.EqualTo((string[])["panic: P"]));
    }

    private static uint Address(string symbol)
    {
        using TemporaryFile image = new(ScenarioGuest.Image);
        ScenarioReport report = ScenarioGuest.Run($"{{image: IMAGE, memory: 16M, search: {{inject: raise external, from: loop, within: {symbol}, "
            + "window: 20}, end: {instructions: 2000}}");
        return report.Cases[0].Searches[0].Within[0].Covered.First;
    }
}
