using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;

namespace PpcJit.WholeSystem.Tests;

/// <summary>
/// Linux with its root file system on a disk: it finds the drive by itself, mounts, writes and syncs, and the host's tools agree with it.
/// </summary>
[TestFixture]
internal sealed class DiskLinuxTests
{
    private const string CommandLine = "console=ttyS0,115200 rdinit=/none root=/dev/sda rw rootfstype=ext2 init=/init copies=";
    private const string Hashes = "70M,80M,95M,105M";
    private const string Words = "written by the guest";
    private const ulong Most = 1_000_000_000;

    private string _folder = null!;
    private string _first = null!;

    private string Disk => Path.Combine(_folder, "disk.img");

    private string Journal => Disk + ".journal";

    private string Initrd => Path.Combine(_folder, "root.cpio");

    [OneTimeSetUp]
    public void MakeFileSystem()
    {
        _folder = Directory.CreateTempSubdirectory("ppcjit-disk-").FullName;
        string root = Path.Combine(_folder, "root");
        foreach (string folder in (string[])["bin", "dev", "proc"])
            Directory.CreateDirectory(Path.Combine(root, folder));
        string busybox = Path.Combine(root, "bin", "busybox");
        string init = Path.Combine(root, "init");
        File.WriteAllBytes(busybox, Initramfs.Extract(File.ReadAllBytes(LinuxImages.Find("vmlinux-boards")), "bin/busybox"));
        File.WriteAllText(init, string.Join('\n',
            "#!/bin/busybox sh",
            "/bin/busybox mount -t proc proc /proc",
            "echo \"ROOT $(/bin/busybox grep ' / ' /proc/mounts)\"",
            "for n in $(/bin/busybox sed 's/.*copies=//' /proc/cmdline); do /bin/busybox cp /bin/busybox /copy$n; done",
            "/bin/busybox cat /greeting",
            "/bin/busybox rm /greeting",
            "/bin/busybox seq 1 10000 > /numbers",
            $"echo {Words} > /answer",
            "/bin/busybox sync",
            "/bin/busybox md5sum /numbers",
            "/bin/busybox mount -o remount,ro /",
            "echo DISK-DONE",
            "/bin/busybox grep -q copies=1 /proc/cmdline && /bin/busybox sleep 100",
            "/bin/busybox reboot -f") + "\n");
        foreach (string program in (string[])[busybox, init])
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(Path.Combine(root, "greeting"), "hello from the disk\n");
        File.WriteAllBytes(Initrd, Initramfs.Folder("root"));
        _first = Path.Combine(_folder, "first.img");
        Host("mke2fs", "-q", "-t", "ext2", "-d", root, _first, "24M");
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [SetUp]
    public void NewDisk() => File.Copy(_first, Disk, overwrite: true);

    [Test]
    public void What_Linux_writes_to_its_root_is_on_the_disk_and_the_run_is_done_again_from_what_the_disk_was()
    {
        string run = Path.Combine(_folder, "run");
        ProcessResult first = Boot(Disk, "--save-run", run, "--state-hash-at", Hashes);
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        Assert.That(first.Output, Does.Contain("VFS: Mounted root (ext2 filesystem) on device 8:0").And.Contain("ROOT /dev/root / ext2 rw")
            .And.Contain("hello from the disk").And.Contain("DISK-DONE"));
        string numbers = string.Concat(Enumerable.Range(1, 10000).Select(n => $"{n}\n"));
        string sum = Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(numbers)));
        Assert.That(first.Output, Does.Contain($"{sum}  /numbers"));
        byte[] after = File.ReadAllBytes(Disk);
        Assert.That(File.Exists(Journal), Is.False);
        Host("e2fsck", "-fn", Disk);
        Assert.That(Host("debugfs", "-R", "cat /answer", Disk), Is.EqualTo(Words + "\n"));
        Assert.That(Host("debugfs", "-R", "cat /numbers", Disk), Is.EqualTo(numbers));
        Assert.That(Host("debugfs", "-R", "cat /greeting", Disk), Is.Empty);

        ProcessResult again = PpcJitProcess.Run("open", run, "--engine", "interpreter", "--state-hash-at", Hashes,
            "--do", "goto @100000000; registers; goto @80000000; registers; goto @100000000; registers");
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        Assert.That(again.Output, Does.StartWith(first.Output));
        Assert.That(HashLines(again), Is.EqualTo(HashLines(first)).And.Length.EqualTo(4));
        string[] registers = again.Output[first.Output.Length..].Split("> registers\n");
        Assert.That(registers[1].Split("> goto")[0], Is.EqualTo(registers[3].Split("> goto")[0]), "come to from before and after");
        Assert.That(File.ReadAllBytes(Disk), Is.EqualTo(after), "no run that is done again writes");

