using System.Text.RegularExpressions;

namespace PpcJit.WholeSystem.Tests;

/// <summary>Linux's tasks by their names, with nothing said of the kernel.</summary>
public sealed class LinuxKernelTests
{
    private const string Shell = "console=ttyS0,115200 mode=shell";

    /// <summary>The shell waits for a key then.</summary>
    private const ulong Waiting = 60_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private static string Symbols => LinuxImages.Find("System.map");

    [OneTimeTearDown]
    public void DeleteTheFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_real_gdb_lists_tasks_as_threads_and_walks_the_stacks_of_those_that_sleep()
    {
        string console = Path.Combine(_folder, "console");
        string said = RealGdb.Run(
            $"| {Path.Combine(LinuxImages.Root(), "ppcjit")} boot {LinuxImages.Find(LinuxImages.Direct)} --symbols {Symbols} "
                + $"--append '{Shell}' --gdb - --console {console} --at @{Waiting}",
            LinuxImages.Find("vmlinux"),
            [
                "info threads", "thread 3", "backtrace", "print $r2 == $sp", "x/4i $pc", "print $r0",
                "set var $r14 = 5", "print $r14 == 5", "x/xw 0x10000000", "thread 2", "x/xw 0x10000000", "thread apply all backtrace", "stepi",
                "info threads", "print $icount", "kill",
            ]);
        Assert.That(said, Does.Match(@"\* 1 +Thread 1 \(swapper-0, running\) +0x\w+ in \w+ \(\)")
            .And.Match(@"  2 +Thread 2 \(init-1, sleeping\) +0x\w+ in __schedule \(\)")
            .And.Match(@"  3 +Thread 3 \(kthreadd-2, sleeping\) +0x\w+ in __schedule \(\)"), said);
        Assert.That(said, Does.Match(@"#0 +0x\w+ in __schedule \(\)\n#1 +0x\w+ in schedule \(\)\n#2 +0x\w+ in kthreadd \(\)\n"
            + @"#3 +0x\w+ in ret_from_kernel_thread \(\)"), said);
        Assert.That(said, Does.Contain("<unavailable>").And.Match(@"=> 0xc\w+ <__schedule\+\d+>:"), said);

        // Nobody can write registers that are in memory; and what a program has is where its own page table says.
        Assert.That(said, Does.Contain("Could not write register \"r14\"").And.Contain("$3 = 0")
            .And.Match(@"Cannot access memory at address 0x10000000(.*\n)*").And.Match(@"0x10000000:\t0x7f454c46"), said);

        // The shell is in a system call.
        string shell = Regex.Match(said, @"\nThread \d+ \(Thread \d+ \(sh-\d+, sleeping\)\):\n(#.*\n)+").Value;
        Assert.That(shell, Does.Match(@"in do_sys_poll \(\)\n(.*\n)*#\d +0x\w+ in transfer_to_syscall \(\)"), said);
        Assert.That(said, Does.Contain($"= {Waiting + 1}"), said);
    }

    [Test]
    public void All_threads_of_a_process_are_listed_in_the_monitor_in_gdb_and_in_profiles()
    {
        string disk = Path.Combine(_folder, "threads.cpio"), console = Path.Combine(_folder, "threads.console");
        File.WriteAllBytes(disk, ThreadedProgram.RamDisk());
        string[] boot = ["boot", LinuxImages.Find(LinuxImages.Wrapper), "--symbols", Symbols, "--initrd", disk, "--append",
            "console=ttyS0,115200 rdinit=/threads", "--max-instructions", "150M"];
        string folded = Path.Combine(_folder, "threads.folded");
        ProcessResult listed = PpcJitProcess.Run([.. boot, "-q", "--profile", folded, "--do", "lwps"]);
        Assert.That(listed.ExitCode, Is.Zero, listed.Error);
        string[] numbers = [.. Regex.Matches(listed.Output, @"0x\w+ +(\d+)  threads +sleeping").Select(match => match.Groups[1].Value)];
        Assert.That(numbers, Has.Length.EqualTo(2).And.Contains("1"), listed.Output);
        string second = numbers.Single(number => number != "1");
        Assert.That(File.ReadLines(folded).Select(line => line.Split(';')[0]).Distinct(), Does.Contain("threads-1").And.Contain($"threads-{second}"));
        string said = RealGdb.Run(
            $"| {Path.Combine(LinuxImages.Root(), "ppcjit")} {string.Join(' ', boot[..^2].Select(word => $"'{word}'"))} --gdb - --console {console} "
                + "--at @149M",
            LinuxImages.Find("vmlinux"), ["info threads", "thread 3", "backtrace", "kill"]);
        Assert.That(said, Does.Match(@"  2 +Thread 2 \(threads-1, sleeping\) +0x\w+ in __schedule \(\)")
            .And.Match($@"  3 +Thread 3 \(threads-{second}, sleeping\) +0x\w+ in __schedule \(\)"), said);
        Assert.That(said, Does.Match(@"in __schedule \(\)\n#1 +0x\w+ in schedule \(\)\n#2 +0x\w+ in \w*pause \(\)"), said);
    }

