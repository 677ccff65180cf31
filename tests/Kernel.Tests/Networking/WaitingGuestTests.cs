using System.Net;
using System.Net.Sockets;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Tests.Sessions;

namespace PpcJit.Kernel.Tests.Networking;

/// <summary>A guest that sleeps until an interrupt, with nothing in the machine that could raise one, is woken by the network.</summary>
internal sealed class WaitingGuestTests
{
    [SetUp]
    public void Require() => Libslirp.Require();

    [Test]
    public void A_frame_from_the_host_wakes_a_guest_that_listens()
    {
        using SmallGuest guest = new SmallGuest().ListenToEthernet().WaitForInterrupts();
        int port = Libslirp.FreePort();
        using GuestNetwork network = Open(guest, port);
        guest.Console.LeaveWhen = () => guest.Board.Ethernet[0].FramesArrived > 0;
        using TcpClient client = new();
        _ = client.ConnectAsync(IPAddress.Loopback, port); // the network asks by ARP who the guest is
        RunResult result = guest.Start(network).Run(new RunOptions());
        Assert.That((result.End, guest.Board.Ethernet[0].FramesArrived), Is.EqualTo((RunEnd.Left, 1ul)));
    }

    [Test]
    public void A_guest_that_does_not_listen_waits_for_nothing()
    {
        using SmallGuest guest = new SmallGuest().WaitForInterrupts();
        using GuestNetwork network = Open(guest, Libslirp.FreePort());
        Assert.That(guest.Start(network).Run(new RunOptions()).End, Is.EqualTo(RunEnd.WaitsForever));
    }

    [Test]
    public void A_guest_with_its_interrupts_off_cannot_be_woken()
    {
        using SmallGuest guest = new SmallGuest().ListenToEthernet().WaitForEver();
        using GuestNetwork network = Open(guest, Libslirp.FreePort());
        Assert.That(guest.Start(network).Run(new RunOptions()).End, Is.EqualTo(RunEnd.WaitsForever));
    }

    [Test]
    public void Guest_time_does_not_run_ahead_of_the_hosts_while_a_network_is_attached()
    {
        using SmallGuest guest = new SmallGuest().LoopForEver();
        using GuestNetwork network = Open(guest, Libslirp.FreePort());
        RunResult result = guest.Start(network).Run(new RunOptions { MaxInstructions = 40_000_000 });
        double guestSeconds = result.Instructions / 333_333_330.0;
        Assert.That(result.HostTime.TotalSeconds, Is.GreaterThan(guestSeconds - 0.01));
    }

    [Test]
    public void Keys_of_an_interactive_console_are_part_of_a_recording_and_others_are_not_heard_in_a_replay([Values] bool isNetworked)
    {
        string recording = Path.GetTempFileName();
        (string text, StateHashPoint[] hashes) live = Echo(
            new NetworkSettings { Interfaces = isNetworked ? [new NetworkOptions { Kind = NetworkKind.User }] : [] },
            "abc", recording);
        (string text, StateHashPoint[] hashes) replayed = Echo(new NetworkSettings { ReplayPath = recording }, "something else");
        File.Delete(recording);
        Assert.That(live.text, Is.EqualTo("abc"));
        Assert.That(replayed.text, Is.EqualTo("abc"));
        Assert.That(replayed.hashes, Is.EqualTo(live.hashes));
    }

    private static (string Text, StateHashPoint[] Hashes) Echo(NetworkSettings settings, string typed, string? recording = null)
    {
        using SmallGuest guest = new SmallGuest().EchoForEver();
        using GuestNetwork network = GuestNetwork.Open(guest.Board, settings);
        guest.Console.IsInteractive = true;
        GuestSession session = guest.Start(network);
        session.Run(new RunOptions { MaxInstructions = 1_000_003 });
        guest.Console.Type(typed);
        RunResult result = session.Run(new RunOptions { MaxInstructions = 2_000_000, StateHashAt = [1_000_004, 1_000_200, 1_900_000] });
        if (recording is not null)
            SavedRun.Write(session.Machine, recording);
        return (guest.Console.Text, [.. result.StateHashes]);
    }

    private static GuestNetwork Open(SmallGuest guest, int port)
    {
        PortForwarding forwarding = new(false, new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(SlirpBackend.GuestAddress, 22));
        NetworkOptions user = new() { Kind = NetworkKind.User, Forwardings = [forwarding] };
        return GuestNetwork.Open(guest.Board, new NetworkSettings { Interfaces = [user] });
    }
}
