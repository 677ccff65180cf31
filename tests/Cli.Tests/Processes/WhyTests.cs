using System.Text.Json;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>Types what docs/why.md says.</summary>
internal sealed class WhyTests
{
    private static readonly string[] Demo = ["guest:demo", "-q", "--exit-on", "DEMO-OK"];

    [Test]
    public void A_value_is_followed_in_an_image_and_in_a_saved_run_alike()
    {
        using TemporaryFile file = new([]);
        string run = file.Path + ".run";
        ProcessResult booted = PpcJitProcess.Run(["why", .. Demo, "--at", "system_call#30", "--of", "r3", "--of", "lr", "--depth", "40",
            "--save-run", run]);
        Assert.That(booted.ExitCode, Is.Zero, booted.Error);
        Assert.That(booted.Output, Does.Contain("> why /depth=40 r3\n@").And.Contain("> why /depth=40 lr\n@").And.Contain("(next_task+0x"));
        ProcessResult opened = PpcJitProcess.Run("why", run, "-q", "--at", "end", "--of", "r3", "--of", "lr", "--depth", "40", "--engine",
            "interpreter");
        ProcessResult earlier = PpcJitProcess.Run("why", run, "-q", "--at", "@500000", "--of", "r1");
        File.Delete(run);
        Assert.That(opened.ExitCode, Is.Zero, opened.Error);
        Assert.That((earlier.ExitCode, earlier.Error.Split('\n')[0]), Is.EqualTo((0, "ppcjit: The guest stands at @500,000.")));
        Assert.That(After(opened.Output, "> why /depth=40 r3"), Is.EqualTo(After(booted.Output, "> why /depth=40 r3")));
    }

