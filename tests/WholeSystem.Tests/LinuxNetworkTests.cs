using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential;

namespace PpcJit.WholeSystem.Tests;

/// <summary>What came over the network comes again: a recorded run is the same on the other engine and in lockstep.</summary>
/// <param name="boardName">The board.</param>
/// <param name="imageName">Its image.</param>
/// <param name="console">The kernel's console.</param>
[TestFixture("ref405ep", LinuxImages.Wrapper, "ttyS0,115200")]
[TestFixture("walnut", LinuxImages.Walnut, "ttyS0,9600")]
[TestFixture("kilauea", LinuxImages.Kilauea, "ttyS0,115200")]
internal sealed class LinuxNetworkTests(string boardName, string imageName, string console)
    : LinuxNetworkFixture(boardName, imageName, console)
{
    [Test]
    public void A_recorded_run_replays_on_the_interpreter_and_in_lockstep()
    {
        const string Typed = "ifconfig eth0 10.0.2.15 up\nping -c 1 10.0.2.2\ncd /tmp\ntftp -g -r file.bin 10.0.2.2\nreboot -f\n";
        GuestRun live = Boot(GuestRun.Jit, Typed, Live, recording: Recording);
        Assert.That(live.Console, Does.Contain("1 packets received"));
        GuestRun replay = Boot(GuestRun.Interpreter, Typed, new NetworkSettings { ReplayPath = Recording });
        Assert.That(replay.Console, Is.EqualTo(live.Console));
        Assert.That(replay.Result.StateHashes, Is.EqualTo(live.Result.StateHashes));
        Assert.That(replay.Result.Instructions, Is.EqualTo(live.Result.Instructions));
    }

    [Test]
    public void Both_engines_agree_in_lockstep_while_frames_come_in()
    {
        GuestRun live = Boot(GuestRun.Jit, "", Live, mode: "network", recording: Recording);
        Assert.That(live.Console, Does.Contain("1 packets received"));
        LockstepOptions options = new()
        {
            CreateBoard = () => Load(new NetworkSettings { ReplayPath = Recording }, "network", out _),
            Checkpoint = 20_000_000,
        };
        LockstepResult result = new LockstepRunner(options).Run();
        Assert.That((result.Divergence, result.End), Is.EqualTo(((Divergence?)null, RunEnd.Reset)));
        Assert.That(result.Instructions, Is.EqualTo(live.Result.Instructions));
    }
}
