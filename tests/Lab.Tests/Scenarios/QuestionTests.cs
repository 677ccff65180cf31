using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Questions about a kernel that need more than one injection, or none.</summary>
[TestFixture]
internal sealed class QuestionTests
{
    private const string Nested =
        """
        pressure: tlb
        checks: [stack-in-real-mode, lost-return-state]
        search:
          inject: return 0 from page_alloc_contiguous
          from: proc_fork
          window: 100K
          most: 2
          then: {inject: raise external when stack is new, within: [softint_return, cpu_switchto], window: 150K, pass: 500, limit: 50K}
        """;

    private const string TwoStacks = "kernel: {page-size: 16K, tlb-reserved: 1, current-lwp: 0x15000, lwp-uarea: 0, lwp-array: 0x15010, "
        + "lwp-count: 2, lwp-size: 16, uarea-size: 16K}";

    [Test]
    public void An_allocation_fails_and_then_an_interrupt_comes_on_the_stack_that_came_of_it()
    {
        CaseReport fatal = UareaScenario.Run("entry=mmu-first uarea=direct", Nested);
        SearchReport search = fatal.Searches[0];
        Assert.That(search.What, Is.EqualTo("return 0 from page_alloc_contiguous, then raise external when stack is new"));
        Assert.That(search.Fatal.Select(place => place.Function).Distinct(), Is.EqualTo((string[])["softint_return"]));
        Assert.That(search.Fatal.Select(place => (place.AfterPlace, place.After < place.Count)).Distinct(),
            Is.EqualTo(((string, bool)[])[("page_alloc_contiguous, called from uarea_alloc+0x44", true)]));
        Assert.That(search.Fatal.Select(place => place.After).Distinct().Count(), Is.EqualTo(2), "each of the two forks leaves such a stack");
        Assert.That(search.Causes.Select(cause => cause.Explanation.Check), Is.All.EqualTo("lost-return-state"));
        Assert.That(search.Trials, Is.EqualTo(search.Places).And.GreaterThan(search.Fatal.Count));
        Assert.That(search.Within.Select(within => (within.Covered.Key, within.Places > 0)), Is.All.EqualTo(("then: within", true)));
        Told.InReportsForPeople(UareaScenario.RunAll("entry=mmu-first uarea=direct", Nested), "page_alloc_contiguous, called from uarea_alloc+0x44");

        CaseReport cured = UareaScenario.Run("entry=mmu-first-saved uarea=direct", Nested);
        Assert.That((cured.Searches[0].FatalCount, cured.Searches[0].Trials > 20, cured.Verdict), Is.EqualTo((0, true, "ok")));
        string expression = Nested.Replace("return 0", "return page_alloc-page_alloc");
        Assert.That(UareaScenario.Run("entry=mmu-first uarea=direct", expression).Searches[0].FatalCount,
            Is.EqualTo(search.FatalCount), "a value is an expression");
    }

    [Test]
    public void A_nested_search_comes_out_the_same_on_any_engine_with_any_number_of_workers()
    {
        string one = UareaScenario.Comparable(UareaScenario.Run("entry=mmu-first uarea=direct", Nested));
        Assert.That(UareaScenario.Comparable(UareaScenario.Run("entry=mmu-first uarea=direct", Nested, workers: 3)), Is.EqualTo(one));
        Assert.That(UareaScenario.Comparable(UareaScenario.Run("entry=mmu-first uarea=direct", Nested, "interpreter")), Is.EqualTo(one));
    }

    [Test]
    public void What_the_first_injection_does_alone_is_found_too()
    {
        const string Alone = "checks: [stack-in-real-mode]\nsearch: {inject: return 0 from page_alloc_contiguous, from: proc_fork, "
            + "window: 100K, most: 1, then: {inject: raise external when stack is new, window: 300K, most: 1}}";
        SearchReport search = UareaScenario.Run("entry=real-mode uarea=direct", Alone).Searches[0];
        Assert.That((search.Trials, search.FatalCount), Is.EqualTo((1, 2)), "the one trial, and the kernel's own interrupt later on");
        Assert.That(search.LeftOutThen, Is.GreaterThan(0));
        Assert.That(search.Causes, Has.Count.EqualTo(1));
    }

