using System.Text.Json;
using System.Xml.Linq;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>
/// Signals end every command with 128 + their number, after what is known has been reported. They are sent when
/// something shows that the run has begun, however long that takes.
/// </summary>
[TestFixture]
internal sealed class SignalTests
{
    /// <summary>SIGUSR1 is caught by nobody but the program itself, together with the others.</summary>
    private const string TakesSignals = "(( 0x$(sed -n 's/^SigCgt:.//p' /proc/$guest/status) & 0x200 ))";

    private DirectoryInfo _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory();

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestCase("TERM", 15)]
    [TestCase("INT", 2)]
    [TestCase("HUP", 1)]
    [TestCase("USR1", 10)]
    public void Boot_writes_report_statistics_and_json(string signal, int number)
    {
        using RawImage image = RawImage.ThatPrintsForEver();
        ProcessResult result = Signalled($"{string.Join(' ', image.Boot)} --stats --json {At("json")}", "[ -s out ]", signal);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(At("json")));
        Assert.That(result.ExitCode, Is.EqualTo(128 + number));
        Assert.That(result.Error, Does.Contain($"Signal {number} ended the run").And.Contain("PC  0x000010").And.Contain("guest MIPS"));
        Assert.That(report.RootElement.GetProperty("end").GetString(), Is.EqualTo("Signal"));
        Assert.That(report.RootElement.GetProperty("signal").GetInt32(), Is.EqualTo(number));
        Assert.That(report.RootElement.GetProperty("exitCode").GetInt32(), Is.EqualTo(128 + number));
    }

    [TestCase("TERM", 15)]
    [TestCase("INT", 2)]
    [TestCase("HUP", 1)]
    public void A_scenario_reports_what_it_has_and_that_it_is_not_all(string signal, int number)
    {
        File.WriteAllBytes(At("loop.elf"), RawImage.LoopingElf());
        File.WriteAllText(At("loop.yaml"), "title: loops\nboard: ref405ep\nimage: loop.elf\nmatrix: {n: [1, 2, 3]}\nend: {instructions: 1000000G}\n");

        ProcessResult result = Signalled($"scenario run {At("loop.yaml")} --jobs 1 --report {At("r.json")} --report "
            + $"{At("r.xml")} --report {At("r.html")}", TakesSignals, signal);
        Assert.That(result.ExitCode, Is.EqualTo(128 + number), result.Error);
        Assert.That(result.Error, Does.Contain($"Signal {number} ended the run").And.Not.Contain("   at "));
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(At("r.json")));
        Assert.That(report.RootElement.GetProperty("signal").GetInt32(), Is.EqualTo(number));
        Assert.That(report.RootElement.GetProperty("missing").GetInt32() + report.RootElement.GetProperty("cases").GetArrayLength(), Is.EqualTo(3));
        XElement suite = XDocument.Load(At("r.xml")).Descendants("testsuite").Single();
        Assert.That(suite.Attribute("failures")!.Value, Is.EqualTo(suite.Attribute("tests")!.Value));
        Assert.That(File.ReadAllText(At("r.html")), Does.Contain($"Signal {number} ended the run"));
        ProcessResult merged = PpcJitProcess.Run("scenario", "merge", At("r.json"));
        Assert.That((merged.ExitCode, merged.Error), Is.EqualTo((2, $"ppcjit: {At("r.json")} is not complete: signal {number} ended its run.\n")));
    }

    [TestCase("TERM", 15)]
    [TestCase("HUP", 1)]
    public void Lockstep_says_how_far_the_engines_agreed(string signal, int number)
    {
        File.WriteAllBytes(At("loop.elf"), RawImage.PrintingElf());
        ProcessResult result = Signalled($"lockstep {At("loop.elf")} --checkpoint 1000G", "[ -s out ]", signal);
        Assert.That(result.ExitCode, Is.EqualTo(128 + number), result.Error);
        Assert.That(result.Error, Does.Match("The engines agree up to [1-9][0-9]* instructions").And.Contain($"Signal {number} ended the run"));
    }

    [TestCase("fuzz --time 10h --jobs 1", " cases, ")]
    [TestCase("fuzz --guests 1000000 --jobs 1", " hostile guests, ")]
    public void Fuzzing_says_what_it_did(string command, string expected)
    {
        ProcessResult result = Signalled(command, TakesSignals, "TERM");
        Assert.That(result.ExitCode, Is.EqualTo(143), result.Error);
        Assert.That(result.Output, Does.Contain(expected));
    }

    [Test]
    public void Dump_region_shows_what_there_is()
    {
        File.WriteAllBytes(At("loop.elf"), RawImage.LoopingElf());
        ProcessResult result = Signalled($"dump-region {At("loop.elf")} --at 0x10000 --json {At("json")}", TakesSignals, "TERM");
        Assert.That(result.ExitCode, Is.EqualTo(143), result.Error);
        Assert.That(result.Output + result.Error, Does.Contain("region at 00010000").Or.Contain("Signal 15 ended the run"));
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(At("json")));
        Assert.That(report.RootElement.GetProperty("signal").GetInt32(), Is.EqualTo(15));
    }

    [Test]
    [Repeat(8)] // When the signals come is chance.
    public void The_second_signal_ends_at_once_and_leaves_no_temporary_file()
    {
        File.WriteAllBytes(At("loop.elf"), RawImage.LoopingElf());
        File.WriteAllText(At("json"), "old");
        ProcessResult result = Run(
            $"set -m; {PpcJitProcess.Root}/ppcjit boot {At("loop.elf")} --json {At("json")} > out & guest=$!; "
            + $"until {TakesSignals} || ! kill -0 $guest; do sleep 0.1; done; "
            + "while kill -TERM $guest 2> /dev/null; do :; done; wait $guest");
        Assert.That(result.ExitCode, Is.EqualTo(143), result.Error);
        Assert.That(_folder.GetFiles(".ppcjit-*"), Is.Empty);
        Assert.That(File.ReadAllText(At("json")), Does.StartWith("old").Or.StartWith("{"), "the old file, or a whole new one");
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>
    /// Starts the program under job control, as a shell without it lets what is in the background ignore SIGINT, and
    /// signals it when a condition holds. What the tests were started with may ignore SIGHUP, as nohup does.
    /// </summary>
    private ProcessResult Signalled(string command, string begun, string signal) => Run(
        $"set -m; env --default-signal {PpcJitProcess.Root}/ppcjit {command} > out & guest=$!; until {{ {begun}; }} 2> /dev/null || ! kill "
            + $"-0 $guest; do sleep 0.1; done; kill -{signal} $guest; wait $guest; code=$?; cat out | head -c 100000; "
            + "exit $code");

    private ProcessResult Run(string line) => PpcJitProcess.Shell($"cd {_folder.FullName}; {line}");
}
