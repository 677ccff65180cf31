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
    public void Without_the_interrupt_the_guest_lives()
    {
        CaseReport report = Run(Kern54994.Replace("inject: [\"raise external at count 522349\"]\n", "", StringComparison.Ordinal)
            .Replace("panic: \"instruction TLB miss in kernel text\"", "console: UAREA-OK", StringComparison.Ordinal));
        Assert.That((report.Problem, report.Finding), Is.EqualTo(("", (FindingReport?)null)));
    }

    private CaseReport Run(string text) => ScenarioRunner.Run(
        ScenarioReader.Read("test.yaml", text, new Dictionary<string, string>()), ScenarioGuest.Settings(engine, 1)).Cases.Single();
}
