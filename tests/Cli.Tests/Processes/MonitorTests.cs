using System.Text.Json;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>The words of the monitor in batches of the real program.</summary>
[TestFixture]
internal sealed class MonitorTests
{
    private string _folder = "";

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Words_are_done_when_a_boot_or_an_opened_run_has_ended()
    {
        string run = Path.Combine(_folder, "run");
        string again = Path.Combine(_folder, "again");
        string json = Path.Combine(_folder, "json");
        string[] words = ["--do", "goto system_call#1; x/s 0xef600300; registers", "--do", "when"];
        ProcessResult wrong = PpcJitProcess.Run(["boot", "guest:demo", "-q", .. words]);
        Assert.That((wrong.ExitCode, wrong.Output), Is.EqualTo((2, wrong.Output)), wrong.Error);
        Assert.That(wrong.Output, Does.Match(
            @"DEMO-OK\r\n> goto system_call#1\n@[0-9,]+  0x[0-9a-f]+ \(system_call\)  lwz r10,0\(r3\)\n> x/s .*\n$"));
        Assert.That(wrong.Error, Is.EqualTo("ppcjit: --do 'x/s 0xef600300': Physical address 0xef600300 belongs to "
            + "UART0, whose registers 'devices' shows.\n"));

        ProcessResult saved = PpcJitProcess.Run("boot", "guest:demo", "-q", "--do", $"goto system_call#1; save-run {run}", "--json", json);
        Assert.That(saved.ExitCode, Is.Zero, saved.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement answers = report.RootElement.GetProperty("monitor");
        Assert.That(answers[0].GetProperty("answer").GetProperty("symbol").GetString(), Is.EqualTo("system_call"));
        Assert.That(report.RootElement.GetProperty("processor").GetProperty("symbol").GetString(), Is.Not.EqualTo("system_call"));

        string at = answers[0].GetProperty("answer").GetProperty("at").GetString()!;
        ProcessResult opened = PpcJitProcess.Run("open", run, "-q", "--do", $"goto {at}; save-run {again}", "--engine", "interpreter");
        Assert.That(opened.ExitCode, Is.Zero, opened.Error);
        Assert.That(opened.Output, Does.Contain($"{at}  ").And.Contain("(system_call)"));
        Assert.That(File.Exists(again), Is.True);
    }

    [Test]
    public void A_panic_is_a_moment_and_a_wrong_word_is_refused_before_the_run()
    {
        using RawImage image = RawImage.ThatPanics();
        ProcessResult panicked = PpcJitProcess.Run([.. image.Boot, "-q", "--do", "reset", "--do", "goto panic"]);
        Assert.That((panicked.ExitCode, panicked.Output, panicked.Error),
            Is.EqualTo((2, "", "ppcjit: --do: There is no word 'reset'. Did you mean 'set'? 'help' lists them.\n")));
        panicked = PpcJitProcess.Run([.. image.Boot, "-q", "--do", "goto reset; goto panic; when"]);
        Assert.That(panicked.ExitCode, Is.EqualTo(1), panicked.Error);
        Assert.That(panicked.Output, Does.Match(@"> goto panic\n(@[0-9,]+)  .*\n> when\n\1  .*\nThe run goes to \1;"));
    }
}
