using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Findings and fatal places that are saved as runs, which are done again without the scenario.</summary>
[TestFixture]
internal sealed class SavedCaseTests
{
    private string _folder = "";

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Each_fatal_place_of_a_search_leads_to_its_death_again()
    {
        ScenarioReport report = Run("entry=mmu-first", "upages=2", "fast=on", "uarea=kva");
        SearchReport search = report.Cases.Single(one => one.Searches.Count > 0).Searches[0];
        Assert.That(search.Fatal, Has.Count.EqualTo(9));
        foreach (FatalPlace place in search.Fatal)
        {
            RunFile run = RunFile.Read(place.Run!);
            Assert.That(run.Findings.Select(finding => (finding.Name, finding.At.Count)).First(), Is.EqualTo(("injection", place.Count)));
            IReadOnlyList<ExceptionRecord> last = Open(run);
            Assert.That(last[^2], Has.Property("Kind").EqualTo(ExceptionKind.External).And.Property("Count").EqualTo(place.Count), place.Place);
            Assert.That(last[^1].Kind, Is.EqualTo(ExceptionKind.DataTlbMiss), place.Place);
        }
    }

    [Test]
    public void What_was_injected_by_the_scenario_is_part_of_a_finding()
    {
        ScenarioReport report = Run("entry=real-mode", "upages=2", "fast=on", "uarea=kva");
        FindingReport finding = report.Cases.Single().Finding!;
        RunFile run = RunFile.Read(finding.Run!);
        Assert.That(run.End.Count - finding.Count, Is.LessThanOrEqualTo(1));
        Assert.That(Open(run)[^1].Kind, Is.EqualTo(ExceptionKind.External).Or.EqualTo(ExceptionKind.Pit));
        Assert.That(Written.By(HtmlReport.Write, report), Does.Contain($"./ppcjit open {finding.Run} --at death"));
    }

    [Test]
    public void A_scenario_says_when_it_writes_what_a_run_file_has_no_words_for([Values("tsr", "sprg4")] string register)
    {
        string text = $"{{image: IMAGE, memory: 16M, inject: write {register} = 0 at count 25, "
            + "search: {inject: raise external, from: loop, window: 200, pass: 20, limit: 500}, end: {panic: P, instructions: 2000}}";
        ScenarioReport report = ScenarioGuest.Run(text, folder: _folder);
        FatalPlace place = report.Cases[0].Searches[0].Fatal[0];
        if (register == "tsr")
        {
            Assert.That((place.Run, place.NoRun), Is.EqualTo(
                ((string?)null, "There is no run file: the scenario writes the register tsr, for which run files have no words.")));
            Assert.That(Written.By(HtmlReport.Write, report), Does.Contain(place.NoRun));
        }
        else
        {
            Assert.That((place.Run is not null, place.NoRun), Is.EqualTo((true, (string?)null)));
            Assert.That(Written.By(JUnitReport.Write, report), Does.Contain($"./ppcjit open {report.Cases[0].FirstFinding!.Run} --at death"));
        }
    }

    [Test]
    public void A_scenarios_write_to_a_device_is_part_of_the_run()
    {
        string text = "{image: IMAGE, memory: 16M, inject: write byte 0xef600300 = 0x41 at count 25, "
            + "search: {inject: raise external, from: loop, window: 200, pass: 20, limit: 500}, end: {panic: P, instructions: 2000}}";
        ScenarioReport report = ScenarioGuest.Run(text, folder: _folder);
        RunFile run = RunFile.Read(report.Cases[0].Searches[0].Fatal[0].Run!);
        Assert.That(run.Inputs.Injections[0].Change, Is.EqualTo(new DeviceInjection(0xef600300, 1, 0x41)));
        Assert.That(report.Cases[0].Console, Does.StartWith("A"));
    }

    [Test]
    public void Pressure_is_part_of_the_run()
    {
        const string Text = "pressure: [tlb, 'memory by page_alloc at proc_fork until [free_count] <= 60']\nchecks: [lost-return-state]\n"
            + "search: {inject: raise external, from: net_poll on call 2, within: [softint_return], window: 20K, pass: 500, limit: 50K}";
        CaseReport report = UareaScenario.RunAll("entry=mmu-first uarea=kva", Text, folder: _folder).Cases[0];
        Assert.That(report.Injections.Select(injection => injection.Done > 0), Is.All.True);
        Assert.That(report.Searches[0].Fatal, Is.Not.Empty);
        foreach (FatalPlace place in report.Searches[0].Fatal)
        {
            Assert.That(place.NoRun, Is.Null);
            IReadOnlyList<ExceptionRecord> last = Open(RunFile.Read(place.Run!));
            Assert.That(last[^2], Has.Property("Kind").EqualTo(ExceptionKind.External).And.Property("Count").EqualTo(place.Count), place.Place);
            Assert.That(last[^1].Kind, Is.EqualTo(ExceptionKind.DataTlbMiss), place.Place);
        }
    }

    private ScenarioReport Run(params string[] settings)
    {
        Scenario scenario = ScenarioLibrary.Read(
            "kern-54994", settings.Select(text => text.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]));
        return ScenarioRunner.Run(scenario, new RunSettings("jit", processor => new JitEngine(processor), Workers: 1) { RunFolder = _folder });
    }

    /// <summary>Does a run again on the interpreter and gives the last exceptions at its end.</summary>
    private static IReadOnlyList<ExceptionRecord> Open(RunFile run)
    {
        BootOptions options = new RunImages(run, "run", []).Find(_ => { });
        using Board board = run.CreateBoard("run");
        GuestLoader.Load(board, options);
        using InterpreterEngine engine = new(board.Processor);
        GuestMachine machine = new(board, engine, new SilentConsole());
        run.Follow(machine);
        machine.Run(run.Findings.Single(finding => finding.Name == RunFile.Death).At);
        return [.. board.Processor.RecentExceptions];
    }
}
