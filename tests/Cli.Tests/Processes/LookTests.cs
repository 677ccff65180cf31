using System.Text.RegularExpressions;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>Types what docs/look.md says.</summary>
public sealed class LookTests
{
    private const string Cut = "# incomplete: the log ends here, as it could not be written any further";

    private static readonly string Page = File.ReadAllText(Path.Combine(PpcJitProcess.Root, "docs", "look.md"));
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [OneTimeTearDown]
    public void DeleteTheFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Each_command_of_the_page_does_what_it_says()
    {
        string[] commands = [.. Regex.Matches(Page, "^```sh\n(?<body>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)
            .SelectMany(block => block.Groups["body"].Value.Split('\n'))];
        Assert.That(commands, Has.Length.GreaterThan(15));
        string shown = "";
        foreach (string command in commands)
        {
            ProcessResult result = PpcJitProcess.Shell(command.Replace("look/", _folder + "/", StringComparison.Ordinal));
            Assert.That(result.ExitCode, Is.Zero, $"{command}\n{result.Error}");
            shown += result.Error + result.Output;
            foreach (Match file in Regex.Matches(command, "look/(?<name>[^ ]+)"))
                Assert.That(new FileInfo(Path.Combine(_folder, file.Groups["name"].Value)), Has.Property("Exists").True.And.Property("Length")
                    .GreaterThan(0), command);
        }

        string log = File.ReadAllText(Path.Combine(_folder, "demo.log"));
        foreach (string line in Regex.Match(Page, "^```text\n(?<body>.*?)\n```$",
            RegexOptions.Multiline | RegexOptions.Singleline).Groups["body"].Value.Split('\n'))
            Assert.That(log, Does.Contain(line));
        foreach (string text in (string[])["print     ", "was reached", "in problem state", "functions and", "by 2 runs",
            "interrupts off (MSR[EE] = 0)", "in guest:demo", "guest-errors"])
            Assert.That(shown, Does.Contain(text));
        string[] end = File.ReadAllLines(Path.Combine(_folder, "end.log"));
        Assert.That(end[^1], Does.Match("^@13,5"));
        Assert.That(end, Has.Some.Contains("stops with"));
    }

    [TestCase("--log exeptions", "Did you mean 'exceptions'?")]
    [TestCase("--log-file a.log", "--log-file needs --log")]
    [TestCase("--print 'kernel_man: x'", "At character 1: there is no register or symbol 'kernel_man'. Did you mean 'kernel_main'?")]
    [TestCase("--count 'kernel_main,nowhere'", "At character 13: ")]
    [TestCase("--log calls --log-in nowhere", "there is no function 'nowhere'")]
    [TestCase("--log calls --log-from 12Q", "At character 1")]
    [TestCase("--log instructions", "--log-limit SIZE")]
    [TestCase("--profile a.svg", ".folded")]
    [TestCase("--compare a.json", "--compare a.json needs --latency")]
    [TestCase("--log calls --gdb 0", "cannot be observed as a whole")]
    public void What_cannot_be_seen_is_refused_before_the_run(string options, string message)
    {
        ProcessResult result = PpcJitProcess.Shell($"cd {_folder} && {PpcJitProcess.Root}/ppcjit boot guest:demo -q {options}");
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.Contain(message));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void A_full_disk_ends_with_2_and_the_run_goes_on()
    {
        ProcessResult result = PpcJitProcess.Shell("./ppcjit boot guest:demo -q --exit-on DEMO-OK --log tlb --log-file /dev/full");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Output, Does.Contain("DEMO-OK"));
        Assert.That(result.Error, Does.Contain("/dev/full").And.Contain("The log ends here.").And.Contain("It is incomplete."));
    }