    [Test]
    public void Without_a_bound_of_the_file_what_is_left_out_is_not_ok()
    {
        const string Text = "search: {inject: return 0 from page_alloc_contiguous, from: proc_fork, window: 2K, "
            + "then: {inject: raise external, window: 12K, pass: 1, limit: 20K}}";
        CaseReport report = UareaScenario.Run("entry=wired-stack uarea=direct", Text);
        Assert.That(report.Searches[0].LeftOutThen, Is.Zero);
        Assert.That(report.Problem, Is.Empty);
        CaseReport bounded = UareaScenario.Run("entry=wired-stack uarea=direct", Text.Replace("window: 12K", "window: 12K, most: 100"));
        Assert.That((bounded.Searches[0].Trials, bounded.Verdict), Is.EqualTo((100, "ok")));
        Assert.That(bounded.Notes.Single(), Does.Contain("as the file wants").And.Contain("were left out"));
        SearchReport cut = bounded.Searches[0] with { IsBounded = false };
        Assert.That((bounded with { Searches = [cut] }).Problem, Does.Contain("were not tried; 'most:' says how many are to be"));
    }

    [TestCase("entry=mmu-first uarea=kva", true)]
    [TestCase("entry=mmu-first-saved uarea=kva", false)]
    public void Two_injections_are_made_at_one_place_with_a_bound(string options, bool isFatal)
    {
        const string Text = "checks: [lost-return-state]\nsearch: {inject: [raise external, 'evict TLB entry for [cpu_info+8]-4'], "
            + "from: net_poll on call 2, window: 20K, pass: 500, limit: 50K, most: 300}";
        CaseReport report = UareaScenario.Run(options, Text);
        SearchReport search = report.Searches[0];
        Assert.That((search.Trials, search.LeftOut > 0, search.FatalCount), Is.EqualTo((300, true, isFatal ? 300 : 0)));
        Assert.That(search.What, Is.EqualTo("raise external with evict TLB entry for [cpu_info+8]-4"));
        Assert.That(search.Refused.Select(group => group.Why), Has.Some.EqualTo("no TLB entry maps the address"));
        CaseReport single = UareaScenario.Run(options, Text.Replace("[raise external, 'evict TLB entry for [cpu_info+8]-4']", "raise external"));
        Assert.That(single.Searches[0].FatalCount, Is.LessThan(10), "it takes both");
    }

    [Test]
    public void Calls_that_were_let_fail_are_listed_by_caller_and_deaths_by_cause()
    {
        const string Text = "search: {inject: return 0 from page_alloc, from: count 0, window: 600K, pass: 100K}";
        ScenarioReport report = UareaScenario.RunAll("entry=wired-stack uarea=kva", Text);
        SearchReport search = report.Cases[0].Searches[0];
        Assert.That(search.Callers.Sum(caller => caller.Calls), Is.EqualTo(search.Trials));
        Assert.That(search.Callers.Sum(caller => caller.Fatal), Is.EqualTo(search.FatalCount).And.GreaterThan(0));
        Assert.That(search.Callers, Has.Count.GreaterThan(1));
        Assert.That(search.Fatal.Select(place => place.Caller), Is.All.Not.Null);
        Assert.That(search.Causes.Select(cause => cause.Cause), Has.Some.EqualTo("panic: panic: no memory for a u-area at #"));
        Assert.That(search.Causes.Select(cause => cause.Cause), Is.Unique);
        Assert.That(search.Causes.Select(cause => cause.Explanation.Summary), Is.Unique, "each has its own");
        foreach (CallerReport caller in search.Callers)
            Told.InReportsForPeople(report, $"called from {caller.Caller}: {caller.Fatal:N0} fatal of {caller.Calls:N0}");
        string only = Text.Replace("from page_alloc,", "from page_alloc when caller is kva_alloc,");
        SearchReport one = UareaScenario.Run("entry=wired-stack uarea=kva", only).Searches[0];
        Assert.That(one.Callers.Select(caller => caller.Caller.Split('+')[0]).Distinct(), Is.EqualTo((string[])["kva_alloc"]));
        Assert.That(one.Trials, Is.LessThan(search.Trials));
    }

