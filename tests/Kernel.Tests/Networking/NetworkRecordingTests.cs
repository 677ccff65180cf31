using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Kernel.Tests.Networking;

internal sealed class NetworkRecordingTests
{
    private const string Start = "ppcjit-network 1 ref405ep\nport EMAC0 02:00:40:05:00:00\n";

    [Test]
    public void A_recording_is_read_back()
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(Start + "in 5 EMAC0 0102ff\nout 5 EMAC0 64 deadbeef\nin 7 EMAC0 03\n"));
        RecordedPort port = NetworkRecording.Read(file.Path).Ports["EMAC0"];
        Assert.That(port.Arrivals.Select(arrival => (arrival.Count, Convert.ToHexString(arrival.Content.Span))),
            Is.EqualTo(new[] { (5ul, "0102FF"), (7ul, "03") }));
        Assert.That(port.Departures[5], Is.EqualTo(new RecordedDeparture(64, 0xdeadbeef)));
        Assert.That((port.Address.ToString(), port.LastCount), Is.EqualTo(("02:00:40:05:00:00", 7ul)));
    }

    [Test]
    public void What_is_kept_of_a_recording_is_bounded_in_bytes()
    {
        const int Lines = 1000;
        foreach ((string line, int bytes) in ((string, int)[])[("key 5 0d", 16), ("in 5 EMAC0 00", 65)])
        {
            using TemporaryFile file = new(Encoding.ASCII.GetBytes(Start + string.Concat(Enumerable.Repeat(line + "\n", Lines))));
            Assert.That(() => NetworkRecording.Read(file.Path, Lines * bytes), Throws.Nothing);
            Assert.That(() => NetworkRecording.Read(file.Path, (Lines - 10) * bytes),
                Throws.TypeOf<InputException>().With.Message.Contains("memory"));
        }
    }

    [TestCase("", "is empty")]
    [TestCase("something else", "is no run file and no network recording")]
    [TestCase("ppcjit-network 3 ref405ep", "is no run file and no network recording")]
    [TestCase("ppcjit-run 2 ref405ep", "is no run file and no network recording")]
    [TestCase("ppcjit-run 1 ref405ep\ntext 5 none 61", "text from a pipe")]
    [TestCase("ppcjit-run 1 ref405ep\nchange 5 0 pc 0", "a change by hand")]
    [TestCase("ppcjit-network 2 ref405ep\nmilestone 5 0123456789abcdef", "line 2")]
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
    [TestCase(Start + "run memory 5\nrun memory 5", "line 4")]
    [TestCase(Start + "run memory \x1b[2J", "line 3")]
    public void Anything_else_is_refused_with_its_line(string text, string expected)
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(text));
        Assert.That(() => NetworkRecording.Read(file.Path),
            Throws.TypeOf<InputException>().With.Message.Contains(expected).And.Message.Contains(file.Path));
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
    public void A_recording_is_replayed_by_the_same_run_only([Values("", "memory", "image", "initrd", "append", "input", "entry")] string other)
    {
        using TemporaryFile file = new([]), initrd = new([1, 2, 3]);
        BootOptions options = new() { ImagePath = "", CommandLine = "console=ttyS0", InitrdPath = initrd.Path };
        using (Board board = BoardCatalog.Find("ref405ep")!.Create(new BoardOptions()))
        {
            using IEngine engine = new InterpreterEngine(board.Processor);
            RunStart start = new(board, new byte[] { 5 }, options, RunIdentity.Of(board, new byte[] { 5 }, options, "root"u8.ToArray()));
            SavedRun.Write(RunFile.Of(new GuestMachine(board, engine, new SilentConsole()), start, new RunOptions()), file.Path);
        }

        options = other switch
        {
            "initrd" => options with { InitrdPath = null },
            "append" => options with { CommandLine = "console=ttyS1" },
            "entry" => options with { EntryAddress = 0x100 },
            _ => options,
        };
        using Board again = BoardCatalog.Find("ref405ep")!.Create(
            other == "memory" ? new BoardOptions { MemoryBytes = 64 << 20 } : new BoardOptions());
        RunIdentity identity = RunIdentity.Of(again, new[] { (byte)(other == "image" ? 6 : 5) }, options, other == "input" ? [] : "root"u8.ToArray());
        NetworkSettings settings = new() { ReplayPath = file.Path, Identity = identity };
        if (other.Length == 0)
            Assert.That(() => GuestNetwork.Open(again, settings).Dispose(), Throws.Nothing);
        else
            Assert.That(() => GuestNetwork.Open(again, settings),
                Throws.TypeOf<InputException>().With.Message.Contains("was recorded with ")
                    .And.Message.Contains(other));
    }

    [Test]
    public void A_recording_of_an_older_version_is_replayed_with_a_word()
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(Start));
        using Board board = TestBoard.Create();
        using GuestNetwork network = GuestNetwork.Open(board, new NetworkSettings { ReplayPath = file.Path });
        List<string> notices = [];
        network.Noticed += notices.Add;
        Assert.That(notices, Is.EqualTo(new[] { notices[0] }));
        Assert.That(notices[0], Does.Contain("of an older version").And.Contain(file.Path));
    }

    [Test]
    public void A_replay_leaves_no_room_for_a_live_network()
    {
        using TemporaryFile file = new(Encoding.ASCII.GetBytes(Start));
        using Board board = TestBoard.Create();
        NetworkSettings settings = new() { ReplayPath = file.Path, Interfaces = [new NetworkOptions { Kind = NetworkKind.User }] };
        Assert.That(() => GuestNetwork.Open(board, settings),
            Throws.TypeOf<InputException>().With.Message.Contains("takes the place of the network"));
    }

    [Test]
    public void There_are_no_more_cables_than_interfaces()
    {
        using Board board = TestBoard.Create();
        NetworkSettings settings = new() { Interfaces = [new NetworkOptions(), new NetworkOptions(), new NetworkOptions()] };
        Assert.That(() => GuestNetwork.Open(board, settings), Throws.TypeOf<InputException>().With.Message.Contains("2 Ethernet interfaces"));
    }
}
