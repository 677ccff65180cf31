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
        ProcessResult result = PpcJitProcess.Run(
            "boot", LinuxImages.Find(image), "--append", "console=ttyS0,115200 mode=info", "--max-instructions", "3G");
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

    [Test]
    public void A_tree_whose_flash_has_an_address_of_its_own_finds_it_there()
    {
        string flash = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(flash, [.. Enumerable.Repeat((byte)0xff, 8 << 20)]);
            ProcessResult result = PpcJitProcess.Run("boot", LinuxImages.Find("vmlinux-boards"), "--dtb", LinuxImages.Find("hotfoot.dtb"),
                "--flash", flash + ",snapshot", "--exit-on", "BOOT-OK", "--max-instructions", "3G");
            Assert.That(result.Output, Does.Contain("Creating 7 MTD partitions on \"ff800000.nor_flash\"").And.EndWith("BOOT-OK"), result.Error);
        }
        finally
        {
            File.Delete(flash);
        }
    }

    [Test]
    public void Without_a_command_line_the_kernels_own_serves() =>
        Assert.That(Boot(LinuxImages.Obs600, null, onJit: true).Console, Does.Contain("BOOT-OK").And.Contain("INIT mode=reboot"));

    [Test]
    public void A_slot_without_a_card_does_not_keep_Linux_waiting()
    {
        string console = Boot(LinuxImages.Kilauea, Reboots, onJit: true).Console;
        Assert.That(console, Does.Contain("PCIE0: No device detected.").And.Contain("PCIE1: No device detected."));
        string uptime = System.Text.RegularExpressions.Regex.Match(console, @"BOOT-OK uptime=([\d.]+)").Groups[1].Value;
        Assert.That(double.Parse(uptime, System.Globalization.CultureInfo.InvariantCulture), Is.LessThan(2.0), "seconds");
    }

    [Test]
    public void Both_engines_reach_the_same_states([Values(LinuxImages.Kilauea, LinuxImages.Obs600)] string image)
    {
        GuestRun jit = Boot(image, Reboots, onJit: true, hashesEvery: 15_000_000);
        GuestRun interpreter = Boot(image, Reboots, onJit: false, hashesEvery: 15_000_000);
        Assert.That(jit.Result.End, Is.EqualTo(RunEnd.Reset));
        Assert.That((interpreter.Console, interpreter.Result.Instructions), Is.EqualTo((jit.Console, jit.Result.Instructions)));
        Assert.That(interpreter.Result.StateHashes, Is.EqualTo(jit.Result.StateHashes).And.Not.Empty);
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
            Input = [new PromptedText(0, "flash\n"u8.ToArray()) { Prompt = "firmware> "u8.ToArray() }],
            ExitOn = "BOOT-OK"u8.ToArray(),
            MaxInstructions = Most,
        });
        Assert.That(Encoding.Latin1.GetString(console.ToArray()), Does.Contain("booting Linux-test").And.EndWith("BOOT-OK"));
    }

    private static GuestRun Boot(string image, string? commandLine, bool onJit, ulong hashesEvery = 0) =>
        GuestRun.Boot(LinuxImages.Find(image), commandLine, onJit ? GuestRun.Jit : GuestRun.Interpreter, Most, hashesEvery);
}
