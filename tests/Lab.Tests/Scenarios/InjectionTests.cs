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
    [TestCase("return 1 from work with probability 1 seed 7", "01:")]
    [TestCase("raise external at touch", "110")]
    [TestCase("raise external at touch+4 on arrival 3", "110")]
    [TestCase("raise external at touch always", ":10")]
    [TestCase("raise pit at touch", "110")]
    [TestCase("raise pit at count 60", "110")]
    [TestCase("raise fit at touch", "010")]
    [TestCase("evict TLB entry for 0x80000000 at touch on call 5", "020")]
    [TestCase("evict TLB entry for r6 at touch always", "0:0")]
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

    [TestCase("return 1 from work with probability 0", "the run was at its place 10 times, and none of these was meant")]
    [TestCase("raise external at touch on call 99", "the run was at its place 10 times, and none of these was meant")]
    [TestCase("raise external at panic", "the run did not come to its place")]
    [TestCase("raise external at count 5M", "the run did not come to its place")]
    [TestCase("raise external at touch when r20 == 11", "its condition never held (10 times at its place)")]
    [TestCase("evict TLB entry for 0x90000000 at touch", "there was nothing to be done: no TLB entry maps the address")]
    [TestCase("evict TLB entry for 0 at touch", "there was nothing to be done: the next instruction is fetched through the TLB entry that maps it")]
    [TestCase("evict TLB entry for 0xef600300 at touch", "there was nothing to be done: the kernel reserves the TLB entry that maps it")]
    [TestCase("write word 0x90000000 = 1 at touch", "there was nothing to be done: nothing is mapped at 0x90000000")]
    public void What_was_never_injected_is_said_and_is_not_as_expected(string sentence, string why)
    {
        string Text(string allow) => $"{{image: IMAGE, memory: 16M, kernel: {{tlb-reserved: 2 + 1}}, inject: '{sentence}', "
            + $"end: {{panic: P, instructions: 2000}}, expect: {{exit: reset{allow}}}}}";
        ScenarioReport report = ScenarioGuest.Run(Text(""));
        string problem = $"'{sentence}' never happened: {why}";
        Assert.That((report.Cases[0].Problem, report.Cases[0].Verdict, report.AsExpected), Is.EqualTo((problem, "NO", false)));
        Assert.That(report.Cases[0].Console, Does.StartWith("010"));
        Told.InAllReports(report, problem);
        ScenarioReport allowed = ScenarioGuest.Run(Text(", allow: not-injected"));
        Assert.That((allowed.Cases[0].Verdict, allowed.AsExpected), Is.EqualTo(("ok", true)));
        Told.InAllReports(allowed, $"{problem}, which is allowed");
    }

    [TestCase("write r27 = [0x90000000] at touch on call 9")]
    [TestCase("write r27 = u8[r6+0x90000000] at touch on call 9")]
    [TestCase("write word [0x90000000] = 1 at touch on call 9")]
    [TestCase("evict TLB entry for [0x90000000]-4 at touch on call 9")]
    [TestCase("return [0x90000000] from work on call 2")]
    public void A_value_that_cannot_be_read_is_an_error_and_not_zero(string sentence)
    {
        ScenarioReport report = ScenarioGuest.Run(
            $"{{image: IMAGE, memory: 16M, inject: '{sentence}', end: {{panic: P, instructions: 2000}}, "
            + "expect: {exit: reset, allow: not-injected}}");
        Assert.That(report.Cases[0].Console, Does.StartWith("010"), "nothing was changed");
        Assert.That(report.Cases[0].Problem, Does.Match("^'.*' could not be done once: memory at 0x[19]0000000 cannot be read$"));
        Assert.That(report.AsExpected, Is.False);
    }

    [TestCase("evict TLB entry for 0x80000000 at touch always", "was done 9 times; once there was nothing to be done: no TLB entry maps the address")]
    [TestCase("write r27 = r27 at touch when [0x90000000] == 1 || r20 == 2 always", "had no value 10 times, so it did not hold")]
    public void What_was_done_in_part_is_noted(string sentence, string note)
    {
        ScenarioReport report = ScenarioGuest.Run($"{{image: IMAGE, memory: 16M, inject: '{sentence}', end: {{panic: P, instructions: 2000}}, "
            + "expect: {exit: reset, allow: not-injected}}");
        Assert.That((report.Cases[0].Problem, report.AsExpected), Is.EqualTo(("", true)));
        Assert.That(report.Cases[0].Notes, Has.Some.Contains(note));
        Told.InAllReports(report, note);
    }

    [TestCase("return 3 from work when r20 == 9", "013")]
    [TestCase("return 3 from work when r20 & 1 == 0", "01?")]
    [TestCase("return 3 from work when (r20 & 1) == 0 && r1 >= 0x20000 on call 2", "013")]
    [TestCase("return 1 from work when caller is loop", "01:")]
    [TestCase("return 1 from work when caller is section", "010")]
    [TestCase("write r27 = 5 at touch when [touch] != 0 && r20 == 1", "015")]
    [TestCase("raise external at touch when caller is loop on call 2", "110")]
    public void An_injection_is_made_where_its_condition_holds(string sentence, string expected)
    {
        string scenario = $"{{image: IMAGE, memory: 16M, inject: ['{sentence}'], end: {{panic: P, instructions: 2000}}, "
            + "expect: {exit: reset, allow: not-injected}}";
        Assert.That(ScenarioGuest.Run(scenario).Cases[0].Console, Does.StartWith(expected));
        Assert.That(ScenarioGuest.Run(scenario, "interpreter").Cases[0].Console, Does.StartWith(expected));
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
