using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Guests;

/// <summary>The network guest on the user network: live, recorded, replayed on either engine, and in lockstep.</summary>
internal sealed class NetworkGuestTests
{
    private const int FileLength = 5000;
    private static readonly ulong[] Points = [3_352_061, 3_352_062, 3_400_000, 3_600_000, 3_800_000, 4_000_000];
    private string _folder = "";
    private byte[] _file = [];

    private string Recording => Path.Combine(_folder, "recording");

    private string Capture => Path.Combine(_folder, "capture.pcap");

    [OneTimeSetUp]
    public void Prepare()
    {
        Libslirp.Require();
        _folder = Directory.CreateTempSubdirectory().FullName;
        _file = new byte[FileLength];
        new Random(1).NextBytes(_file);
        File.WriteAllBytes(Path.Combine(_folder, "file.bin"), _file);
    }

    [OneTimeTearDown]
    public void Remove()
    {
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void It_finds_the_gateway_pings_it_and_fetches_a_file_and_replays_exactly_on_both_engines()
    {
        Run live = Live(Interpreter);
        Assert.That(live.Console, Does.Contain("02:00:40:05:00:00, PHY 1 has a link").And.Contain("8 answers to 8 pings"));
        Assert.That(live.Console, Does.Contain($"file.bin: {FileLength} bytes, sum {_file.Sum(value => value)}").And.EndWith("NETWORK-OK\r\n"));
        Assert.That(live.Result.StateHashes, Has.Count.EqualTo(Points.Length));
        foreach (Func<Processor, IEngine> engine in (Func<Processor, IEngine>[])[Interpreter, Jit])
        {
            Run replayed = Replay(engine);
            Assert.That(replayed.Console, Is.EqualTo(live.Console));
            Assert.That(replayed.Result.StateHashes, Is.EqualTo(live.Result.StateHashes));
            Assert.That(replayed.Result.Instructions, Is.EqualTo(live.Result.Instructions));
            Assert.That(replayed.Notices, Is.Empty);
        }
    }

    [Test]
    public void A_live_run_on_the_fast_engine_replays_on_the_interpreter()
    {
        Run live = Live(Jit);
        Assert.That(Replay(Interpreter).Result.StateHashes, Is.EqualTo(live.Result.StateHashes));
    }

    [Test]
    public void Both_engines_agree_in_lockstep_over_network_traffic()
    {
        Live(Jit);
        LockstepOptions options = new() { CreateBoard = CreateReplay, Checkpoint = 100_000 };
        LockstepResult result = new LockstepRunner(options).Run();
        Assert.That((result.Divergence, result.End), Is.EqualTo(((Divergence?)null, RunEnd.Reset)));
    }

    [Test]
    public void A_machine_put_back_in_time_gets_its_frames_again()
    {
        Live(Jit);
        using Board board = CreateReplay();
        using InterpreterEngine engine = new(board.Processor);
        using MachineSnapshot snapshot = new();
        engine.Run(3_500_000);
        snapshot.Take(board);
        engine.Run(ulong.MaxValue);
        ulong end = board.StateHash();
        snapshot.Restore(board);
        Assert.That(board.StateHash(), Is.Not.EqualTo(end));
        engine.Run(ulong.MaxValue);
        Assert.That(board.StateHash(), Is.EqualTo(end));
    }

    [Test]
    public void A_guest_that_does_something_else_than_in_the_recording_is_noticed_once()
    {
        Live(Jit);
        string older = Path.Combine(_folder, "older");
        File.WriteAllLines(older, File.ReadLines(Recording).Where(line => line.Split(' ')[0] is "port" or "in").Prepend("ppcjit-network 1 ref405ep"));
        Run other = Boot(Jit, "other.bin", new NetworkSettings { ReplayPath = older });
        Assert.That(other.Notices, Has.Length.EqualTo(2), "one for its age");
        Assert.That(other.Notices[1], Does.StartWith("The replay departs from its recording: at ").And.Contain("EMAC0"));
    }

    [Test]
    public void The_capture_has_every_frame_with_guest_time()
    {
        Run live = Live(Jit);
        byte[] pcap = File.ReadAllBytes(Capture);
        Assert.That(BitConverter.ToUInt32(pcap), Is.EqualTo(0xa1b23c4d));
        List<(double Time, int Length)> packets = [];
        for (int offset = 24; offset < pcap.Length; offset += 16 + BitConverter.ToInt32(pcap, offset + 8))
            packets.Add(
                (BitConverter.ToUInt32(pcap, offset) + (BitConverter.ToUInt32(pcap, offset + 4) / 1e9),
                    BitConverter.ToInt32(pcap, offset + 8)));
        double[] entered = [.. File.ReadLines(Recording).Where(line => line.StartsWith("in ", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(' ')[1]) / 333_333_330)];
        Assert.That((ulong)packets.Count, Is.EqualTo(live.Frames));
        Assert.That(packets.Select(packet => packet.Time), Is.Ordered);
        Assert.That(entered, Is.Not.Empty);
        foreach (double time in entered)
            Assert.That(packets.Select(packet => packet.Time), Has.Some.EqualTo(time).Within(1e-8));
        Assert.That(packets[0].Length, Is.EqualTo(60), "an ARP request, padded, without frame check sequence");
        Assert.That(live.Result.Instructions, Is.GreaterThan(4_000_000));
    }

    [Test]
    public void Without_a_network_there_is_no_link() =>
        Assert.That(Boot(Jit, "", new NetworkSettings()).Console, Does.Contain("no link").And.EndWith("NETWORK-FAILED\r\n"));

    [Test]
    public void The_address_can_be_chosen()
    {
        NetworkOptions options = new() { Kind = NetworkKind.User, Address = new(0x02aabbccddee) };
        Assert.That(Boot(Jit, "", new NetworkSettings { Interfaces = [options] }).Console,
            Does.StartWith("EMAC0 02:aa:bb:cc:dd:ee, ").And.Contain("NETWORK-OK"));
    }

    private static IEngine Interpreter(Processor processor) => new InterpreterEngine(processor);

    private static IEngine Jit(Processor processor) => new JitEngine(processor);

    private static Board Load(string file, NetworkSettings settings, out GuestNetwork network)
    {
        Board board = TestBoard.Create();
        network = GuestNetwork.Open(board, settings);
        string image = HostTool.RepositoryFile("guests/network/network.elf");
        GuestLoader.Load(board, new BootOptions { ImagePath = image, CommandLine = file });
        return board;
    }

    private static Run Boot(Func<Processor, IEngine> createEngine, string file, NetworkSettings settings, string? recording = null)
    {
        using Board board = Load(file, settings, out GuestNetwork network);
        using (network)
        {
            List<string> notices = [];
            network.Noticed += notices.Add;
            using IEngine engine = createEngine(board.Processor);
            using MemoryStream console = new();
            RunOptions options = new() { MaxInstructions = 2_000_000_000, StateHashAt = Points };
            GuestSession session = new(board, engine, new SilentConsole(console), network);
            RunResult result = session.Run(options);
            Assert.That(network.Complete(), Is.Empty);
            if (recording is not null)
                SavedRun.Write(session.Machine, recording);
            return new Run(Encoding.ASCII.GetString(console.ToArray()), result, [.. notices],
                network.Links.Aggregate(0ul, (sum, link) => sum + link.Sent + link.Received));
        }
    }

    private Run Live(Func<Processor, IEngine> engine)
    {
        NetworkOptions user = new() { Kind = NetworkKind.User, TftpFolder = _folder, CapturePath = Capture };
        return Boot(engine, "file.bin", new NetworkSettings { Interfaces = [user] }, Recording);
    }

    private Run Replay(Func<Processor, IEngine> engine) => Boot(engine, "file.bin", new NetworkSettings { ReplayPath = Recording });

    private Board CreateReplay() => Load("file.bin", new NetworkSettings { ReplayPath = Recording }, out _);

    private sealed record Run(string Console, RunResult Result, string[] Notices, ulong Frames);
}
