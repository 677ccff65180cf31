using PpcJit.Jit;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Searching;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Searches in which what came in a recorded run comes elsewhere.</summary>
[TestFixture]
internal sealed class MovedInputTests
{
    private const string Frames =
        """
        run: RUN
        search: {inject: move frame, window: all, reach: 12K, samples: 1, pass: 1G, limit: 2G}
        end: {console: NETWORK-OK}
        expect: {allow: assumed-equal}
        """;

    private string _folder = "";

    [OneTimeSetUp]
    public void Record()
    {
        _folder = Directory.CreateTempSubdirectory().FullName;
        Assert.That(RecordedNetwork.Record(Path.Combine(_folder, "right.run"), ""), Does.EndWith("NETWORK-OK\r\n"));
        Assert.That(RecordedNetwork.Record(Path.Combine(_folder, "race.run"), "race=wake_up"), Does.EndWith("NETWORK-OK\r\n"), "an ordinary run");
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestCase("jit")]
    [TestCase("interpreter")]
    public void A_race_in_the_receive_path_is_found_from_the_recorded_run(string engine)
    {
        CaseReport race = Run("race.run", Frames, engine).Cases[0], right = Run("right.run", Frames, engine).Cases[0];
        Assert.Multiple(() =>
        {
            Assert.That(race.Searches[0].Fatal.Select(place => place.Function).Distinct(), Is.EqualTo((string[])["emac_receive"]));
            Assert.That(right.Searches[0].FatalCount, Is.Zero);
            Assert.That(right.Problem, Is.Empty);
            Assert.That(right.Searches[0].Classes!.Moved, Is.EqualTo(9), "an answer to ARP and eight to pings");
        });
    }

    [Test]
    public void The_report_does_not_depend_on_engine_workers_parts_and_how_often_it_was_ended()
    {
        string one = Comparable(Run("race.run", Frames));
        (string, ScenarioReport)[] parts = [.. Enumerable.Range(0, 3).Select(
            part => ($"{part}", Run("race.run", Frames, part: part, partCount: 3)))];
        Assert.Multiple(() =>
        {
            Assert.That(Comparable(Run("race.run", Frames, "interpreter", 3)), Is.EqualTo(one));
            Assert.That(Comparable(ReportMerger.Merge(parts)), Is.EqualTo(one));
            Assert.That(Comparable(Ended("race.run", Frames)), Is.EqualTo(one));
        });
    }

    [Test]
    public void A_fatal_place_is_saved_as_a_run_that_dies_again()
    {
        string runs = Directory.CreateDirectory(Path.Combine(_folder, "runs")).FullName;
        FatalPlace[] fatal = [.. Run("race.run", Frames, runs: runs).Cases[0].Searches[0].Fatal];
        foreach (FatalPlace place in fatal.Take(3))
        {
            RunFile saved = RunFile.Read(place.Run!), recorded = RunFile.Read(Path.Combine(_folder, "race.run"));
            Assert.That(place.Moved!.Count, Is.GreaterThan(place.Count).And.AnyOf(Counts(recorded)), "it came earlier than it did");
            Assert.That(Counts(saved), Does.Contain(place.Count));
            BootOptions options = new RunImages(saved, place.Run!, []).Find(_ => { });
            using RecordedGuest guest = new(saved, place.Run!, options, new NetworkSettings());
            using JitEngine engine = new(guest.Board.Processor);
            using MemoryStream printed = new();
            GuestMachine machine = new(guest.Board, engine, new SilentConsole(printed), guest.Network);
            saved.Follow(machine);
            Assert.That(machine.Run(saved.End.Count + 1), Is.EqualTo(StopReason.SystemReset));
            machine.FlushOutput();
            Assert.That(System.Text.Encoding.ASCII.GetString(printed.ToArray()), Does.EndWith("NETWORK-FAILED\r\n"));
        }
    }

    [TestCase("jit")]
    [TestCase("interpreter")]
    public void An_interrupt_that_comes_later_than_it_could_comes_into_a_section(string engine)
    {
        const string Delay = "{image: IMAGE, memory: 16M, search: {inject: delay pit, window: all, reach: 30, samples: 100, pass: 20, limit: 500}, "
            + "end: {panic: P, instructions: 2000}, expect: {exit: reset}}";
        byte[] image = ScenarioGuest.TimerImage(25);
        string runs = Directory.CreateDirectory(Path.Combine(_folder, engine)).FullName;
        CaseReport report = ScenarioGuest.Run(Delay, engine, contents: image, folder: runs).Cases[0];
        SearchReport search = report.Searches[0];
        Assert.Multiple(() =>
        {
            Assert.That(report.End, Is.EqualTo("reset"), "nothing goes wrong by itself");
            Assert.That((search.Places, search.Trials, search.Classes!.Moved), Is.EqualTo((30, 30, 1)));
            Assert.That(search.Fatal.Select(place => place.Place).Distinct(), Is.EquivalentTo((string[])["section+0x4", "section+0x8"]));
            Assert.That(File.ReadAllText(search.Fatal[0].Run!),
                Does.Contain(" hold Pit\n").And.Contain($"change {search.Fatal[0].Count} 0 release Pit\n"));
        });
    }

