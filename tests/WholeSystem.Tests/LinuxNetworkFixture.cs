using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.WholeSystem.Tests;

/// <summary>Linux with its own driver on the user network, which has a file to fetch. It takes libslirp, which .ci/run installs.</summary>
/// <param name="boardName">The board.</param>
/// <param name="imageName">Its image.</param>
/// <param name="console">The kernel's console.</param>
internal abstract class LinuxNetworkFixture(string boardName, string imageName, string console)
{
    private const int FileLength = 100_000;
    private const ulong Most = 4_000_000_000;
    private string _folder = "";

    /// <summary>What the file holds.</summary>
    protected byte[] Served { get; private set; } = [];

    /// <summary>Where a run may be recorded.</summary>
    protected string Recording => Path.Combine(_folder, "recording");

    [OneTimeSetUp]
    public void Prepare()
    {
        _folder = Directory.CreateTempSubdirectory().FullName;
        Served = new byte[FileLength];
        new Random(7).NextBytes(Served);
        File.WriteAllBytes(Path.Combine(_folder, "file.bin"), Served);
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    /// <summary>The user network.</summary>
    protected NetworkSettings Live => new() { Interfaces = [new NetworkOptions { Kind = NetworkKind.User, TftpFolder = _folder }] };

    /// <summary>Creates the board with Linux in it.</summary>
    protected Board Load(NetworkSettings settings, string mode, out GuestNetwork network)
    {
        string image = LinuxImages.Find(imageName);
        Board board = BoardCatalog.Find(boardName)!.Create(new BoardOptions());
        network = GuestNetwork.Open(board, settings);
        GuestLoader.Load(board, new BootOptions { ImagePath = image, CommandLine = $"console={console} mode={mode}" });
        return board;
    }

    /// <summary>Boots Linux to its end.</summary>
    protected GuestRun Boot(Func<Processor, IEngine> createEngine, string typed, NetworkSettings settings,
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
