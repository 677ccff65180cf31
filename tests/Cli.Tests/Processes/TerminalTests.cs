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

    [TestCase("TERM", 143)]
    [TestCase("USR1", 138)]
    [TestCase("ALRM", 142)]
    [TestCase("ABRT", 134)]
    public void The_terminal_is_given_back_after_any_signal_that_ends_the_program(string signal, int code)
    {
        using RawImage image = RawImage.ThatLoops();
        string output = Scripted(image, $"raw; kill -{signal} $guest; wait $guest; echo code $?; stty -a").Output;
        Assert.That(output, Does.Contain($"code {code}").And.Match("[^-]icanon"));
    }

    [Test]
    public void The_terminal_is_raw_again_after_a_stop()
    {
        using RawImage image = RawImage.ThatLoops();
        string output = Scripted(
            image,
            """
            raw
            kill -STOP $guest
            until grep -q '^State:.T' /proc/$guest/status; do sleep 0.1; done
            stty sane
            kill -CONT $guest
            raw
            echo raw again
            kill -TERM $guest
            wait $guest
            """).Output;
        Assert.That(output, Does.Contain("raw again"));
    }

    /// <summary>
    /// Runs lines of bash on a terminal, with the program in the background as $guest. The word <c>raw</c> waits until
    /// the terminal is raw: as long as it takes on a busy machine, but for two minutes at most.
    /// </summary>
    private static ProcessResult Scripted(RawImage image, string lines)
    {
        string script = Path.GetTempFileName();
        File.WriteAllText(
            script,
            $$"""
            raw() {
                for n in $(seq 1200); do
                    stty -a | grep -q -e '-icanon' && return
                    kill -0 $guest || break
                    sleep 0.1
                done
                echo "the terminal is not raw"
                kill -KILL $guest
                exit 1
            }
            ./ppcjit {{string.Join(' ', image.Boot)}} --quiet <&0 & guest=$!
            {{lines}}
            """);
        ProcessResult result = PpcJitProcess.Shell($"script -qec 'bash {script}' /dev/null");
        File.Delete(script);
        return result;
    }

    [Test]
    public void Ctrl_A_C_looks_at_the_guest_and_goes_on()
    {
        // Whether the guest has got the first keys, of which another run knows nothing, when the monitor opens is a matter of time.
        using RawImage image = RawImage.ThatEchoes();
        ProcessResult result = PpcJitProcess.Shell(
            $$"""
            coproc script -qec "./ppcjit {{string.Join(' ', image.Boot)}} --quiet --exit-on ys; echo code=\$?" /dev/null
            IFS= read -r -d ' ' prompt <&${COPROC[0]}
            printf 'ke\001cgoto reset\rset r31 = 1\rback 5\rbogus\rgoto end\r\001cys' >&${COPROC[1]}
            cat <&${COPROC[0]}
            """);
        string shown = result.Output.Replace("\r", "");
        Assert.That(shown, Does.Contain("(ppcjit) "));
        Assert.That(shown, Does.Match(@"\n@0  0x00001000"));
        Assert.That(shown, Does.Contain("Changed r31 at @0; another run begins here."));
        Assert.That(shown, Does.Contain("History begins at @0."));
        Assert.That(shown, Does.Contain("There is no word 'bogus'."));
    }

    [TestCase("--at @40,000,000", "The guest stands at @40,000,000.")]
    [TestCase("--gdb 0 --gdb-wait no --exit-on z", "code=0")]
    [TestCase("--gdb 0 --exit-on z", "gdb server listens")]
    public void Ctrl_A_C_is_there_on_the_way_to_a_moment_too_and_while_no_gdb_has_come(string options, string end)
    {
        using RawImage image = RawImage.ThatEchoes();
        string first = options.Contains("--gdb 0 --exit", StringComparison.Ordinal) ? "read -r line <&${COPROC[0]}"
            : "IFS= read -r -d ' ' prompt <&${COPROC[0]}";
        string then = options.StartsWith("--at", StringComparison.Ordinal) ? "continue\\r"
            : options.Contains("wait", StringComparison.Ordinal) ? "goto end\\rcontinue\\rz" : "quit\\r";
        string shown = PpcJitProcess.Shell(
            $$"""
            coproc script -qec "./ppcjit {{string.Join(' ', image.Boot)}} {{options}}; echo code=\$?" /dev/null
            {{first}}
            printf '\001cwhen\rgoto reset\r%s' '{{then}}' >&${COPROC[1]}
            printf '%s' "$line"
            cat <&${COPROC[0]}
            """.Replace("\\r", "\r")).Output.Replace("\r", "");
        Assert.That(shown, Does.Contain("(ppcjit) ").And.Match(@"\n@0  0x00001000").And.Contain(end));
    }

    [Test]
    public void The_monitor_opens_where_a_guest_dies()
    {
        using RawImage image = RawImage.ThatPanics();
        string shown = PpcJitProcess.Shell(
            $$"""
            coproc script -qec "./ppcjit {{string.Join(' ', image.Boot)}} --quiet --monitor-on-death; echo code=\$?" /dev/null
            IFS= read -r -d ')' start <&${COPROC[0]}
            printf 'back 1\rquit\r' >&${COPROC[1]}
            printf '%s' "$start"
            cat <&${COPROC[0]}
            """).Output.Replace("\r", "");
        Assert.That(shown, Does.Contain("The guest panicked: Kernel panic: no"));
        Assert.That(shown, Does.Match(@"\n@\d+  0x000010\w\w  stb r4,0\(r3\)\n"));
        Assert.That(shown.Split("The guest panicked"), Has.Length.EqualTo(2));
        Assert.That(shown, Does.Contain("code=1"));
        Assert.That(PpcJitProcess.Run([.. image.Boot, "--monitor-on-death"]).Error,
            Is.EqualTo("ppcjit: --monitor-on-death needs a terminal, and neither gdb nor what looks at the whole run.\n"));
    }

    private static ProcessResult OnTerminal(RawImage image, string afterwards, string keys) =>
        PpcJitProcess.Shell($"script -qec \"./ppcjit {string.Join(' ', image.Boot)}{afterwards.Replace("$", "\\$")}\" /dev/null", input: keys);
}
