using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Deaths in scenarios that say nothing of the kernel and look for nothing: what led there is found from the death.</summary>
[TestFixture("jit")]
[TestFixture("interpreter")]
public sealed class ExplainedDeathTests(string engine)
{
    private const string Kern54994 =
        """
        title: "An interrupt just after the soft interrupt has let them in"
        board: ref405ep
        memory: 32M
        image: guest:uarea
        command-line: "entry=mmu-first upages=2 fast=on uarea=natural"
        inject: ["raise external at count 522349"]
        end: {console: UAREA-OK, panic: "panic: ", instructions: 20M}
        expect: [{panic: "instruction TLB miss in kernel text"}]
        """;

    [Test]
    public void The_chain_goes_from_the_page_that_was_replaced_to_the_panic_and_the_interrupt_is_proven_to_be_the_cause()
    {
        FindingReport finding = Run(Kern54994).Finding!;
        Assert.That(finding.Summary, Does.StartWith("The guest panicked: panic: instruction TLB miss in kernel text"));
        Assert.That(finding.Chain.Select(step => $"{step.Place}: {step.Text.Split(':')[0]}"), Is.EqualTo(
        [
            "tlb_miss+0xf8: replaced in the TLB", "softint_return+0x20: missing touch", "softint_return+0x38: interrupt",
            "intr_entry_mmu_first+0x48: lost return state", "intr_entry_mmu_first+0x48: fault", "softint_return+0x38: cause",
        ]));
        Assert.That(finding.Chain[^1].Text, Does.Contain("the guest dies with it and lives without it; it is fatal from @522,349 to @522,351 "));
    }

    [Test]
    public void What_a_check_finds_has_its_chain_from_the_same_engine()
    {
        FindingReport lost = Run(Kern54994.Replace("end: ", "checks: [lost-return-state]\nend: ", StringComparison.Ordinal)
            .Replace("{panic: \"instruction TLB miss in kernel text\"}", "{finding: lost-return-state}", StringComparison.Ordinal)).Finding!;
        Assert.That(lost.Chain.Select(step => $"{step.Place}: {step.Text.Split(':')[0]}"), Is.EqualTo(
        [
            "tlb_miss+0xf8: replaced in the TLB", "softint_return+0x20: missing touch", "softint_return+0x38: interrupt",
            "intr_entry_mmu_first+0x48: lost return state", "intr_entry_mmu_first+0x50: found",
        ]));
        Assert.That(lost.CutOff, Is.Empty);
        FindingReport stored = UareaScenario.Run("entry=real-mode uarea=kva",
            "checks: [stack-in-real-mode]\nexpect: {finding: stack-in-real-mode}", engine, explains: true).Finding!;
        Assert.That(stored.Chain.TakeLast(3).Select(step => $"{step.Place}: {step.Text}"), Is.EqualTo(
        [
            "cpu_switchto+0x68: interrupt: External came ahead of 'blr'; UART0 asked for it.",
            "cpu_switchto+0x68: value: External  msr = 0x0; UART0 asked for it.",
            "intr_entry_real_mode+0x34: found: stack-in-real-mode is found here, ahead of 'stwu r31,-96(r1)'.",
        ]), "who turned translation off");
        Assert.That(stored.Chain.Select(step => $"{step.Place}: {step.Text}"), Has.Some.EqualTo(
            "kva_alloc+0xfc: value: slwi r28,r7,14  r28 = 0x80120000"), "where the stack's address was made");
    }

    [Test]
    public void The_causes_of_a_search_are_followed_back_when_it_is_over()
    {
        const string Search = "checks: [lost-return-state]\nsearch: {inject: raise external, from: net_poll on call 2, window: 20000, "
            + "within: [softint_return], pass: 500, limit: 50K}\nexpect: {console: UAREA-OK}";
        CaseReport report = UareaScenario.Run("entry=mmu-first uarea=natural", Search, engine, explains: true);
        CauseReport cause = report.Searches[0].Causes[0];
        Assert.That(cause.Explanation.Chain.Select(step => $"{step.Place}: {step.Text.Split(':')[0]}"), Is.EqualTo(
        [
            "tlb_miss+0xf8: replaced in the TLB", "softint_return+0x20: missing touch", "softint_return+0x38: interrupt",
            "intr_entry_mmu_first+0x48: lost return state", "intr_entry_mmu_first+0x50: found",
        ]));
        Assert.That(cause.Explanation.Chain[2].Text, Does.EndWith("it was raised by hand."), "the search has tried what it injected");
        CaseReport plain = UareaScenario.Run("entry=mmu-first uarea=natural", Search, engine);
        Assert.That(plain.Searches[0].Fatal, Is.EqualTo(report.Searches[0].Fatal));
        Assert.That(plain.Searches[0].Causes[0].Explanation.Chain, Is.Empty);
    }

    [Test]
    public void A_page_that_a_search_takes_out_of_the_TLB_is_named_and_no_other_time_at_which_it_went()
    {
        const string Search = "checks: [lost-return-state]\nsearch: {inject: evict TLB entry for r1, from: intr_entry_mmu_first on call 3, "
            + "window: 60, within: [intr_entry_mmu_first], pass: 500, limit: 50K}\nexpect: {console: UAREA-OK}";
        CaseReport report = UareaScenario.Run("entry=mmu-first uarea=natural", Search, engine, explains: true);
        IReadOnlyList<StepReport> chain = report.Searches[0].Causes[0].Explanation.Chain;
        StepReport taken = chain.Single(step => step.Text.StartsWith("replaced in the TLB: ", StringComparison.Ordinal));
        Assert.That(taken.Text, Does.EndWith(" is taken out by hand (change 1 of the run)."));
        Assert.That(taken.Place, Does.StartWith("intr_entry_mmu_first"));
        Assert.That(chain.Select(step => step.Text), Has.None.Contains("as far back as history goes").And.Some.StartsWith("lost return state: "));
    }

    [Test]
    public void Without_the_interrupt_the_guest_lives()
    {
        CaseReport report = Run(Kern54994.Replace("inject: [\"raise external at count 522349\"]\n", "", StringComparison.Ordinal)
            .Replace("panic: \"instruction TLB miss in kernel text\"", "console: UAREA-OK", StringComparison.Ordinal));
        Assert.That((report.Problem, report.Finding), Is.EqualTo(("", (FindingReport?)null)));
    }

    private CaseReport Run(string text) => ScenarioRunner.Run(
        ScenarioReader.Read("test.yaml", text, new Dictionary<string, string>()), ScenarioGuest.Settings(engine, 1) with { Explains = true })
        .Cases.Single();
}
