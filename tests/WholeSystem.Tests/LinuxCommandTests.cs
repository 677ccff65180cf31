
namespace PpcJit.WholeSystem.Tests;

/// <summary>Linux through the real program, as a person boots it.</summary>
[TestFixture]
public sealed class LinuxCommandTests
{
    [Test]
    public void The_wrapper_prints_and_the_kernel_reboots_with_exit_code_0()
    {
        ProcessResult result = Boot("linux");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("zImage starting: loaded at 0x00").And.Contain("BOOT-OK").And.Contain("reboot: Restarting system"));
    }

    [Test]
    public void A_shell_obeys_typed_lines()
    {
        ProcessResult result = Boot("linux", "--append", "console=ttyS0,115200 mode=shell", "--input",
            @"echo $((6*7))-answer\nreboot -f\n", "--max-instructions", "5G");
        Assert.That(result.Output, Does.Contain("\n42-answer"));
        Assert.That(result.Output, Does.Contain("Restarting system"));
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    [Test]
    public void A_shell_obeys_lines_from_a_pipe()
    {
        LinuxImages.Find(LinuxImages.Wrapper);
        ProcessResult result = PpcJitProcess.RunWithInput(
            "echo $((6*7))-answer\nreboot -f\n", "boot", "linux", "--append", "console=ttyS0,115200 mode=shell", "--max-instructions", "5G");
        Assert.That(result.Output, Does.Contain("\n42-answer").And.Contain("Restarting system"));
    }

    [Test]
    public void A_uImage_boots_with_its_device_tree()
    {
        // Images that were built elsewhere may come without these two.
        string folder = Path.GetDirectoryName(LinuxImages.Find(LinuxImages.Wrapper))!;
        ProcessResult result = Boot(LinuxImages.Find("uImage"), "--dtb", Path.Combine(folder, "ref405ep.dtb"),
            "--exit-on", "BOOT-OK", "--max-instructions", "200M");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    [Test]
    public void A_uImage_boots_with_a_tree_whose_clocks_and_memory_the_firmware_is_to_fill_in()
    {
        string tree = HostTool.RepositoryFile("tests/WholeSystem.Tests/Trees/filled-in-by-firmware.dts");
        using TemporaryFile dtb = new(HostTool.Run("dtc", "device-tree-compiler", "-q", "-I", "dts", "-O", "dtb", tree).Output);
        ProcessResult result = Boot(LinuxImages.Find("uImage"), "--dtb", dtb.Path, "--append",
            "console=ttyS0,115200 mode=reboot", "--exit-on", "BOOT-OK", "--max-instructions", "500M");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("BOOT-OK"));
    }

    [Test]
    public void A_kernel_that_turns_the_power_off_ends_the_run_and_that_is_said()
    {
        ProcessResult result = Boot("linux", "--append", "console=ttyS0,115200 mode=shell", "--input", @"poweroff -f\n", "--max-instructions", "5G");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain("The guest halted or turned the power off: reboot: "));
    }

    [Test]
    public void An_initial_RAM_disk_and_a_command_line_reach_the_kernel()
    {
        string disk = Path.GetTempFileName();
        File.WriteAllBytes(disk, new byte[8192]);
        ProcessResult result = Boot("linux", "--initrd", disk, "--append", "console=ttyS0,115200 mode=reboot marker=seen");
        File.Delete(disk);
        Assert.That(result.Output, Does.Match("Kernel command line: .*marker=seen"));
        Assert.That(result.Output, Does.Contain("BOOT-OK"));
    }

    [Test]
    public void Two_processes_at_once_print_the_same_state_hashes()
    {
        string[] arguments = ["boot", "linux", "--state-hash-at", "1M,10M,50M,90M", "--quiet"];
        LinuxImages.Find(LinuxImages.Wrapper);
        ProcessResult[] runs = [.. Enumerable.Range(0, 2).AsParallel().WithDegreeOfParallelism(2).Select(_ => PpcJitProcess.Run(arguments))];
        Assert.That(runs[0].ErrorLines("state-hash"), Has.Length.EqualTo(4));
        Assert.That(runs[1].Error, Is.EqualTo(runs[0].Error));
        Assert.That(runs[1].Output, Is.EqualTo(runs[0].Output));
    }

    [Test]
    public void Without_the_images_the_way_to_build_them_is_told()
    {
        ProcessResult result = PpcJitProcess.Shell("PPCJIT_LINUX_IMAGES=/no/such/folder ./ppcjit boot linux");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("has not been built").And.Contain("guests/linux/build.sh"));
    }

    private static ProcessResult Boot(params IEnumerable<string> arguments)
    {
        LinuxImages.Find(LinuxImages.Wrapper);
        return PpcJitProcess.Run(arguments.Prepend("boot"));
    }
}