    /// <summary>The guest waits for the next answer, which comes when it came, and from there on is where it was.</summary>
    [TestCase("right.run", true)]
    [TestCase("race.run", false)]
    public void A_trial_ends_where_it_goes_on_as_the_run(string run, bool isSame)
    {
        ScenarioCase scenario = Read(run, Frames).Cases[0];
        Search search = scenario.Searches[0];
        using CaseMachine machine = new(scenario, Settings("jit", 1));
        using SearchOrigin begin = new(machine);
        begin.Restore(machine);
        Occurrence second = OccurrenceFinder.Find(machine, search, scenario.Ends.Instructions, out CaseEnd end)[1];
        ulong last = machine.Count;
        begin.Restore(machine);
        machine.Run(second.First);
        using SearchOrigin here = new(machine);
        RunPoints points = new(machine, second.Count, ulong.MaxValue);
        here.Restore(machine);
        second.Hold(machine);
        machine.Run(second.First + 1000);
        second.Come(machine, 0);
        Assert.That(end, Is.EqualTo(CaseEnd.Console));
        Assert.That(points.Run(machine, last + 1_000_000_000), Is.EqualTo(isSame ? CaseEnd.Marked : CaseEnd.Reset));
        Assert.That(machine.Count, isSame ? Is.LessThan(second.Count + 100_000) : Is.GreaterThan(last));
    }

    [TestCase("inject: move frame, window: all}\nimage: x", "'image:' does not go with 'run:'")]
    [TestCase("inject: move frame, from: count 0, window: 5}", "with 'window: all'")]
    [TestCase("inject: move frames, window: all}", "'frame', 'key', or 'input'")]
    [TestCase("inject: [move frame, raise pit], window: all}", "by itself")]
    [TestCase("inject: raise pit, window: all, reach: 5}", "goes with 'move' and 'delay'")]
    [TestCase("inject: move key, window: all, reach: 0}", "1 to 10000000")]
    [TestCase("inject: delay machine-check, window: all}", "external, critical, pit, fit or watchdog")]
    [TestCase("inject: delay uic5, window: all}", "external, critical, pit, fit or watchdog")]
    public void What_cannot_be_moved_is_refused(string keys, string message) => Assert.That(
        () => Run("right.run", $"run: RUN\nsearch: {{{keys}"), Throws.TypeOf<InputException>().With.Message.Contains(message));

    [Test]
    public void Only_a_recorded_run_has_what_can_be_moved()
    {
        Assert.That(() => ScenarioGuest.Run("{image: IMAGE, search: {inject: move key, window: all}}"),
            Throws.TypeOf<InputException>().With.Message.Contains("only what entered a recorded run"));
        Assert.That(() => ScenarioGuest.Run("{image: IMAGE, inject: delay pit at loop}"),
            Throws.TypeOf<InputException>().With.Message.Contains("by a search"));
        Assert.That(() => Run("none.run", Frames), Throws.TypeOf<InputException>().With.Message.Contains("none.run"));
    }

    private static ulong[] Counts(RunFile run) => [.. run.Ports.Values.Single().Arrivals.Select(arrival => arrival.Count)];

    /// <summary>Runs a scenario that is ended after some hundred questions, again and again, and goes on each time.</summary>
    private ScenarioReport Ended(string run, string text)
    {
        string kept = Path.Combine(_folder, "kept");
        int runs = 0, asked;
        ScenarioReport report;
        do
        {
            using SearchJournal journal = SearchJournal.Open(kept, "identity");
            int limit = 5_000 * (runs + 1);
            asked = 0;
            report = ScenarioRunner.Run(Read(run, text), Settings("jit", 2) with
            {
                Journal = journal, EndSignal = () => Interlocked.Increment(ref asked) > limit ? 2 : 0,
            });
            runs++;
        }
        while (report.Signal != 0 && runs < 1000);
        Assert.That(runs, Is.GreaterThan(2));
        return report;
    }

    private static string Comparable(ScenarioReport report) => UareaScenario.Comparable(report.Cases[0]);

    private Scenario Read(string run, string text) =>
        ScenarioReader.Read("test.yaml", text.Replace("RUN", Path.Combine(_folder, run)), new Dictionary<string, string>());

    private static RunSettings Settings(string engine, int workers) =>
        new(engine, processor => engine == "jit" ? new JitEngine(processor) : new InterpreterEngine(processor), workers) { Explains = false };

    private ScenarioReport Run(
        string run, string text, string engine = "jit", int workers = 2, int part = 0, int partCount = 1, string? runs = null) =>
        ScenarioRunner.Run(Read(run, text), Settings(engine, workers) with { Part = part, PartCount = partCount, RunFolder = runs });
}
