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
        ProcessResult booted = PpcJitProcess.Run(["why", .. Demo, "--at", "system_call#30", "--of", "r3", "--of", "lr", "--save-run", run]);
        Assert.That(booted.ExitCode, Is.Zero, booted.Error);
        Assert.That(booted.Output, Does.Contain("> why r3\n@").And.Contain("> why lr\n@").And.Contain("(next_task+0x"));
        ProcessResult opened = PpcJitProcess.Run("why", run, "-q", "--at", "end", "--of", "r3", "--of", "lr", "--engine", "interpreter");
        ProcessResult earlier = PpcJitProcess.Run("why", run, "-q", "--at", "@500000", "--of", "r1");
        File.Delete(run);
        Assert.That(opened.ExitCode, Is.Zero, opened.Error);
        Assert.That((earlier.ExitCode, earlier.Error.Split('\n')[0]), Is.EqualTo((0, "ppcjit: The guest stands at @500,000.")));
        Assert.That(After(opened.Output, "> why r3"), Is.EqualTo(After(booted.Output, "> why r3")));
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

    [TestCase("--of", "r33", "why: At character 1: there is no register or symbol 'r33'. Did you mean 'r13'")]
    [TestCase("--of", "0xf0000000", "why: nothing is mapped at 0xf0000000 now.")]
    [TestCase("--html", "/tmp/a b.html", "--html: the name of the page can have neither blanks nor semicolons nor quotation marks.", "--of", "r3")]
    [TestCase("--of", "", "why needs a register or an address: why r3.")]
    public void What_cannot_be_followed_is_said(string option, string place, string problem, params string[] more)
    {
        ProcessResult result = PpcJitProcess.Run(["why", .. Demo, "--at", "@500000", option, place, .. more]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((2, result.Error)));
        Assert.That(result.Error, Does.Contain(problem));
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
