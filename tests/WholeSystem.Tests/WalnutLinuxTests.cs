using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;

namespace PpcJit.WholeSystem.Tests;

/// <summary>Linux on the 405GP board: boot wrapper with the firmware's board call, drivers of the chip, and what it says when it dies.</summary>
[TestFixture]
public sealed class WalnutLinuxTests
{
    private const ulong Most = 400_000_000;

    [Test]
    public void Linux_boots_to_user_mode_and_reboots([Values] bool onJit)
    {
        GuestRun run = GuestRun.BootLinux(LinuxImages.Walnut, "info", onJit ? GuestRun.Jit : GuestRun.Interpreter, Most);
        Assert.That(run.Console, Does.Contain("BOOT-OK").And.Contains("ibm,walnut").And.Contains("199.999998MHz"));
        Assert.That(run.Console, Does.Match(@"MemTotal: +12\d{4} kB"));
        Assert.That(run.Result.End, Is.EqualTo(RunEnd.Reset));
    }

    [Test]
    public void The_kernel_finds_the_Ethernet_with_the_firmwares_address() =>
        Assert.That(GuestRun.BootLinux(LinuxImages.Walnut, "reboot", GuestRun.Jit, Most).Console, Does.Match("eth0: EMAC-0 .*MAC 02:00:40:05:00:00"));

    [Test]
    public void The_engines_agree_over_the_whole_boot()
    {
        BootOptions options = new() { ImagePath = LinuxImages.Find(LinuxImages.Walnut), CommandLine = "console=ttyS0,9600 mode=reboot" };
        Board Create()
        {
            Board board = Walnut.Create(new BoardOptions());
            GuestLoader.Load(board, options);
            return board;
        }

        LockstepResult result = new LockstepRunner(new LockstepOptions { CreateBoard = Create, MaxInstructions = Most }).Run();
        Assert.That(result.Divergence, Is.Null);
        Assert.That(result.Instructions, Is.InRange(50_000_000ul, Most - 1), "it rebooted");
    }

    [Test]
    public void A_panic_ends_the_run_with_its_reason()
    {
        GuestRun run = GuestRun.BootLinux(LinuxImages.Walnut, "reboot rdinit=/nothing init=/nothing", GuestRun.Jit, Most);
        Assert.That(run.Result.End, Is.EqualTo(RunEnd.Panic));
        Assert.That(run.Result.PanicLine, Does.StartWith("Kernel panic - not syncing: Requested init /nothing failed"));
    }
}
