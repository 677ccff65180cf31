using System.Diagnostics;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>The firmware guest through the real program: its runs are kept, done again, and gone back in; its flash's file is never half
/// written.</summary>
[TestFixture]
internal sealed class FirmwareRunTests
{
    private const string Hashes = "100K,500K,1M";
    private static readonly string Firmware = HostTool.RepositoryFile("guests/firmware/firmware.elf");
    private string _folder = null!;

    private string Flash => Path.Combine(_folder, "flash.bin");

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("ppcjit-firmware-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_saved_run_of_firmware_is_done_again_and_gone_back_in_by_both_engines([Values("ref405ep", "openblocks200")] string board)
    {
        string run = Path.Combine(_folder, "run");
        string size = board == "ref405ep" ? "512K" : "8M";
        ProcessResult first = Boot(board, $"{Flash},size={size}", "reset", "--exit-on", "starts 1", "--save-run", run, "--state-hash-at", Hashes);
        Assert.That((first.ExitCode, first.Output.Contains("no environment", StringComparison.Ordinal)), Is.EqualTo((0, true)), first.Error);
        byte[] after = File.ReadAllBytes(Flash);

        string?[] views = new string?[2];
        foreach ((int n, string engine) in (ReadOnlySpan<(int, string)>)[(0, "jit"), (1, "interpreter")])
        {
            ProcessResult again = PpcJitProcess.Run("open", run, "--engine", engine, "--state-hash-at", Hashes,
                "--do", "goto @400000; registers; goto @150000; registers; goto @400000; registers; goto @300; registers");
            Assert.That(again.ExitCode, Is.Zero, again.Error);
            Assert.That(again.Output, Does.StartWith(first.Output));
            Assert.That(HashLines(again), Is.EqualTo(HashLines(first)));
            views[n] = again.Output[first.Output.Length..];
        }

        Assert.That(views[0], Is.EqualTo(views[1]).And.Contain("pc "));
        string[] registers = views[0]!.Split("> registers\n");
        Assert.That(registers[1].Split("> goto")[0], Is.EqualTo(registers[3].Split("> goto")[0]), "come to from before and after");
        Assert.That(File.ReadAllBytes(Flash), Is.EqualTo(after), "no run that is done again writes");
    }

    /// <summary>
    /// The file is large, so that writing takes a while, and the process is killed as soon as bytes stand in the file that is to replace it.
    /// </summary>
    [Test]
    public void A_run_that_is_killed_in_the_middle_of_writing_leaves_the_whole_old_file_or_the_whole_new_one()
    {
        const string board = OpenBlockS.Name266;
        const string cut = ".ppcjit-*.tmp";
        Assert.That(Boot(board, $"{Flash},size=64M", "reset", "--exit-on", "starts 1").ExitCode, Is.Zero);
        byte[] old = File.ReadAllBytes(Flash);
        string copy = Path.Combine(_folder, "copy.bin");
        File.Copy(Flash, copy);
        Assert.That(Boot(board, copy, "reset", "--exit-on", "starts 2").ExitCode, Is.Zero);
        byte[] renewed = File.ReadAllBytes(copy);
        Assert.That(renewed.AsSpan().SequenceEqual(old), Is.False);

        int cutOff = 0;
        for (int n = 0; n < 3; n++)
        {
            File.WriteAllBytes(Flash, old);
            using Process process = Process.Start(new ProcessStartInfo(Path.Combine(PpcJitProcess.Root, "ppcjit"),
                Arguments(board, Flash, "reset", "--exit-on", "starts 2"))
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            while (!process.HasExited && !IsWritten())
                Thread.Yield();
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            byte[] contents = File.ReadAllBytes(Flash);
            Assert.That(contents.AsSpan().SequenceEqual(old) || contents.AsSpan().SequenceEqual(renewed), "half written");
            foreach (string leftover in Directory.GetFiles(_folder, cut))
            {
                cutOff += contents.AsSpan().SequenceEqual(old) ? 1 : 0;
                File.Delete(leftover);
            }
        }

        Assert.That(cutOff, Is.Positive, "none was killed while it wrote");
        File.WriteAllBytes(Flash, old);
        Assert.That(Boot(board, Flash, "reset", "--exit-on", "starts 2").ExitCode, Is.Zero, "what was left is in nobody's way");
        Assert.That(File.ReadAllBytes(Flash).AsSpan().SequenceEqual(renewed));

        bool IsWritten() => Directory.GetFiles(_folder, cut).Any(path => new FileInfo(path) is { Exists: true, Length: > 0 });
    }

    private static ProcessResult Boot(string board, string flash, string line, params string[] more) =>
        PpcJitProcess.Run(Arguments(board, flash, line, more));

    private static string[] Arguments(string board, string flash, string line, params string[] more) =>
        ["boot", "--board", board, "--firmware", Firmware, "--flash", flash,
            "--prompt", "firmware> ", "--max-instructions", "50M", "--input", $@"{line}\n", .. more];

    private static string[] HashLines(ProcessResult result) =>
        [.. result.Error.Split('\n').Where(line => line.StartsWith("state-hash", StringComparison.Ordinal))];
}