    [Test]
    public void A_value_that_is_only_moved_hides_nothing_of_its_addresses_and_the_hint_is_for_gdb()
    {
        ProcessResult result = PpcJitProcess.Run("why", HostTool.RepositoryFile("guests/corpus/corpus.elf"), "-q", "--append", "fault=use_after_free",
            "--at", "panic#1", "--of", "r3", "--addresses");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("li r4,7  r4 = 0x7 (a constant)").And.Contain("(close_session+0x").And.Contain("address: @"));
        ProcessResult dead = PpcJitProcess.Run("why", HostTool.RepositoryFile("guests/corpus/corpus.elf"), "-q", "--append", "fault=use_after_free",
            "--at", "end", "--of=r3", "--depth", "3", "--all");
        Assert.That(dead.Error, Does.Contain("corpus.elf -q --append fault=use_after_free --at @"));
    }

    [TestCase("--of", "0xf0000000", "why: nothing is mapped at 0xf0000000 now.")]
    [TestCase("--html", "/tmp/a b.html", "--html: the name of the page can have neither blanks nor semicolons nor quotation marks.", "--of", "r3")]
    [TestCase("--of", "", "why needs a register or an address: why r3.")]
    public void What_cannot_be_followed_is_said(string option, string place, string problem, params string[] more)
    {
        ProcessResult result = PpcJitProcess.Run(["why", .. Demo, "--at", "@500000", option, place, .. more]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((2, result.Error)));
        Assert.That(result.Error, Does.Contain(problem));
    }

    [TestCase("--of", "r33", "why: At character 1: there is no register or symbol 'r33'. Did you mean 'r13'")]
    [TestCase("--of", "r3; goto reset", "why: At character 3: nothing may follow here, but '; goto reset' does.")]
    [TestCase("--of", "0x100000000", "why: At character 1: an address has 32 bits, and 0x100000000 has more.")]
    [TestCase("--of", "physical 0x1ffffffff", "why: At character 10: an address has 32 bits, and 0x1ffffffff has more.")]
    [TestCase("--depth", "0", "--depth 0: a number from 1 to 10000 is expected.", "--of", "r3")]
    [TestCase("--depth", "many", "--depth many: a number from 1 to 10000 is expected.", "--of", "r3")]
    [TestCase("--time", "-1", "--time -1: a number from 1 to 100000 is expected.", "--of", "r3")]
    [TestCase("--html", "/no/such/folder/page.html", "--html /no/such/folder/page.html: the file cannot be written", "--of", "r3")]
    [TestCase("--html", "/tmp/ppcjit-one", "--json /tmp/./ppcjit-one and --html /tmp/ppcjit-one are one file",
        "--of", "r3", "--json", "/tmp/./ppcjit-one")]
    public void What_cannot_be_asked_is_said_before_the_guest_runs(string option, string value, string problem, params string[] more)
    {
        ProcessResult result = PpcJitProcess.Run(["why", .. Demo, option, value, .. more]);
        Assert.That((result.ExitCode, result.Output, result.Error), Is.EqualTo((2, "", result.Error)), "nothing was printed by the guest");
        Assert.That(result.Error, Does.Contain(problem).And.Not.Contain("Nullable"));
    }

    [Test]
    public void An_answer_that_is_cut_off_by_a_bound_that_nobody_gave_is_no_success()
    {
        string[] far = ["why", .. Demo, "--at", "@500000", "--of", "r3", "--addresses"];
        ProcessResult cut = PpcJitProcess.Run([.. far, "--control"]);
        Assert.That((cut.ExitCode, cut.Output), Is.EqualTo((1, cut.Output)));
        Assert.That(cut.Output, Does.Contain("It was cut off: "));
        ProcessResult wanted = PpcJitProcess.Run([.. far, "--depth", "2"]);
        Assert.That((wanted.ExitCode, wanted.Output), Is.EqualTo((0, wanted.Output)));
        Assert.That(wanted.Output, Does.Contain("It was cut off: links deeper than 2 were not followed."));
    }

    [Test]
    public void A_report_on_standard_output_has_it_for_itself()
    {
        ProcessResult result = PpcJitProcess.Run(["why", .. Demo, "--at", "system_call#30", "--of", "lr", "--json"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument report = JsonDocument.Parse(result.Output);
        Assert.That(report.RootElement.GetProperty("monitor").GetArrayLength(), Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("PpcJit demo: a guest of our own").And.Contain("> why lr\n@"));
    }

    [Test]
    public void A_page_that_cannot_be_written_does_not_cost_the_answer()
    {
        ProcessResult result = PpcJitProcess.Run(["why", .. Demo, "--at", "@500000", "--of", "r3", "--depth", "3", "--html", "/dev/full"]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((2, result.Error)));
        Assert.That(result.Error, Does.Contain("No space left on device"));
        Assert.That(result.Output, Does.Contain("> why /depth=3 /html=/dev/full r3\n@"));
    }

    [Test]
    public void A_place_must_be_named()
    {
        ProcessResult result = PpcJitProcess.Run(["why", .. Demo]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((2, "ppcjit: Option '--of' is required. See 'ppcjit why --help'.\n")));
    }

    [Test]
    public void A_death_is_explained_at_once_and_from_a_saved_run_alike()
    {
        using TemporaryFile file = new([]);
        string run = file.Path + ".run";
        string[] uarea = ["boot", "guest:uarea", "--append", "entry=real-mode upages=2 fast=on uarea=kva", "-q", "--save-run", run, "--explain",
            "--json", file.Path];
        ProcessResult booted = PpcJitProcess.Run(uarea);
        Assert.That(booted.ExitCode, Is.EqualTo(1), booted.Error);
        Assert.That(booted.Output, Does.Contain("> explain\n").And.Contain("stored to the wrong page: 'stw r31,88(r1)' stores to 0x8001ffc8")
            .And.Contain("interrupt: External came ahead of 'blr'; UART0 asked for it.").And.Contain("interrupt.S:91"));
        string json = File.ReadAllText(file.Path);
        Assert.That(json, Does.Contain("\"kind\": \"WrongPage\"").Or.Contain("\"kind\":\"WrongPage\""));
        string page = file.Path + ".html";
        ProcessResult opened = PpcJitProcess.Run("open", run, "-q", "--explain-html", page, "--engine", "interpreter");
        string html = File.ReadAllText(page);
        File.Delete(page);
        Assert.That(html, Does.StartWith("<!DOCTYPE html>").And.Contain("stored to the wrong page: ").And.Contain("Where pc came from")
            .And.Contain("<summary>@297,667       0x001023a8 (exception_exit+0x38) trap_entry.S:116  rfi  pc = 0x0")
            .And.Contain("=&gt; 0x001023a8  rfi"));
        File.Delete(run);
        Assert.That((opened.ExitCode, After(opened.Output, "What led there")), Is.EqualTo((1, After(booted.Output, "What led there"))));
    }

    [Test]
    public void A_guest_that_lives_is_said_to()
    {
        ProcessResult result = PpcJitProcess.Run(["boot", .. Demo, "--explain"]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, "ppcjit: The guest has not died: there is nothing to explain.\n")));
    }

    private static string After(string text, string line) => text[text.IndexOf(line, StringComparison.Ordinal)..];
}
