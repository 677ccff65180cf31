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
        Assert.That(HtmlReport.Write(report), Does.Contain($"./ppcjit open {finding.Run} --at death"));
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
