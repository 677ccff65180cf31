using PpcJit.Kernel;
using PpcJit.Lab.Observing.Coverage;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>What scenarios log, print and reach.</summary>
internal sealed class CaseLookTests
{
    private const string Looking =
        """
        image: IMAGE
        end: {instructions: 2000}
        log: [exceptions, calls]
        print:
        - 'section on call 3: {r26:d} {symbol(lr)}'
        """;

    [Test]
    public void A_case_keeps_what_it_logs_and_prints_and_its_run_is_the_same()
    {
        CaseReport plain = ScenarioGuest.Run("image: IMAGE\nend: {instructions: 2000}").Cases.Single();
        foreach (string engine in (string[])["jit", "interpreter"])
        {
            ScenarioReport report = ScenarioGuest.Run(Looking, engine);
            CaseReport only = report.Cases.Single();
            Assert.That((only.Instructions, only.End, only.Console), Is.EqualTo((plain.Instructions, plain.End, plain.Console)));
            Assert.That(only.Log, Has.Exactly(1).Match(@"^@\d+ print     0 loop\+0xc$"));
            Assert.That(only.Log, Has.Exactly(10).Match(@"^@\d+ call      0x[0-9a-f]+ loop\+0x8 \[.*\] calls 0x[0-9a-f]+ section r3="));
            Assert.That(only.Log, Has.Exactly(1).Match(@"^@\d+\+1 exception 0x[0-9a-f]+ touch \[.*\] data-tlb-miss MSR 0x[0-9a-f]+ DEAR "
                + @"0x80000000 ESR 0x[0-9a-f]+$"));
            Assert.That(Written.By(HtmlReport.Write, report), Does.Contain("<h3>Log</h3>").And.Contain("data-tlb-miss"));
            Assert.That(Written.By(JsonReports.Write, report), Does.Contain("\"log\": [").And.Contain("data-tlb-miss"));
        }
    }

    [Test]
    public void A_finding_has_the_last_lines_that_led_to_it()
    {
        CaseReport only = ScenarioGuest.Run("image: IMAGE\nend: {instructions: 100K}\nlog: calls\ninject: [raise external at "
            + "section+4]\nexpect: {exit: panic}").Cases.Single();
        Assert.That(only.Log, Is.Not.Empty.And.Count.LessThanOrEqualTo(400));
        Assert.That(only.Log[^1], Does.Contain(" section"));
    }

    [Test]
    public void All_cases_of_a_matrix_make_one_coverage()
    {
        using TemporaryFile image = new(ScenarioGuest.Image);
        CoverageReport Reached(string last)
        {
            CoverageSum sum = new();
            ScenarioRunner.Run(ScenarioGuest.Read(image, $"image: IMAGE\nmatrix: {{last: [{last}]}}\nend:\n  instructions: ${{last}}"),
                ScenarioGuest.Settings("jit", 2) with { Coverage = sum });
            return sum.Report!;
        }

        CoverageReport[] each = [Reached("60"), Reached("2000")];
        CoverageReport all = Reached("60, 2000");
        Assert.That(all.Runs, Is.EqualTo(2));
        Assert.That(each[0].Functions.Single(one => one.Name == "touch").Entered, Is.LessThan(10ul));
        Assert.That(all.Functions.Single(one => one.Name == "touch").Entered,
            Is.EqualTo(each.Aggregate(0ul, (sum, one) => sum + one.Functions.Single(function => function.Name == "touch").Entered)));
        Assert.That(all.Functions.Single(one => one.Name == "panic").Reached, Is.Empty);
    }

    [TestCase("log: [calls, exeptions]", "Did you mean 'exceptions'?")]
    [TestCase("print: ['sectoin: x']", "Did you mean 'section'?")]
    public void What_cannot_be_looked_at_is_refused_with_its_place(string line, string message)
    {
        InputException error = Assert.Throws<InputException>(() => ScenarioGuest.Run($"image: IMAGE\nend: {{instructions: 2000}}\n{line}"))!;
        Assert.That(error.Message, Does.Contain(message).And.Contain("test.yaml"));
    }
}
