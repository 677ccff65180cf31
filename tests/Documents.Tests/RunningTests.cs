using System.Text.RegularExpressions;

namespace PpcJit.Documents.Tests;

/// <summary>
/// Types the commands of the pages. What stands for the reader's own, as IMAGE, is replaced by guests and files that are at hand. The commands of
/// look.md, why.md and the walk are typed by tests of their own.
/// </summary>
public sealed partial class RunningTests
{
    /// <summary>Which commands are not run here, and why.</summary>
    private static readonly (string Part, string Why)[] NotRun =
    [
        ("--gdb", "waits for gdb: GdbTests"),
        ("./ppcjit gdb", "starts gdb on a terminal: GdbTests"),
        ("mode=shell", "waits for somebody who types"),
        ("--monitor-on-death", "waits for somebody who types"),
        ("--net user", "goes on as long as the network does: NetworkTests"),
        ("--net tap", "needs a TAP device"),
        ("u-boot.bin", "needs firmware: FirmwareTests"),
        ("--flash flash.bin", "needs firmware: FirmwareTests"),
        ("--disk", "needs a file system: DiskLinuxTests"),
        ("cuImage", "needs a kernel of a board: BoardTests"),
        ("netbsd", "needs a NetBSD kernel"),
        ("mine.yaml", "is a file of the reader's"),
        ("linux-interrupts", "takes minutes: WholeRunTests"),
        ("linux-fork", "takes minutes: LinuxScenarioTests"),
        ("--time 60s", "takes a minute"),
        ("--guests 1000", "takes a minute"),
        ("--judge", "needs QEMU for programs: JudgeTests"),
        ("lockstep", "takes minutes: LockstepTests"),
        ("part-*.json", "needs the parts: MergeTests"),
        ("--shard", "is one of sixteen parts"),
        ("dump-region IMAGE", "needs a hot place: worked-example.md has one"),
        ("elsewhere/vmlinux", "needs a kernel of the reader's"),
        ("--image", "needs a kernel of the reader's"),
        ("FILE --kernel", "needs a scenario of the reader's"),
        ("[options]", "shows what a command looks like"),
        ("scenario run FILE", "needs a scenario of the reader's"),
    ];

    private static readonly string[] PagesWithTestsOfTheirOwn =
        ["docs/look.md", "docs/why.md", "docs/walk-kern-54994.md", "docs/worked-example.md"];

    private const string Dying = "guest:uarea --append 'entry=real-mode upages=2 fast=on uarea=kva'";

    private string _folder = "";

    private static IEnumerable<string> Commands => Page.All()
        .Where(page => page.Path is "README.md" || (page.Path.StartsWith("docs/", StringComparison.Ordinal)
            && !page.Path.StartsWith("docs/how-to/", StringComparison.Ordinal) && !PagesWithTestsOfTheirOwn.Contains(page.Path)))
        .SelectMany(CommandLine.In)
        .Select(command => command.Text)
        .Where(text => !NotRun.Any(one => text.Contains(one.Part, StringComparison.Ordinal)))
        .Distinct();

    [OneTimeSetUp]
    public void PrepareAFolder()
    {
        _folder = Directory.CreateTempSubdirectory("commands-").FullName;
        foreach (string name in (string[])["ppcjit", "guests", "scenarios"])
            File.CreateSymbolicLink(Path.Combine(_folder, name), HostTool.RepositoryFile(name));
        Prepare("./ppcjit boot guest:demo -q --save-run a.run");
        Prepare("./ppcjit boot guest:demo -q --max-instructions 100000 --save-state a.state");
    }

    [OneTimeTearDown]
    public void DeleteTheFolder() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(Commands))]
    [Category("Slow")]
    public void A_command_does_what_it_is_shown_for(string written)
    {
        if (written.Contains(" linux", StringComparison.Ordinal) && !Directory.Exists(HostTool.RepositoryFile("guests/linux/out")))
            Assert.Ignore("The Linux guest is not built (guests/linux/build.sh).");
        bool dies = written.Contains("panic", StringComparison.Ordinal);
        string command = ReadRuns().Replace(written, "$1 a.run").Replace("--load-state FILE", "--load-state a.state", StringComparison.Ordinal)
            .Replace("@N", "@100000", StringComparison.Ordinal)
            .Replace("disasm IMAGE", "disasm guests/demo/demo.elf", StringComparison.Ordinal)
            .Replace("IMAGE", dies ? Dying : "guest:demo", StringComparison.Ordinal)
            .Replace(" ... ", " ", StringComparison.Ordinal)
            .Replace("@41,233,107", "@123,456", StringComparison.Ordinal);

        // What one command writes into FILE, another one is not to read
        ProcessResult result = PpcJitProcess.Shell($"cd '{_folder}' && rm -f FILE && {command}");
        Assert.That(result.ExitCode, dies ? Is.EqualTo(1).Or.EqualTo(0) : Is.Zero, $"{command}\n{result.Error}");
    }

    [Test]
    public void Each_reason_not_to_run_a_command_holds_for_one()
    {
        string[] all = [.. Page.All().SelectMany(CommandLine.In).Select(command => command.ToString())];
        Assert.That(NotRun.Where(one => !all.Any(text => text.Contains(one.Part, StringComparison.Ordinal))), Is.Empty);
    }

    private void Prepare(string command)
    {
        ProcessResult result = PpcJitProcess.Shell($"cd '{_folder}' && {command}");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    [GeneratedRegex(@"(?<=\./ppcjit )(open) (?:FILE|RUN|crash\.run)")]
    private static partial Regex ReadRuns();
}
