namespace PpcJit.Cli.Tests.Processes;

/// <summary>The program on a terminal: <c>script</c>, which every Debian has, gives it one.</summary>
[TestFixture]
internal sealed class TerminalTests
{
    private const string CtrlA = "\u0001";

    [SetUp]
    public void Build() => PpcJitProcess.Run("--version");

    [Test]
    public void Ctrl_A_X_leaves_with_0()
    {
        using RawImage image = RawImage.ThatLoops();
        Assert.That(OnTerminal(image, "; echo code=$?", CtrlA + "x").Output, Does.Contain("code=0"));
    }

    [Test]
    public void Ctrl_A_H_helps()
    {
        using RawImage image = RawImage.ThatLoops();
        Assert.That(OnTerminal(image, "", CtrlA + "h" + CtrlA + "x").Output, Does.Contain("Ctrl-A X: leave"));
    }

    [Test]
    public void Keys_reach_the_guest_without_being_echoed_by_the_terminal()
    {
        using RawImage image = RawImage.ThatEchoes();
        // Typed when the guest has shown its prompt: then its receiver is set up.
        ProcessResult result = PpcJitProcess.Shell(
            $$"""
            coproc script -qec "./ppcjit {{string.Join(' ', image.Boot)}} --quiet --exit-on key" /dev/null
            IFS= read -r -d ' ' prompt <&${COPROC[0]}
            printf key >&${COPROC[1]}
            printf '%s ' "$prompt"
            cat <&${COPROC[0]}
            """);
        Assert.That(result.Output, Does.Contain("# key"));
    }

    [Test]
    public void The_terminal_is_given_back_as_it_was()
    {
        using RawImage image = RawImage.ThatLoops();
        string output = OnTerminal(image, "; stty -a", CtrlA + "x").Output;
        Assert.That(output, Does.Match("[^-]icanon").And.Match("[^-]isig").And.Match(" echo "));
    }

    [Test]
    public void The_terminal_is_given_back_when_the_program_is_terminated()
    {
        using RawImage image = RawImage.ThatLoops();
        ProcessResult result = PpcJitProcess.Shell(
            $"script -qec \"timeout --foreground 2 ./ppcjit {string.Join(' ', image.Boot)} --quiet; stty -a\" /dev/null");
        Assert.That(result.Output, Does.Match("[^-]icanon"));
    }

    [TestCase("USR1")]
    [TestCase("ALRM")]
    [TestCase("ABRT")]
    public void The_terminal_is_given_back_after_any_signal_that_ends_the_program(string signal)
    {
        using RawImage image = RawImage.ThatLoops();
        ProcessResult result = PpcJitProcess.Shell(
            $"script -qec \"timeout --foreground -s {signal} 2 ./ppcjit {string.Join(' ', image.Boot)} --quiet; stty -a\" /dev/null");
        Assert.That(result.Output, Does.Match("[^-]icanon"));
    }

    [Test]
    public void The_terminal_is_raw_again_after_a_stop()
    {
        using RawImage image = RawImage.ThatLoops();
        ProcessResult result = PpcJitProcess.Shell(
            $$"""
            script -qec "bash -c './ppcjit {{string.Join(' ', image.Boot)}} --quiet <&0 & pid=\$!; sleep 3; stty -a | tail -3; kill -STOP \$pid; stty sane; kill -CONT \$pid; sleep 2; stty -a | tail -3; kill -TERM \$pid; wait \$pid'" /dev/null
            """);
        Assert.That(System.Text.RegularExpressions.Regex.Matches(result.Output, "-icanon"), Has.Count.EqualTo(2));
    }

    private static ProcessResult OnTerminal(RawImage image, string afterwards, string keys) =>
        PpcJitProcess.Shell($"script -qec \"./ppcjit {string.Join(' ', image.Boot)}{afterwards.Replace("$", "\\$")}\" /dev/null", input: keys);
}
