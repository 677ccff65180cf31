using System.Text;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Kernel.Tests.Sessions;

[TestFixture]
internal sealed class PromptedInputTests
{
    private const ulong Millisecond = 333_333;

    [Test]
    public void A_line_enters_a_millisecond_after_a_prompt()
    {
        using SmallGuest guest = new SmallGuest().Print("# ").EchoForEver();
        RunResult result = guest.Run(new RunOptions
        {
            Input = [PromptedText.Of("ls\n"u8)], ExitOn = "ls\n"u8.ToArray(), MaxInstructions = 20 * Millisecond,
        });
        Assert.That(guest.Console.Text, Is.EqualTo("# ls\n"));
        Assert.That(result.Inputs[0].Count, Is.InRange(Millisecond, 3 * Millisecond));
    }

    [Test]
    public void Without_a_prompt_a_line_does_not_enter_after_a_millisecond()
    {
        using SmallGuest guest = new SmallGuest().Print("reading\n").EchoForEver();
        guest.Run(new RunOptions { Input = [PromptedText.Of("x"u8)], MaxInstructions = 5 * Millisecond });
        Assert.That(guest.Console.Text, Is.EqualTo("reading\n"), "five milliseconds have passed");
    }

    [Test]
    public void The_next_line_waits_for_a_prompt_of_its_own()
    {
        using SmallGuest guest = new SmallGuest().Print("> ").EchoForEver();
        RunResult result = guest.Run(new RunOptions { Input = [PromptedText.Of("one\ntwo\n"u8)], MaxInstructions = 7 * Millisecond });
        Assert.That(guest.Console.Text, Is.EqualTo("> one\n"));
        Assert.That(result.Inputs, Has.Count.EqualTo(4));
    }

    [Test]
    public void The_same_text_enters_at_the_same_counts_in_every_run()
    {
        IReadOnlyList<ConsoleInput> first = Counts();
        IReadOnlyList<ConsoleInput> second = Counts();
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void A_guest_that_works_behind_what_looks_like_a_prompt_gets_the_line_when_it_reads()
    {
        using SmallGuest guest = new SmallGuest().Print("Starting network: ").Delay((int)(5 * Millisecond)).Print("OK\nlogin: ").EchoForEver();
        guest.Run(new RunOptions { Input = [PromptedText.Of("root\n"u8)], MaxInstructions = 20 * Millisecond });
        Assert.That(guest.Console.Text, Is.EqualTo("Starting network: OK\nlogin: root\n"));
    }

    [TestCase("login: ", "> login: root")]
    [TestCase("password: ", "> login: ")]
    public void Text_with_a_prompt_of_its_own_waits_for_it(string prompt, string shown)
    {
        using SmallGuest guest = new SmallGuest().Print("> login: ").EchoForEver();
        guest.Run(new RunOptions
        {
            Input = [new PromptedText(0, "root"u8.ToArray()) { Prompt = Encoding.ASCII.GetBytes(prompt) }],
            MaxInstructions = 5 * Millisecond,
        });
        Assert.That(guest.Console.Text, Is.EqualTo(shown));
    }

    [TestCase("=>", "=> ls")]
    [TestCase("$ ", "=> ")]
    public void Every_line_waits_for_the_prompt_that_is_given(string prompt, string shown)
    {
        using SmallGuest guest = new SmallGuest().Print("=> ").EchoForEver();
        guest.Run(new RunOptions { Prompt = Encoding.ASCII.GetBytes(prompt), Input = [PromptedText.Of("ls"u8)], MaxInstructions = 5 * Millisecond });
        Assert.That(guest.Console.Text, Is.EqualTo(shown));
    }

    [Test]
    public void Input_from_a_pipe_enters_by_the_same_rule()
    {
        using SmallGuest guest = new SmallGuest().Print("$ ").EchoForEver();
        guest.Console.Type("piped\n");
        RunResult result = guest.Run(new RunOptions { ExitOn = "piped"u8.ToArray(), MaxInstructions = 20 * Millisecond });
        Assert.That(result.End, Is.EqualTo(RunEnd.TextAppeared));
        Assert.That(result.Inputs[0].Count, Is.GreaterThanOrEqualTo(Millisecond));
    }

    private static IReadOnlyList<ConsoleInput> Counts()
    {
        using SmallGuest guest = new SmallGuest().Print("login: ").EchoForEver();
        return guest.Run(new RunOptions { Input = [PromptedText.Of("root\n"u8)], MaxInstructions = 5 * Millisecond }).Inputs;
    }
}
