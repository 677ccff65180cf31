namespace PpcJit.Cli.Tests.Processes;

/// <summary>The options of the debugger on the command line.</summary>
public sealed class GdbTests
{
    [TestCase("--gdb nonsense", "--gdb nonsense: give a port, an address and a port, or unix:PATH.")]
    [TestCase("--gdb 0 --gdb-wait maybe", "--gdb-wait maybe: it is yes or no.")]
    [TestCase("--gdb 0 --at rest", "Did you mean 'reset'?")]
    [TestCase("--gdb - --console stdio", "--console stdio: standard input and output are gdb's.")]
    [TestCase("--console2 stdio", "--console2 stdio: standard input and output are the first serial port's.")]
    [TestCase("--console tcp:nonsense", "--console tcp:nonsense: ")]
    public void What_cannot_be_is_refused_in_a_sentence(string options, string expected)
    {
        ProcessResult result = PpcJitProcess.Run(["boot", "guest:demo", "--max-instructions", "1000", .. options.Split(' ')]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((2, result.Error)));
        Assert.That(result.Error, Does.Contain(expected));
    }

    [Test]
    public void A_guest_that_waits_for_nobody_runs_to_its_end_and_its_console_is_where_it_is_wanted()
    {
        string file = Path.GetTempFileName();
        ProcessResult result = PpcJitProcess.Run("boot", "guest:demo", "--gdb", "0", "--gdb-wait", "no", "--console", file);
        string text = File.ReadAllText(file);
        File.Delete(file);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That((result.Output, text), Is.EqualTo(("", text)));
        Assert.That(text, Does.Contain("DEMO-OK"));
        Assert.That(result.Error, Does.Match("^gdb server listens on [0-9]+\n"));
    }
}
