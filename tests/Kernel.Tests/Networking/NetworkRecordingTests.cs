using System.Text;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Tests.Builders;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Networking;

internal sealed class NetworkRecordingTests
{
    private const string Start = "ppcjit-network 1 ref405ep\nport EMAC0 02:00:40:05:00:00\n";

    [Test]
    public void A_recording_is_read_back()
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(Start + "in 5 EMAC0 0102ff\nout 5 EMAC0 64 deadbeef\nin 7 EMAC0 03\n"));
        RecordedPort port = NetworkRecording.Read(file.Path).Ports["EMAC0"];
        Assert.That(port.Arrivals.Select(arrival => (arrival.Count, Convert.ToHexString(arrival.Content.Span))), Is.EqualTo(new[] { (5ul, "0102FF"), (7ul, "03") }));
        Assert.That(port.Departures[5], Is.EqualTo(new RecordedDeparture(64, 0xdeadbeef)));
        Assert.That((port.Address.ToString(), port.LastCount), Is.EqualTo(("02:00:40:05:00:00", 7ul)));
    }

    [TestCase("", "is empty")]
    [TestCase("something else", "is no network recording")]
    [TestCase("ppcjit-network 2 ref405ep", "is no network recording")]
    [TestCase(Start + "port EMAC0 02:00:40:05:00:00", "line 3")]
    [TestCase(Start + "port EMAC1 zz", "line 3")]
    [TestCase(Start + "in 5 EMAC1 00", "line 3")]
    [TestCase(Start + "in 5 EMAC0 0", "line 3")]
    [TestCase(Start + "in 5 EMAC0 0g", "line 3")]
    [TestCase(Start + "in 5 EMAC0 ", "line 3")]
    [TestCase(Start + "in -5 EMAC0 00", "line 3")]
    [TestCase(Start + "in 99999999999999999999 EMAC0 00", "line 3")]
    [TestCase(Start + "in 5 EMAC0 00\nin 4 EMAC0 00", "line 4")]
    [TestCase(Start + "out 5 EMAC0 64 0\nout 5 EMAC0 64 0", "line 4")]
    [TestCase(Start + "out 5 EMAC0 x 0", "line 3")]
    [TestCase(Start + "key 5 100", "line 3")]
    [TestCase(Start + "key 5 01\nkey 4 01", "line 4")]
    [TestCase(Start + "sideways 5", "line 3")]
    public void Anything_else_is_refused_with_its_line(string text, string expected)
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(text));
        Assert.That(() => NetworkRecording.Read(file.Path), Throws.TypeOf<InputException>().With.Message.Contains(expected).And.Message.Contains(file.Path));
    }

    [Test]
    public void A_frame_longer_than_any_is_refused()
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes($"{Start}in 5 EMAC0 {new string('0', 40_000)}\n"));
        Assert.That(() => NetworkRecording.Read(file.Path), Throws.TypeOf<InputException>());
    }

    [TestCase("ppcjit-network 1 walnut\n", "was recorded on walnut")]
    [TestCase("ppcjit-network 1 ref405ep\nport EMAC7 02:00:40:05:00:00\n", "has an interface EMAC7")]
    public void A_recording_of_another_board_is_refused(string text, string expected)
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(text));
        using Board board = TestBoard.Create();
        NetworkSettings settings = new() { ReplayPath = file.Path };
        Assert.That(() => GuestNetwork.Open(board, settings), Throws.TypeOf<InputException>().With.Message.Contains(expected));
    }

    [Test]
    public void A_replay_leaves_no_room_for_a_live_network()
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(Start));
        using Board board = TestBoard.Create();
        NetworkSettings settings = new() { ReplayPath = file.Path, Interfaces = [new NetworkOptions { Kind = NetworkKind.User }] };
        Assert.That(() => GuestNetwork.Open(board, settings), Throws.TypeOf<InputException>().With.Message.Contains("takes the place of the network"));
    }

    [Test]
    public void There_are_no_more_cables_than_interfaces()
    {
        using Board board = TestBoard.Create();
        NetworkSettings settings = new() { Interfaces = [new NetworkOptions(), new NetworkOptions(), new NetworkOptions()] };
        Assert.That(() => GuestNetwork.Open(board, settings), Throws.TypeOf<InputException>().With.Message.Contains("2 Ethernet interfaces"));
    }
}
