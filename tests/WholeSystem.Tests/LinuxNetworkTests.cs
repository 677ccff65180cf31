using System.Security.Cryptography;
using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.WholeSystem.Tests;

/// <summary>
/// Linux with its own driver on the user network: DHCP, ping, and TFTP in both senses of "same bytes". It takes
/// libslirp, which .ci/run installs.
/// </summary>
/// <param name="boardName">The board.</param>
/// <param name="imageName">Its image.</param>
/// <param name="console">The kernel's console.</param>
/// <param name="speed">Megabits per second of the interface.</param>
[TestFixture("ref405ep", LinuxImages.Wrapper, "ttyS0,115200", 100)]
[TestFixture("walnut", LinuxImages.Walnut, "ttyS0,9600", 100)]
[TestFixture("kilauea", LinuxImages.Kilauea, "ttyS0,115200", 1000)]
internal sealed class LinuxNetworkTests(string boardName, string imageName, string console, int speed)
{
    private const int FileLength = 100_000;
    private const ulong Most = 4_000_000_000;
    private string _folder = "";
    private byte[] _file = [];

    private string Recording => Path.Combine(_folder, "recording");

    [OneTimeSetUp]
    public void Prepare()
    {
        _folder = Directory.CreateTempSubdirectory().FullName;
        _file = new byte[FileLength];
        new Random(7).NextBytes(_file);
        File.WriteAllBytes(Path.Combine(_folder, "file.bin"), _file);
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Linux_gets_an_address_pings_the_gateway_and_fetches_a_file()
    {
        string printed = Boot(GuestRun.Jit, "udhcpc -n -q -i eth0\nping -c 2 10.0.2.2\ncd /tmp\n"
            + "tftp -g -r file.bin 10.0.2.2\nmd5sum file.bin\nifconfig eth0\nreboot -f\n", Live).Console;
        Assert.That(printed, Does.Contain($"eth0: link is up, {speed} FDX"));
        Assert.That(printed, Does.Match("lease of 10.0.2.15 obtained"));
        Assert.That(printed, Does.Contain("2 packets transmitted, 2 packets received, 0% packet loss"));
        Assert.That(printed, Does.Contain($"{Convert.ToHexStringLower(MD5.HashData(_file))}  file.bin"));
        Assert.That(printed, Does.Match("RX packets:[0-9]+ errors:0 dropped:0").And.Match("TX packets:[0-9]+ errors:0 dropped:0"));
    }

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

    private NetworkSettings Live => new() { Interfaces = [new NetworkOptions { Kind = NetworkKind.User, TftpFolder = _folder }] };

    private Board Load(NetworkSettings settings, string mode, out GuestNetwork network)
    {
        string image = LinuxImages.Find(imageName);
        Board board = BoardCatalog.Find(boardName)!.Create(new BoardOptions());
        network = GuestNetwork.Open(board, settings);
        GuestLoader.Load(board, new BootOptions { ImagePath = image, CommandLine = $"console={console} mode={mode}" });
        return board;
    }

    private GuestRun Boot(Func<Processor, IEngine> createEngine, string typed, NetworkSettings settings,
        string mode = "shell", string? recording = null)
    {
        using Board board = Load(settings, mode, out GuestNetwork network);
        using (network)
        {
            using IEngine engine = createEngine(board.Processor);
            using MemoryStream output = new();
            RunOptions options = new()
            {
                MaxInstructions = Most,
                Input = [PromptedText.Of(Encoding.ASCII.GetBytes(typed))],
                StateHashAt = [.. Enumerable.Range(1, 40).Select(n => (ulong)n * 10_000_000)],
            };
            GuestSession session = new(board, engine, new SilentConsole(output), network);
            RunResult result = session.Run(options);
            Assert.That(network.Complete(), Is.Empty);
            if (recording is not null)
                SavedRun.Write(session.Machine, recording);
            return new GuestRun(Encoding.Latin1.GetString(output.ToArray()), result);
        }
    }
}