    [TestCase("when lwp 'child'", "child")]
    [TestCase("when r1 >= 0x80000000 && lwp 'softnet'", "softnet")]
    public void A_search_asks_which_lwp_runs(string condition, string lwp)
    {
        CaseReport report = UareaScenario.Run("entry=mmu-first uarea=kva",
            $"checks: [lost-return-state]\nsearch: {{inject: \"raise external {condition}\", from: net_poll on call 2, "
                + "window: 20K, pass: 500, limit: 50K}");
        SearchReport search = report.Searches[0];
        Assert.That(search.Trials, Is.InRange(10, 13_000));
        Assert.That(search.Causes.Select(cause => cause.Explanation.Summary), Is.All.Contains($"in lwp '{lwp}'"));
        Assert.That(lwp == "softnet" ? search.FatalCount : 1, Is.GreaterThan(0));
    }

    [Test]
    public void Under_pressure_of_the_TLB_each_return_of_a_soft_interrupt_is_fatal([Values("jit", "interpreter")] string engine)
    {
        const string Search = "checks: [lost-return-state]\nsearch: {inject: raise external, from: net_poll on call 2, within: [softint_return], "
            + "window: 20K, pass: 500, limit: 50K}";
        CaseReport without = UareaScenario.Run("entry=mmu-first uarea=kva", Search, engine);
        CaseReport pressed = UareaScenario.Run("entry=mmu-first uarea=kva", $"pressure: tlb\n{Search}", engine);
        Assert.That((without.Searches[0].FatalCount, pressed.Searches[0].FatalCount), Is.EqualTo((3, 6)));
        InjectionReport done = pressed.Injections.Single();
        Assert.That((done.Text, done.Done > 100), Is.EqualTo(("pressure: tlb", true)));
        CaseReport direct = UareaScenario.Run("entry=mmu-first uarea=direct", $"pressure: tlb\n{Search}", engine);
        Assert.That((direct.Searches[0].FatalCount, direct.Verdict), Is.EqualTo((0, "ok")), "pcb and stack share an entry");
    }

    [Test]
    public void A_TLB_handler_that_uses_a_stack_of_its_own_gets_through_under_pressure([Values("jit", "interpreter")] string engine)
    {
        const string Text = "{image: IMAGE, memory: 16M, checks: [exception-loop], pressure: tlb, end: {instructions: 20K}, expect: {exit: reset}, "
            + $"{TwoStacks}}}";
        CaseReport only = ScenarioGuest.Run(Text, engine, contents: ScenarioGuest.StackOfHandlerImage()).Cases[0];
        Assert.That(only.Problem, Is.Empty);
    }

    [TestCase("", 3, "at the loop's beginning; otherwise the other stack was used last")]
    [TestCase("lwz r12,0(r9)", 3, "the kernel reserves that entry: it is never missing")]
    [TestCase("lwz r12,16(rN)\nori r0,r0,0", 0, "the stack's own page was read")]
    [TestCase("lwz r12,16(rN)\naddi rN,rN,0", 8, "what was read is not known")]
    [TestCase("lwz r12,16(rN)\nb next\nnext:", 8, "what came before is not known")]
    public void Pressure_of_the_TLB_takes_what_a_miss_could_have_replaced(string ahead, int taken, string why)
    {
        const string Text = "{image: IMAGE, memory: 16M, pressure: tlb, end: {instructions: 20K}, expect: {allow: not-injected}, "
            + $"{TwoStacks}}}";
        InjectionReport pressure = ScenarioGuest.Run(Text, contents: ScenarioGuest.StackOfHandlerImage(ahead)).Cases[0].Injections.Single();
        Assert.That((pressure.Done, pressure.Nothing), Is.EqualTo(((ulong)taken, 8 - (ulong)taken)), why);
    }

