using System.Diagnostics;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>Firmware from flash, and the file behind the flash.</summary>
[TestFixture]
internal sealed class FlashTests
{
    private string _folder = null!;

    private string Flash => Path.Combine(_folder, "flash.bin");

    [SetUp]
    public void Create()
    {
        _folder = Directory.CreateTempSubdirectory("ppcjit-flash-").FullName;
        File.WriteAllBytes(Flash, CountingFirmware.Flash());
    }

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_the_guest_programs_is_found_after_a_reset_and_in_the_next_run([Values("ref405ep", "walnut")] string board)
    {
        ProcessResult first = Run($"{Flash}", "--board", board, "--exit-on", "2\n", "--engine", "interpreter");
        Assert.That((first.ExitCode, first.Output), Is.EqualTo((0, "0\n1\n2\n")), first.Error);
        ProcessResult second = Run($"{Flash}", "--board", board, "--exit-on", "4\n");
        Assert.That(second.Output, Is.EqualTo("2\n3\n4\n"), "the third program of the first run had not ended");
        Assert.That(File.ReadAllBytes(Flash).Take(5), Is.EqualTo(new byte[] { 0, 0, 0, 0, 0xff }));
    }

    [Test]
    public void A_second_without_a_command_is_enough_for_the_file_to_be_written_and_no_reboot_ends_the_run()
    {
        byte[] before = File.ReadAllBytes(Flash);
        ProcessResult snapshot = Run($"{Flash},snapshot", "--exit-on", "3\n");
        Assert.That(snapshot.Output, Is.EqualTo("0\n1\n2\n3\n"), snapshot.Error);
        Assert.That(File.ReadAllBytes(Flash), Is.EqualTo(before));

        ProcessResult once = Run(Flash, "--no-reboot");
        Assert.That((once.ExitCode, once.Output), Is.EqualTo((0, "0\n")), once.Error);
        Assert.That(File.ReadAllBytes(Flash)[0], Is.Zero);
    }

    [Test]
    public void A_read_only_flash_is_not_programmed()
    {
        byte[] before = File.ReadAllBytes(Flash);
        ProcessResult result = Run($"{Flash},read-only", "--max-instructions", "3M");
        Assert.That(result.Output, Does.StartWith("0\n"), result.Error);
        Assert.That(result.Output, Does.Not.Contain("1"));
        Assert.That(File.ReadAllBytes(Flash), Is.EqualTo(before));
    }

    [Test]
    public void Firmware_is_brought_into_a_new_flash()
    {
        string firmware = Path.Combine(_folder, "firmware.bin");
        File.WriteAllBytes(firmware, CountingFirmware.Image());
        string fresh = Path.Combine(_folder, "new.bin");
        ProcessResult result = PpcJitProcess.Run("boot", "--firmware", firmware, "--flash", $"{fresh},size=512K", "--exit-on", "1\n");
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "0\n1\n")), result.Error);
        Assert.That(File.ReadAllBytes(fresh).AsSpan(^256..).ToArray(), Is.EqualTo(CountingFirmware.Image()));
    }

    [Test]
    public void A_saved_run_is_done_again_from_the_flash_with_which_it_began()
    {
        string run = Path.Combine(_folder, "run");
        Assert.That(Run(Flash, "--exit-on", "3\n", "--save-run", run).ExitCode, Is.Zero);
        byte[] after = File.ReadAllBytes(Flash);
        ProcessResult again = PpcJitProcess.Run("open", run, "--engine", "interpreter");
        Assert.That((again.ExitCode, again.Output), Is.EqualTo((0, "0\n1\n2\n3\n")), again.Error);
        Assert.That(File.ReadAllBytes(Flash), Is.EqualTo(after), "doing a run again writes nothing");
    }

    [Test]
    public void Going_back_writes_nothing_and_loses_nothing()
    {
        ProcessResult result = Run(Flash, "--exit-on", "3\n", "--do", "goto @2000");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(File.ReadAllBytes(Flash).Take(4), Is.EqualTo(new byte[] { 0, 0, 0, 0xff }));
    }

    [TestCase(524_287, "", "has 524287 bytes")]
    [TestCase(524_289, "", "is larger than 524288 bytes")]
    [TestCase(0, "", "is empty")]
    [TestCase(524_288, ",size=1M", "1048576 cannot be")]
    [TestCase(524_288, ",size=oops", "is not a size")]
    [TestCase(524_288, ",colour=red", "no option 'colour=red'")]
    [TestCase(524_288, ",snapshot,read-only", "not both")]
    public void A_file_that_is_no_flash_is_refused(int length, string options, string message)
    {
        byte[] contents = new byte[length];
        File.WriteAllBytes(Flash, contents);
        ProcessResult result = Run(Flash + options);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(message));
        Assert.That(File.ReadAllBytes(Flash), Is.EqualTo(contents));
    }

    [Test]
    public void A_missing_file_a_folder_and_an_erased_flash_are_refused()
    {
        ProcessResult missing = Run(Path.Combine(_folder, "none"));
        Assert.That((missing.ExitCode, missing.Error.Contains("does not exist", StringComparison.Ordinal)), Is.EqualTo((2, true)), missing.Error);
        ProcessResult folder = Run(_folder);
        Assert.That((folder.ExitCode, folder.Error.Contains("regular file", StringComparison.Ordinal)), Is.EqualTo((2, true)), folder.Error);
        ProcessResult erased = Run(Path.Combine(_folder, "new") + ",size=512K");
        Assert.That((erased.ExitCode, erased.Error.Contains("it holds no firmware", StringComparison.Ordinal)), Is.EqualTo((2, true)), erased.Error);
    }

    [Test]
    public void A_run_that_is_killed_while_it_writes_leaves_a_whole_file()
    {
        // Writes often: each run ends after its first program. Killed at any time, the file is an old one or a new one.
        PpcJitProcess.Run("--version");
        Random random = new(5);
        for (int n = 0; n < 12; n++)
        {
            using Process process = Process.Start(new ProcessStartInfo(Path.Combine(PpcJitProcess.Root, "ppcjit"), ["boot",
                "--flash", Flash, "--no-reboot"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (!process.WaitForExit(300 + random.Next(700)))
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            byte[] contents = File.ReadAllBytes(Flash);
            Assert.That(contents, Has.Length.EqualTo(CountingFirmware.FlashSize));
            int programmed = contents.AsSpan().IndexOfAnyExcept((byte)0);
            byte[] expected = CountingFirmware.Flash();
            expected.AsSpan(0, programmed).Clear();
            Assert.That(contents.AsSpan().SequenceEqual(expected), $"after {programmed} programs");
        }
    }

    private static ProcessResult Run(string flash, params string[] more) => PpcJitProcess.Run(["boot", "--flash", flash, .. more]);
}
