using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>What each injection does to the guest, on both engines. The guest prints: interrupts, TLB misses, sum of what work returned.</summary>
[TestFixture]
internal sealed class InjectionTests
{
    [TestCase("", "010")]
    [TestCase("return 3 from work on call 2", "013")]
    [TestCase("return 1 from work", "01:")]
    [TestCase("return 1 from work always", "01:")]
    [TestCase("return 1 from work with probability 0", "010")]
    [TestCase("return 1 from work with probability 1 seed 7", "01:")]
    [TestCase("raise external at touch", "110")]
    [TestCase("raise external at touch+4 on arrival 3", "110")]
    [TestCase("raise external at touch always", ":10")]
    [TestCase("raise pit at touch", "110")]
    [TestCase("raise pit at count 60", "110")]
    [TestCase("raise fit at touch", "010")]
    [TestCase("evict TLB entry for 0x80000000 at touch on call 5", "020")]
    [TestCase("evict TLB entry for r6 at touch always", "0:0")]
    [TestCase("evict TLB entry for 0x90000000 at touch", "010")]
    [TestCase("write r27 = 5 at touch on call 9", "015")]
    [TestCase("write r3 = 2 at loop+4 on call 4", "012")]
    [TestCase("write word work = 0x38600001 at count 60", "018")]
    public void The_guest_shows_what_was_injected(string sentence, string expected)
    {
        string scenario = $"{{image: IMAGE, memory: 16M, inject: ['{sentence}'], end: {{panic: P, instructions: 2000}}, expect: {{exit: reset}}}}";
        CaseReport jit = ScenarioGuest.Run(scenario).Cases[0];
        CaseReport interpreter = ScenarioGuest.Run(scenario, "interpreter").Cases[0];
        Assert.Multiple(() =>
        {
            Assert.That(jit.Console, Does.StartWith(expected));
            Assert.That(jit.Problem, Is.Empty);
            Assert.That(interpreter.Console, Is.EqualTo(jit.Console));
            Assert.That(interpreter.Instructions, Is.EqualTo(jit.Instructions));
        });
    }

    [TestCase("raise external at section+4", "jit")]
    [TestCase("raise external at section+4", "interpreter")]
    [TestCase("raise pit at section+8 on call 10", "jit")]
    public void An_interrupt_at_the_wrong_place_is_fatal(string sentence, string engine)
    {
        string scenario = $"{{image: IMAGE, memory: 16M, inject: ['{sentence}'], end: {{panic: P, instructions: 2000}}, expect: {{panic: P}}}}";
        CaseReport report = ScenarioGuest.Run(scenario, engine).Cases[0];
        Assert.Multiple(() =>
        {
            Assert.That(report.End, Is.EqualTo("panic"));
            Assert.That(report.Problem, Is.Empty);
            Assert.That(report.Finding?.Summary, Is.EqualTo("The guest panicked: P"));
        });
    }

    [Test]
    public void Dice_fall_the_same_in_every_run_and_differently_for_another_seed()
    {
        static string Result(int seed) => ScenarioGuest.Run(
            $"{{image: IMAGE, memory: 16M, inject: ['return 1 from work with probability 0.5, seed {seed}'], expect: "
                + $"{{exit: reset}}}}").Cases[0].Console;
        string[] results = [.. Enumerable.Range(0, 8).Select(Result)];
        Assert.That(results.Distinct().Count(), Is.GreaterThan(1));
        Assert.That(Enumerable.Range(0, 8).Select(Result), Is.EqualTo(results));
    }
}