        // The same run from the disk as it was, in two halves
        File.Copy(_first, Disk, overwrite: true);
        string state = Path.Combine(_folder, "state");
        Assert.That(Boot(Disk + ",snapshot", "--at", "@90000000", "--save-state", state).ExitCode, Is.Zero);
        ProcessResult rest = Boot(Disk + ",snapshot", "--load-state", state, "--state-hash-at", "95M,105M");
        Assert.That(first.Output, Does.EndWith(rest.Output), rest.Error);
        Assert.That(HashLines(rest), Is.EqualTo(HashLines(first)[2..]));
        Assert.That(File.ReadAllBytes(Disk), Is.EqualTo(File.ReadAllBytes(_first)), "a snapshot writes nothing");
    }

    [Test]
    public void The_engines_agree_in_lockstep_over_the_disks_traffic()
    {
        using DiskFile disk = DiskFile.Open(new DiskOptions(Disk) { Keeping = FileKeeping.Snapshot });
        List<byte> console = [];
        LockstepResult result = new LockstepRunner(new LockstepOptions
        {
            CreateBoard = () => Load(disk),
            Console = console.Add,
            MaxInstructions = Most,
        }).Run();
        Assert.That((result.Divergence, result.End), Is.EqualTo(((Divergence?)null, RunEnd.Reset)));
        Assert.That(Encoding.Latin1.GetString([.. console]), Does.Contain("DISK-DONE"));
    }

    /// <summary>The guest writes much, and then sleeps: that is written back, and the process is killed as soon as it begins.</summary>
    [Test]
    public void A_run_that_is_killed_while_it_writes_the_disk_leaves_one_that_comes_to_its_next_state()
    {
        const int Tries = 5;
        for (int n = 0; ; n++)
        {
            NewDisk();
            File.Delete(Journal);
            using Process process = Process.Start(new ProcessStartInfo(Path.Combine(PpcJitProcess.Root, "ppcjit"),
                Arguments(Disk, CommandLine + "1 2 3 4 5"))
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            while (!process.HasExited && !File.Exists(Journal))
                Thread.Yield();
            process.Kill(); // The launcher has become the program; to look for a tree takes longer than to write a disk
            process.WaitForExit();
            if (File.Exists(Journal))
                break;
            Assert.That(n, Is.LessThan(Tries), "none was killed while it wrote");
        }

        Assert.That(Boot(Disk, "--max-instructions", "1000").ExitCode, Is.Zero);
        Assert.That(File.Exists(Journal), Is.False);
        Host("e2fsck", "-fn", Disk);
        string copy = Path.Combine(_folder, "copy");
        Host("debugfs", "-R", $"dump /copy5 {copy}", Disk);
        Assert.That(File.ReadAllBytes(copy), Is.EqualTo(File.ReadAllBytes(Path.Combine(_folder, "root", "bin", "busybox"))));
    }

    private static Board Load(DiskFile disk, string initrd)
    {
        Board board = BoardCatalog.Find("hotfoot")!.Create(new BoardOptions { HasDisk = true });
        disk.Load(board);
        GuestLoader.Load(board, new BootOptions
        {
            ImagePath = LinuxImages.Find("vmlinux-boards"), DtbPath = LinuxImages.Find("hotfoot.dtb"), InitrdPath = initrd, CommandLine = CommandLine,
        });
        return board;
    }

    private Board Load(DiskFile disk) => Load(disk, Initrd);

    private ProcessResult Boot(string disk, params string[] more) =>
        PpcJitProcess.Run([.. Arguments(disk, CommandLine), .. more.Contains("--max-instructions") ? more : [.. more, "--max-instructions", "1G"]]);

    private string[] Arguments(string disk, string commandLine) =>
    [
        "boot", LinuxImages.Find("vmlinux-boards"), "--dtb", LinuxImages.Find("hotfoot.dtb"), "--initrd", Initrd, "--append", commandLine,
            "--disk", disk,
    ];

    private static string Host(string program, params string[] arguments)
    {
        string path = $"/usr/sbin/{program}"; // Which only root has on the PATH
        (int code, byte[] output, string errors) = HostTool.Run(File.Exists(path) ? path : program, "e2fsprogs", arguments);
        Assert.That(code, Is.Zero, $"{program}: {Encoding.UTF8.GetString(output)}{errors}");
        return Encoding.UTF8.GetString(output);
    }

    private static string[] HashLines(ProcessResult result) =>
        [.. result.Error.Split('\n').Where(line => line.StartsWith("state-hash", StringComparison.Ordinal))];
}