    [Test]
    public void Under_pressure_of_memory_real_allocations_leave_as_many_pages_as_asked_for([Values("jit", "interpreter")] string engine)
    {
        const string Pressure = "pressure: memory by page_alloc at proc_fork until [free_count] <= 40\n";
        const string Check = "checks: [\"[free_count] > 40 at proc_fork+4\"]\n";
        CaseReport without = UareaScenario.Run("entry=wired-stack uarea=direct", Check, engine);
        Assert.That((without.Finding, without.End), Is.EqualTo(((FindingReport?)null, "console")));
        CaseReport pressed = UareaScenario.Run("entry=wired-stack uarea=direct", Pressure + Check, engine);
        Assert.That(pressed.Injections.Single(), Has.Property("Done").EqualTo(1).And.Property("Failed").EqualTo(0));
        Assert.That(pressed.Finding?.Check, Is.EqualTo("invariant"));

        CaseReport through = UareaScenario.Run("entry=wired-stack uarea=direct", Pressure, engine);
        Assert.That((through.Problem, through.End), Is.EqualTo(("", "console")), "forty pages are enough, and the calls have left no other trace");
        CaseReport never = UareaScenario.Run("entry=wired-stack uarea=direct", Pressure.Replace("<= 40", "== 1M"), engine);
        Assert.That(never.Problem, Does.Contain("could not be done once: its condition does not hold after 100,000 calls"));
    }

    [TestCase("value of ticks never falls", "'write word ticks = 0 at softint_execute on call 20'", "value",
        "'value of ticks never falls' does not hold: an injection or DMA at softint_execute in lwp")]
    [TestCase("value of [ticks] never rises", "", "value", "'value of [ticks] never rises' does not hold: ")]
    [TestCase("value of uarea_size never changes", "", "value", "changes it from 0x0 to 0x8000")]
    [TestCase("[queue] is a list through 40",
        "'write word [queue]+40 = [queue] at softint_execute when [queue] != 0', 'raise external at softint_execute+4 when [queue] != 0'", "list",
        "after 1 elements it leads back to 0x")]
    [TestCase("[queue] is a list through 40", "'write word queue = 0x90000000 at softint_execute', 'raise external at softint_execute+4'", "list",
        "its element 1 is at 0x90000000, where there is none")]
    [TestCase("[queue] is a ring through 40", "", "list", "it ends, and does not lead back to the first")]
    [TestCase("[all_lwps] == 0 at proc_fork", "", "invariant", "'[all_lwps] == 0 at proc_fork' does not hold in lwp 'init', called from system_call")]
    [TestCase("[0x90000000] == 0 at proc_fork", "", "invariant", "memory at 0x90000000 cannot be read")]
    [TestCase("interrupts-off longer than 500", "", "interrupts-off", "the limit is 500")]
    [TestCase("null-access", "'write r3 = 0 at lwp_free'", "null-access", "which is a null pointer's")]
    [TestCase("freed-memory by page_free at r3 of 16K when u16[pages+(r3>>14)*6+4] == 1 given by page_alloc",
        "'write r3 = [kernel_page_table+(([cpu_info+8]-4-0x80000000)>>14)*4] & 0xffffc000 at kva_free+0x48'", "freed-memory",
        "which has been freed at count")]
    [TestCase("freed-memory by page_free at r3 of 16K when u16[pages+(r3>>14)*6+4] == 1 given by page_alloc",
        "'write word [r28+r31] & 0xffffc000 = 1 at kva_free+0x4c'", "freed-memory", "DMA or an injection at kva_free+0x4c stores to")]
    [TestCase("uninitialised-page by page_alloc of 16K", "", "uninitialised-page", "net_softint+0x20 in lwp 'softnet' loads from 0x80020000")]
    [TestCase("uninitialised-page by page_alloc of 16K", "'return 0 from page_clear when r3 < 0x80000000'", "uninitialised-page",
        "into which nothing has been stored since page_alloc gave it out")]
    [TestCase("lost-interrupt", "'raise pit at intr_dispatch+0x34', 'write r9 = 0x0c000000 at intr_dispatch+0x34'", "lost-interrupt",
        "clears the status of the Pit interrupt, in the handler of a FIT interrupt, which has not been taken since count")]
    [TestCase("stack-of-another-lwp", "'write r1 = [[[all_lwps]+28]+16]+0x7f00 at proc_fork'", "stack-of-another-lwp", "while lwp 'init' runs.")]
    public void A_check_finds_what_is_wrong(string check, string inject, string name, string summary)
    {
        string text = $"checks: ['{check}']\ninject: [{inject}]\nexpect: {{finding: {name}}}";
        CaseReport jit = UareaScenario.Run("entry=wired-stack uarea=kva", text);
        Assert.That(jit.Finding?.Summary, Does.Contain(summary));
        Assert.That(jit.Finding!.Check, Is.EqualTo(name));
        Assert.That(jit.Problem, Is.Empty);
        CaseReport interpreter = UareaScenario.Run("entry=wired-stack uarea=kva", text, "interpreter");
        Assert.That(UareaScenario.Comparable(interpreter), Is.EqualTo(UareaScenario.Comparable(jit)));
    }

