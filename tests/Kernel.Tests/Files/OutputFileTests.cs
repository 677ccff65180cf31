using System.Diagnostics;
using PpcJit.Kernel.Files;

namespace PpcJit.Kernel.Tests.Files;

[Platform("Linux,MacOsX")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class OutputFileTests
{
    private string _folder = null!;

    private string Target => Path.Combine(_folder, "report");

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("ppcjit-output-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_old_file_stays_until_the_new_one_is_whole()
    {
        File.WriteAllText(Target, "old");
        using OutputFile file = OutputFile.Open("--json ", Target);
        file.Write("new"u8);

        Assert.That(File.ReadAllText(Target), Is.EqualTo("old"));
        file.Commit();
        Assert.That(File.ReadAllText(Target), Is.EqualTo("new"));
    }

    [Test]
    public void What_is_not_committed_leaves_no_trace()
    {
        File.WriteAllText(Target, "old");
        using (OutputFile file = OutputFile.Open("--json ", Target))
            file.Write("new"u8);

        Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { Target }));
        Assert.That(File.ReadAllText(Target), Is.EqualTo("old"));
    }

    [Test]
    public void A_link_stays_one_and_its_target_keeps_its_mode()
    {
        string real = Path.Combine(_folder, "real");
        File.WriteAllText(real, "old");
        File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(Target, "real");

        OutputFile.Write("--json ", Target, "new");

        Assert.That(new FileInfo(Target).LinkTarget, Is.EqualTo("real"));
        Assert.That(File.ReadAllText(real), Is.EqualTo("new"));
        Assert.That(File.GetUnixFileMode(real), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_full_device_is_an_error() =>
        Assert.That(() => OutputFile.Write("--json ", "/dev/full", "text"),
            Throws.TypeOf<OutputException>().With.Message.Contains("No space left on device"));

    [Test]
    public void A_FIFO_is_written_straight()
    {
        using (Process made = Process.Start("mkfifo", [Target]))
            made.WaitForExit();
        Task<string> read = Task.Run(() => File.ReadAllText(Target));

        OutputFile.Write("--net pcap=", Target, "frames");

        Assert.That(read.Result, Is.EqualTo("frames"));
    }

    [TestCase("missing/file", "folder does not exist")]
    [TestCase("", "needs the name")]
    [TestCase(".", "is a directory")]
    public void What_cannot_be_written_is_said(string name, string expected) => Assert.That(
        () => OutputFile.Open("--json ", name.Length == 0 ? name : Path.Combine(_folder, name)),
            Throws.TypeOf<OutputException>().With.Message.Contains(expected));

    [Test]
    public void Two_names_of_one_file_are_refused()
    {
        File.WriteAllText(Target, "old");
        File.CreateSymbolicLink(Target + ".link", Target);

        Assert.That(
            () => NamedFile.RefuseClashes([new NamedFile("--json", Target, true), new NamedFile("--save-run", Target + ".link", true)]),
            Throws.TypeOf<InputException>().With.Message.Contains("--json").And.Message.Contains("--save-run"));
        Assert.That(
            () => NamedFile.RefuseClashes(
                [new NamedFile("IMAGE", Target, false), new NamedFile("--json", Target, true)]), Throws.TypeOf<InputException>());
        Assert.That(
            () => NamedFile.RefuseClashes(
                [new NamedFile("--json", Target + "1", true),
                    new NamedFile("--save-run", _folder + "/../" + Path.GetFileName(_folder) + "/report1", true)]),
            Throws.TypeOf<InputException>());
        Assert.That(() => NamedFile.RefuseClashes(
            [new NamedFile("--json", "/dev/null", true), new NamedFile("--save-run", "/dev/null", true)]), Throws.Nothing);
    }

    [Test]
    public void Inputs_that_never_end_or_never_begin_are_refused_at_once()
    {
        using (Process made = Process.Start("mkfifo", [Target]))
            made.WaitForExit();

        Assert.That(() => InputFile.Read("/dev/zero"), Throws.TypeOf<InputException>().With.Message.Contains("is a device"));
        Assert.That(() => InputFile.Read(Target), Throws.TypeOf<InputException>().With.Message.Contains("is a pipe"));
    }
}