    [Test]
    public void Looking_by_names_changes_no_run_and_names_are_in_logs_and_in_the_monitor()
    {
        const ulong end = 27_000_000, from = 3_900_000;
        string log = Path.Combine(_folder, "tasks.log");
        ProcessResult named = Boot(end, "--log", "mmu", "--log-from", $"@{from}", "--log-file", log, "--profile",
            Path.Combine(_folder, "tasks.folded"), "--do", "lwps; lwps kthreadd; lwps 1");
        ProcessResult unknown = Boot(end, "--kernel", "none", "--do", "lwps");
        Assert.That(named.ErrorLines("state-hash"), Is.EqualTo(unknown.ErrorLines("state-hash")).And.Length.EqualTo(2));
        Assert.That(unknown.Output, Does.Contain("Nothing is known of the guest's kernel"));
        Assert.That(named.Output, Does.Match(@"\n\W+0x\w+ +1 +init +\w+ +0x\w+").And.Match(
            @"kthreadd +sleeping .*\n +#0 .*\n +#1 +0x\w+ \(schedule\+0x\w+\)\n +#2 +0x\w+ \(kthreadd\+0x\w+\)\n +#3 +0x\w+ \(ret_from_ker"));
        string[] tasks = [.. File.ReadLines(log).Select(line => Regex.Match(line, @"\[([^\]]+)\]").Groups[1].Value).Distinct()];
        Assert.That(tasks, Is.SupersetOf((string[])["swapper-0", "swapper-1", "kthreadd-2", "init-1", "uname-20"]), string.Join(", ", tasks));
        Assert.That(File.ReadLines(Path.Combine(_folder, "tasks.folded")).Select(line => line.Split(';')[0]).Distinct(),
            Is.SupersetOf((string[])["swapper-0", "kthreadd-2"]));
    }

    [Test]
    public void A_finding_names_the_task_that_ran()
    {
        string file = Path.Combine(_folder, "dies.yaml");
        File.WriteAllText(file,
            $$"""
            title: A task of Linux loses the register that leads to itself
            board: ref405ep
            memory: 128M
            image: {{LinuxImages.Find(LinuxImages.Direct)}}
            symbols: {{Symbols}}
            command-line: "console=ttyS0,115200 mode=reboot"
            checks: [stack-overflow]
            inject: write r2 = 0x10 at sys_fork on call 1
            end: {instructions: 100M}
            expect: {exit: panic}
            """);
        ProcessResult result = PpcJitProcess.Run(["scenario", "run", file]);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(result.Output, Does.Contain("BUG: Kernel NULL pointer dereference").And.Contain("[task 'init' (1)]"));
    }

    private static ProcessResult Boot(ulong end, params string[] options)
    {
        ProcessResult result = PpcJitProcess.Run(["boot", LinuxImages.Find(LinuxImages.Direct), "--symbols", Symbols, "-q", "--append", Shell,
            "--max-instructions", $"{end}", "--state-hash-at", $"20000000,{end}", .. options]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result;
    }
}