    [Test]
    public void A_sound_kernel_is_no_finding_and_runs_as_without_checks(
        [Values("entry=mmu-first-saved uarea=kva", "entry=real-mode uarea=direct")] string options)
    {
        const string Checks = "checks: [interrupts-off longer than 200K, value of ticks never falls, '[queue] is a list through 40', "
            + "'[free_count] <= 2048 at page_alloc', stack-of-another-lwp, null-access, lost-interrupt]";
        CaseReport watched = UareaScenario.Run(options, Checks);
        CaseReport alone = UareaScenario.Run(options, "");
        Assert.That((watched.Problem, watched.End), Is.EqualTo(("", "console")));
        Assert.That((watched.Instructions, watched.Console), Is.EqualTo((alone.Instructions, alone.Console)));
        Assert.That(watched.Standing, Is.EqualTo(alone.Standing), "registers, calls, and the last exceptions with their counts");
    }

    [Test]
    public void A_sound_allocator_is_no_finding()
    {
        const string Checks = "checks: ['freed-memory by page_free at r3 of 16K when u16[pages+(r3>>14)*6+4] == 1 given by page_alloc']";
        CaseReport watched = UareaScenario.Run("entry=wired-stack uarea=kva", Checks);
        CaseReport alone = UareaScenario.Run("entry=wired-stack uarea=kva", "");
        Assert.That((watched.Problem, watched.Instructions, watched.Console), Is.EqualTo(("", alone.Instructions, alone.Console)));
    }

    [TestCase("check: freed-memory by f at r3 given by g", "test.yaml:2:32:", "'of' is expected here")]
    [TestCase("check: uninitialised-page by f", "test.yaml:2:31:", "'of' is expected here")]
    [TestCase("check: value of ticks never fals", "test.yaml:2:", "Did you mean 'falls'?")]
    [TestCase("check: '[queue] is a lst'", "test.yaml:2:", "Did you mean 'list'?")]
    [TestCase("check: '[queue] was a list'", "test.yaml:2:", "'is a list', 'is a ring' or 'at' and a symbol is expected here")]
    [TestCase("check: '[queue] is a list through 1M'", "test.yaml:2:", "so large is no element")]
    [TestCase("check: interrupts-off longer than long", "test.yaml:2:", "a number of instructions is expected here")]
    [TestCase("pressure: tbl", "test.yaml:2:11:", "Did you mean 'tlb'?")]
    [TestCase("pressure: memory by f with 1, 2", "test.yaml:2:", "an argument is expected here")]
    [TestCase("pressure: memory by f at g", "test.yaml:2:27:", "'until' is expected here")]
    public void A_question_that_cannot_be_read_is_refused(string text, string place, string message) => Assert.That(
        () => PpcJit.Lab.Scenarios.Files.ScenarioReader.Read("test.yaml", $"image: a\n{text}", new Dictionary<string, string>()),
        Throws.TypeOf<InputException>().With.Message.StartsWith(place).And.Message.Contains(message));

