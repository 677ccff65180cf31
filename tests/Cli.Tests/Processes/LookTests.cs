using System.Text.RegularExpressions;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>Types what docs/look.md says.</summary>
public sealed class LookTests
{
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
        Assert.That(result.Error, Does.Contain("/dev/full").And.Contain("The log ends here."));
    }
}
