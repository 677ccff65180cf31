using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Interpreter;

namespace PpcJit.WholeSystem.Tests;

/// <summary>The scenarios that come with PpcJit come out as they expect, on both engines alike.</summary>
[TestFixture]
public sealed class ScenarioTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Test]
    public void The_rows_of_kern_54994_come_out_as_observed_on_real_kernels()
    {
        ScenarioReport report = Run("kern-54994", "jit");
        Assert.That(report.Cases.Select(one => one.Problem), Is.All.Empty);
        Assert.That(report.Cases, Has.Count.EqualTo(13));
        Assert.That(report.Cases.SelectMany(one => one.Searches).Sum(search => search.Trials), Is.GreaterThan(100_000));
        CaseReport fatal = report.Cases.Single(one => IsSet(one, "entry", "mmu-first")
            && IsSet(one, "uarea", "kva") && IsSet(one, "upages", "2") && IsSet(one, "fast", "on"));
        Assert.That(fatal.Searches[0].Fatal, Has.Count.LessThan(20), "a dozen instructions in tens of thousands");
        Assert.That(fatal.Searches[0].Causes.Select(cause => cause.Explanation.Check), Is.All.EqualTo("lost-return-state"));
        Assert.That(fatal.Searches[0].Causes[0].Explanation.Chain, Has.Count.GreaterThan(2));
    }

    [Category("Slow")]
    [TestCase("kern-54994")]
    [TestCase("kern-54994-entries")]
    public void Both_engines_find_the_same_at_the_same_counts(string scenario)
    {
        ScenarioReport jit = Run(scenario, "jit");
        ScenarioReport interpreter = Run(scenario, "interpreter");
        Assert.That(Comparable(interpreter), Is.EqualTo(Comparable(jit)));
        Assert.That(jit.AsExpected, string.Join("; ", jit.Cases.Select(one => one.Problem)));
    }

    [Test]
    public void Linux_survives_forks_without_memory_and_interrupts_around_task_switches()
    {
        LinuxImages.Find(LinuxImages.Wrapper);
        ScenarioReport report = Run("linux-fork", "jit");
        Assert.That(report.Cases.Select(one => one.Problem), Is.All.Empty);
        Assert.That(report.Cases[0].Searches.Select(search => search.Trials), Is.All.GreaterThan(3));
        Assert.That(report.Cases[0].Searches.Select(search => search.Undecided), Is.All.Zero);
    }

    /// <summary>Sixteen million places, of which none is fatal.</summary>
    [Test]
    public void Linux_survives_an_interrupt_at_a_place_of_each_class_of_its_whole_boot()
    {
        LinuxImages.Find(LinuxImages.Direct);
        CaseReport report = Run("linux-interrupts", "jit", new() { ["interrupt"] = "pit" }).Cases.Single();
        SearchReport search = report.Searches.Single();
        Assert.That(report.Problem, Is.Empty);
        Assert.That(search.Places, Is.GreaterThan(10_000_000));
        Assert.That(search.Trials, Is.LessThan(search.Places / 20));
        Assert.That(search.Classes!.Functions, Has.Count.GreaterThan(1000));
        Assert.That(search.Classes.Functions.Select(function => function.Tried), Is.All.GreaterThan(0));
    }

    /// <summary>From where the first program is started to the end of the boot, in the functions around a switch of tasks.</summary>
    [Test]
    public void The_parts_of_a_search_of_a_whole_run_of_Linux_are_together_the_search()
    {
        string image = LinuxImages.Find(LinuxImages.Direct);
        string text = $$$"""
            {board: ref405ep, memory: 128M, image: {{{image}}}, symbols: {{{LinuxImages.Find("System.map")}}},
             command-line: "console=ttyS0,115200 mode=reboot", search: {inject: raise external, window: all, from: {console: "Run /init as init"},
                      within: [__schedule, schedule, copy_process], samples: 2, pass: 500, limit: 200K},
             end: {console: BOOT-OK, instructions: 60M}, expect: {finding: none, allow: assumed-equal}}
            """;
        ScenarioReport whole = RunPart(text, 0, 1);
        (string, ScenarioReport)[] parts = [.. Enumerable.Range(0, 2).Select(part => ($"{part}", RunPart(text, part, 2)))];
        Assert.That(whole.Cases[0].Problem, Is.Empty);
        Assert.That(whole.Cases[0].Searches[0].Trials, Is.GreaterThan(1000));
        Assert.That(parts.Select(part => part.Item2.Cases[0].Searches[0].Trials), Is.All.LessThan(whole.Cases[0].Searches[0].Trials * 2 / 3));
        Assert.That(Comparable(ReportMerger.Merge(parts) with { Parts = whole.Parts, PartCount = whole.PartCount }), Is.EqualTo(Comparable(whole)));
    }

    private static ScenarioReport RunPart(string text, int part, int count) => ScenarioRunner.Run(
        ScenarioReader.Read("linux.yaml", text, Nothing),
        new RunSettings("jit", processor => new JitEngine(processor), Environment.ProcessorCount)
        {
            Part = part, PartCount = count, Explains = false,
        });

    private static ScenarioReport Run(string name, string engine, Dictionary<string, string>? set = null) =>
        ScenarioRunner.Run(ScenarioLibrary.Read(name, set ?? Nothing), new RunSettings(
        engine,
        engine == "jit" ? processor => new JitEngine(processor, new JitOptions()) : processor => new InterpreterEngine(processor),
        Environment.ProcessorCount));

    private static bool IsSet(CaseReport one, string setting, string value) => one.Settings.Contains(new(setting, value));

    /// <summary>All of a report but engine and host times.</summary>
    private static string Comparable(ScenarioReport report) => Written.By(JsonReports.Write, report with
    {
        Engine = "",
        Cases = [.. report.Cases.Select(one => one with { Seconds = 0, Searches = [.. one.Searches.Select(search => search with { Seconds = 0 })] })],
    });
}