    /// <summary>Lines are of use without those after them: they are kept, and say that the rest is missing. The old file stays.</summary>
    [TestCase("--log instructions --log-limit 1G --log-file a.log", "a.log", "cat", Cut)]
    [TestCase("--log instructions --log-file a.gz", "a.gz", "zcat", Cut)]
    [TestCase("--print 'kernel_main: {task}' --log calls,devices --log-file a.txt", "a.txt", "cat", Cut)]
    [TestCase("--timeline a.vcd", "a.vcd", "cat", "$comment incomplete: the changes end here, as they could not be written any further $end")]
    public void On_a_full_disk_lines_are_kept_that_say_that_they_are_incomplete(string options, string file, string read, string last)
    {
        ProcessResult result = PpcJitProcess.Shell($"cd {Fresh()} && echo old > {file} && (ulimit -f 100; {PpcJitProcess.Root}/ppcjit boot "
            + $"guest:demo -q --exit-on DEMO-OK {options}); echo code $?; cat {file}; {read} {file}.incomplete | tail -n 2; ls -A");
        string[] lines = result.Output.TrimEnd('\n').Split('\n')[^6..];
        Assert.That(lines[0], Does.EndWith("code 2"), result.Error);
        Assert.That(lines[1], Is.EqualTo("old"));
        Assert.That(lines[2], Does.Match("^(@[0-9,+]+ [a-z]+ +0x|[01#])"));
        Assert.That(lines[3..], Is.EqualTo(new[] { last, file, file + ".incomplete" }));
        Assert.That(result.Error, Does.Contain($"/{file}.incomplete, whose last line says that it is incomplete."));
    }

    /// <summary>Where nothing in a form can say that the rest is missing, nothing is left of it.</summary>
    [TestCase("--timeline", "a.pftrace")]
    [TestCase("--timeline", "a.html")]
    [TestCase("--profile", "a.speedscope.json")]
    [TestCase("--profile", "a.pb")]
    [TestCase("--profile", "a.folded")]
    [TestCase("--coverage", "a.info")]
    [TestCase("--coverage", "a.json")]
    [TestCase("--latency", "a.html")]
    public void On_a_full_disk_nothing_is_left_of_what_is_of_no_use_in_part(string option, string file)
    {
        ProcessResult result = PpcJitProcess.Shell($"cd {Fresh()} && echo old > {file} && (ulimit -f 1; {PpcJitProcess.Root}/ppcjit boot guest:demo "
            + $"-q --exit-on DEMO-OK {option} {file}); echo code $?; cat {file}; ls -A");
        Assert.That(result.Output.TrimEnd('\n').Split('\n')[^2..], Is.EqualTo(new[] { "old", file }));
        Assert.That(result.Output, Does.Contain("code 2\n"));
        Assert.That(result.Error, Does.Contain($"{option} {file}: the file cannot be written: File too large. Nothing of it is left."));
    }

    [TestCase("/dev/full")]
    [TestCase("a.err")]
    public void Lines_on_standard_error_that_cannot_be_written_end_with_2(string place)
    {
        ProcessResult result = PpcJitProcess.Shell($"cd {Fresh()} && (ulimit -f 1; {PpcJitProcess.Root}/ppcjit boot guest:demo -q --exit-on DEMO-OK "
            + $"--log calls 2> {place}); echo code $?");
        Assert.That(result.Output, Does.Contain("DEMO-OK").And.Contain("code 2"));
    }

    [Test]
    public void What_only_the_end_of_a_run_says_is_looked_at_when_the_run_is_done_again()
    {
        string folder = Fresh();
        ProcessResult result = PpcJitProcess.Shell($"cd {folder} && {PpcJitProcess.Root}/ppcjit boot guest:demo -q --exit-on DEMO-OK --stats "
            + "--log calls --log-from -2000 --log-to end --log-file end.log --print 'stop: stops with {r3:d}'");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(Regex.Count(result.Output, "DEMO-OK"), Is.EqualTo(1));
        Assert.That(Regex.Count(result.Error, "  host time "), Is.EqualTo(1), result.Error);
        string[] lines = File.ReadAllLines(Path.Combine(folder, "end.log"));
        Assert.That(lines, Has.Length.GreaterThan(10).And.Some.Contains("stops with"));
        ProcessResult saved = PpcJitProcess.Shell($"cd {folder} && {PpcJitProcess.Root}/ppcjit boot guest:demo -q --exit-on DEMO-OK --save-run a.run "
            + $"&& {PpcJitProcess.Root}/ppcjit open a.run -q --log calls --log-from -2000 --log-to end --log-file saved.log "
            + "--print 'stop: stops with {r3:d}'");
        Assert.That(saved.ExitCode, Is.Zero, saved.Error);
        Assert.That(File.ReadAllLines(Path.Combine(folder, "saved.log")), Is.EqualTo(lines));
    }

