using System.IO.Compression;
using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.WholeSystem.Tests;

/// <summary>Linux on the boards that its own tree knows, in the wrappers that it makes for their firmware, with the chips' own drivers.</summary>
[TestFixture]
public sealed class BoardLinuxTests
{
    private const ulong Most = 3_000_000_000;
    private const string Reboots = "console=ttyS0,115200 mode=reboot";

    [TestCase(LinuxImages.Kilauea, "kilauea", 256, "405EX", "Marvell 88E1111 Ethernet PHY (0x01)")]
    [TestCase(LinuxImages.Obs600, "obs600", 768, "405EX", "Generic MII PHY (0x02)")] // Linux maps no more than 768 MB of the 1 GB
    [TestCase(LinuxImages.Hotfoot, "hotfoot", 128, "405EP", "Generic MII PHY (0x01)")]
    public void Linux_boots_by_its_image_alone_and_finds_what_the_board_has(string image, string board, int megabytes, string chip, string phy)
    {
        // Hotfoot's wrapper waits five seconds for a key that would edit the command line: Enter ends that
        ProcessResult result = PpcJitProcess.Run("boot", LinuxImages.Find(image), "--append", "console=ttyS0,115200 mode=info",
            "--input", @"mode=info=>\n", "--max-instructions", "1G");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Match($"board {board}: .* is for [a-z]+,{board}"));
        Assert.That(result.Output, Does.Contain("BOOT-OK").And.Contain($"{chip}").And.Contain(phy).And.Contain("GUEST-DONE"));
        Assert.That(result.Output, Does.Contain("rtc-ds1307 0-0068: registered as rtc0"));
        int kilobytes = int.Parse(System.Text.RegularExpressions.Regex.Match(result.Output, @"MemTotal: +(\d+) kB").Groups[1].Value, null);
        Assert.That(kilobytes, Is.InRange((megabytes - 20) << 10, megabytes << 10));
        Assert.That(result.Error, Does.Not.Contain("does not have").And.Not.Contain("where this board has nothing"), "no register is missing");
    }

    [Test]
    public void Linux_boots_directly_with_the_boards_tree([Values("kilauea.dtb", "hotfoot.dtb")] string tree)
    {
        ProcessResult result = PpcJitProcess.Run("boot", LinuxImages.Find("vmlinux-boards"), "--dtb", LinuxImages.Find(tree),
            "--exit-on", "BOOT-OK", "--max-instructions", "3G");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.EndWith("BOOT-OK"));
    }

    [TestCase(8, 7, 0x00420000)]
    [TestCase(4, 6, 0x00020000, Description = "without the partition that the smaller flash has no room for")]
    public void A_tree_whose_flash_has_an_address_of_its_own_finds_it_there(int megabytes, int partitions, int kernel)
    {
        string flash = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(flash, [.. Enumerable.Repeat((byte)0xff, megabytes << 20)]);
            ProcessResult result = PpcJitProcess.Run("boot", LinuxImages.Find("vmlinux-boards"), "--dtb", LinuxImages.Find("hotfoot.dtb"),
                "--flash", flash + ",snapshot", "--exit-on", "BOOT-OK", "--max-instructions", "3G");
            Assert.That(result.Output, Does.Contain($"Creating {partitions} MTD partitions on \"{0 - (uint)(megabytes << 20):x8}.nor_flash\"")
                .And.Contain($"0x{kernel:x12}-0x{kernel + 0x100000:x12} : \"Kernel\"").And.EndWith("BOOT-OK"), result.Error);
        }
        finally
        {
            File.Delete(flash);
        }
    }

    [Test]
    public void Without_a_command_line_the_kernels_own_serves() =>
        Assert.That(GuestRun.Boot(LinuxImages.Find(LinuxImages.Obs600), null, GuestRun.Jit, Most).Console,
            Does.Contain("BOOT-OK").And.Contain("INIT mode=reboot"));

    /// <summary>
    /// Linux is idle for most of a second while it looks whether cards come up in the slots, from 0.01 s to 0.83 s of its own time, which begins at
    /// about 14 million instructions: over that the interpreter is taken by a snapshot.
    /// </summary>
    [Test]
    public void Both_engines_reach_the_same_states_before_and_after_the_wait_at_slots_without_cards()
    {
        const ulong waiting = 22_000_000;
        const ulong waited = 345_000_000;
        using StagedRun jit = new(LinuxImages.Find(LinuxImages.Kilauea), Reboots, GuestRun.Jit);
        using StagedRun interpreter = new(LinuxImages.Find(LinuxImages.Kilauea), Reboots, GuestRun.Interpreter);
        Assert.That(interpreter.RunTo(waiting), Is.EqualTo(jit.RunTo(waiting)));
        jit.RunTo(waited);
        using MachineSnapshot snapshot = new();
        snapshot.Take(jit.Board);
        snapshot.Restore(interpreter.Board);
        StateHashPoint end = jit.RunTo("reboot: Restarting system");
        Assert.That(interpreter.RunTo("reboot: Restarting system"), Is.EqualTo(end));

        string rest = jit.TakeConsole();
        Assert.That(interpreter.TakeConsole(), Is.EqualTo(rest), "the kernel prints nothing before it has its console");
        foreach (int port in (int[])[0, 1])
        {
            string line = $@"\[ *([\d.]+)\] PCIE{port}: No device detected.";
            double seen = double.Parse(System.Text.RegularExpressions.Regex.Match(rest, line).Groups[1].Value,
                System.Globalization.CultureInfo.InvariantCulture);
            Assert.That(seen, Is.InRange(0.02, 0.82), "seconds: it was passed over");
        }

        string uptime = System.Text.RegularExpressions.Regex.Match(rest, @"BOOT-OK uptime=([\d.]+)").Groups[1].Value;
        Assert.That(double.Parse(uptime, System.Globalization.CultureInfo.InvariantCulture), Is.LessThan(2.0), "seconds");
    }

    [Test]
    public void The_engines_agree_in_lockstep_over_a_whole_boot()
    {
        LockstepResult result = new LockstepRunner(new LockstepOptions
        {
            CreateBoard = () => GuestRun.Load(LinuxImages.Find(LinuxImages.Obs600), Reboots),
            MaxInstructions = Most,
        }).Run();
        Assert.That((result.Divergence, result.End), Is.EqualTo(((Divergence?)null, RunEnd.Reset)));
    }

    [Test]
    public void Firmware_starts_Linux_from_Hotfoots_flash()
    {
        const uint FlashSize = 8 << 20;
        byte[] packed = File.ReadAllBytes(LinuxImages.Find(LinuxImages.Hotfoot));
        using MemoryStream payload = new();
        using (MemoryStream gzip = new(packed, UImageBuilder.HeaderSize, packed.Length - UImageBuilder.HeaderSize))
        using (GZipStream content = new(gzip, CompressionMode.Decompress))
            content.CopyTo(payload);
        UImageBuilder builder = new(payload.ToArray()) { Load = packed.Word(16), Entry = packed.Word(20) };
        using Board board = Hotfoot.Description.Create(new BoardOptions { FlashBytes = FlashSize });
        board.Memory.TryCopyIn(uint.MaxValue - FlashSize + 1, builder.Build());
        GuestLoader.Load(board, new BootOptions { ImagePath = HostTool.RepositoryFile("guests/firmware/firmware.elf"), IsFirmware = true });
        using IEngine engine = GuestRun.Jit(board.Processor);
        using MemoryStream console = new();
        new GuestSession(board, engine, new SilentConsole(console)).Run(new RunOptions
        {
            Input =
            [
                new PromptedText(0, "flash\n"u8.ToArray()) { Prompt = "firmware> "u8.ToArray() },
                new PromptedText(0, "\n"u8.ToArray()) { Prompt = "Linux/PowerPC load: "u8.ToArray() }, // Its wrapper would wait for a key
            ],
            ExitOn = "BOOT-OK"u8.ToArray(),
            MaxInstructions = Most,
        });
        Assert.That(Encoding.Latin1.GetString(console.ToArray()), Does.Contain("booting Linux-test").And.EndWith("BOOT-OK"));
    }
}