    [Test]
    public void Members_of_structures_can_be_asked_for_where_the_image_has_debug_information()
    {
        const string Options = "entry=wired-stack uarea=kva";
        CaseReport sound = UareaScenario.Run(Options, "checks: ['cpu_info->curlwp->uarea != 0 at net_poll']\n"
            + "inject: write word cpu_info->curlwp->wake_tick = cpu_info->curlwp->wake_tick at net_poll when cpu_info->curlwp->level != 77");
        Assert.That((sound.Problem, sound.Finding, sound.Injections[0].Done), Is.EqualTo(("", (FindingReport?)null, 1ul)));
        FindingReport changed = UareaScenario.Run(Options, "checks: ['value of cpu_info->curlwp never changes']\nexpect: {exit: finding}").Finding!;
        Assert.That(changed.Summary, Does.Contain("kernel_main+0x").And.Contain("changes it from 0x0 to 0x"));
        Assert.That(() => UareaScenario.Run(Options, "check: 'cpu_info->curlwp->levle == 0 at net_poll'"), Throws.TypeOf<InputException>()
            .With.Message.StartsWith("test.yaml:").And.Message.Contains("struct lwp has no member 'levle'. Did you mean 'level'?"));
    }

    [Test]
    public void Only_what_stands_at_a_fixed_address_can_be_watched() => Assert.That(
        () => UareaScenario.Run("", "check: value of [[all_lwps]+4] never falls"),
        Throws.TypeOf<InputException>().With.Message.StartsWith("test.yaml:").And.Message.Contains("only what stands at a fixed address"));

    [Test]
    public void A_timeline_begins_where_it_began_to_go_wrong_and_leaves_out_what_every_handler_stores()
    {
        const string Text = "checks: [lost-return-state]\ninject: raise external at softint_return+0x38 on call 40\n"
            + "expect: {finding: lost-return-state}";
        FindingReport finding = UareaScenario.Run("entry=mmu-first uarea=kva", $"pressure: tlb\n{Text}", explains: true).Finding!;
        IReadOnlyList<TimelineEvent> events = finding.Timeline.Events;
        Assert.That(finding.Chain.Select(step => step.Text), Has.Some.StartsWith("missing touch: "));
        Assert.That(events[0].Count, Is.LessThanOrEqualTo(finding.Chain.First(step => step.Text.StartsWith("missing touch: ")).Count));
        Assert.That(events, Has.Count.GreaterThan(40), "far enough, as long as that may be ago");
        Assert.That(events[^1].Count, Is.LessThanOrEqualTo(finding.Count).And.GreaterThan(finding.Count - 1000));
        Assert.That(events.Select(happened => happened.Kind), Has.None.EqualTo("RealModeStore"), "the prologs' save areas");

        const string RealMode = "checks: [stack-in-real-mode]\nexpect: {finding: stack-in-real-mode}";
        FindingReport store = UareaScenario.Run("entry=real-mode uarea=kva", RealMode).Finding!;
        Assert.That(store.Timeline.Events[^1].Kind, Is.EqualTo("RealModeStore"), "the one that is wrong");
    }

    [Test]
    public void A_timeline_can_be_had_without_a_finding()
    {
        ScenarioReport report = UareaScenario.RunAll("entry=wired-stack uarea=kva", "timeline: yes");
        Assert.That(report.Cases[0].Problem, Is.Empty);
        Assert.That(report.Cases[0].Timeline!.Events, Has.Count.GreaterThan(40));
        Assert.That(Written.By(HtmlReport.Write, report), Does.Contain("What happened last"));
        Assert.That(UareaScenario.Run("entry=wired-stack uarea=kva", "timeline: no").Timeline, Is.Null);
        Assert.That(() => UareaScenario.Run("", "timeline: perhaps"), Throws.TypeOf<InputException>().With.Message.Contains("neither yes nor no"));
    }
}