    /// <summary>What was typed in the first run is typed in the second.</summary>
    [Test]
    public void A_panic_is_found_by_the_first_run_and_seen_by_the_second()
    {
        using RawImage image = RawImage.ThatPanics();
        string log = Path.Combine(Fresh(), "log");
        ProcessResult result = PpcJitProcess.Run([.. image.Boot, "-q", "--log", "instructions,console", "--log-from", "-3", "--log-to", "panic",
            "--log-file", log]);
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(Regex.Count(result.Output + result.Error, "The guest panicked"), Is.EqualTo(1), result.Error);
        Assert.That(File.ReadAllLines(log).Count(line => line.Contains(" insn ", StringComparison.Ordinal)), Is.InRange(2, 3));
    }

    [TestCase("--log calls --log-from panic", 2, "the guest's kernel did not panic in this run")]
    [TestCase("--log calls --log-from -10 --print 'nowhere: x'", 2, "there is no register or symbol 'nowhere'")]
    [TestCase("--log calls --log-from -10 --log-file /nowhere/a", 2, "folder does not exist")]
    [TestCase("--log calls --log-from -10 --gdb 0", 2, "cannot be observed as a whole")]
    public void What_cannot_be_seen_of_a_run_that_is_done_twice_is_said(string options, int code, string message)
    {
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit boot guest:demo -q --exit-on DEMO-OK {options}");
        Assert.That(result.ExitCode, Is.EqualTo(code), result.Error);
        Assert.That(result.Error, Does.Contain(message));
        Assert.That(result.Output.Contains("DEMO-OK", StringComparison.Ordinal), Is.EqualTo(options.EndsWith("panic", StringComparison.Ordinal)));
    }

    /// <summary>Another image or a saved run, and the run file of one beside the image of the other.</summary>
    [TestCase("guest:demo", "guest:stress")]
    [TestCase("demo.run", "stress.run")]
    [TestCase("guest:demo", "stress.run")]
    public void Two_kernels_are_compared_directly(string first, string second)
    {
        string end = first.EndsWith(".run", StringComparison.Ordinal) ? "" : "--max-instructions 2M";
        ProcessResult result = PpcJitProcess.Shell($"cd {Fresh()}\n"
            + $"{PpcJitProcess.Root}/ppcjit boot guest:demo -q --max-instructions 2M --save-run demo.run\n"
            + $"{PpcJitProcess.Root}/ppcjit boot guest:stress -q --max-instructions 2M --save-run stress.run\n"
            + $"{PpcJitProcess.Root}/ppcjit latency {first} -q {end} --compare {second}");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain($"compared with {second}: interrupts were"));
        Assert.That(result.Error, Does.Contain($"  in {second}: "));
    }

    [Test]
    public void Progress_is_shown_on_a_terminal_only()
    {
        // Whoever reads the log begins late: however fast the host is, the run takes longer than a person waits without a word.
        const string Late = "rm -f log && mkfifo log && { { sleep 2; cat > /dev/null; } < log & } && ";
        const string Long = "boot guest:stress --max-instructions 4M --log instructions --log-file log --log-limit 1G";
        string folder = Fresh();
        ProcessResult piped = PpcJitProcess.Shell($"cd {folder} && {Late} {PpcJitProcess.Root}/ppcjit {Long} > out");
        ProcessResult shown = PpcJitProcess.Shell(
            $"cd {folder} && {Late} script -qec '{PpcJitProcess.Root}/ppcjit {Long} > out2' /dev/null; cmp out out2");
        Assert.That(piped.Error, Does.Not.Contain(" of 4,000,000 instructions"));
        Assert.That(shown.Output, Does.Match(@"[0-9,]+ of 4,000,000 instructions, [0-9,]+ lines\r\x1b\[K"));
        Assert.That(shown.ExitCode, Is.Zero, "what the guest prints is the same");
    }

    private string Fresh() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("n"))).FullName;
}
