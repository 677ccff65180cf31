using System.Text;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Guests;

/// <summary>
/// The firmware guest from flash on each board: it finds the RAM, has its first stack in on-chip memory or cache, erases and programs
/// the flash, finds its
/// environment again, and boots a uImage from flash and network; on both engines, with the same states.
/// </summary>
internal sealed class FirmwareGuestTests
{
    private const uint Megabytes = 32;
    private const string Booted = "UIMAGE-OK";
    private static readonly ulong[] Points = [1_000, 100_000, 500_000, 1_000_000, 2_000_000];

    /// <summary>A flash of 16 bits tells what it is by the common flash interface.</summary>
    private const string Wide = "flash 0001227e";

    private static readonly string[] Boards = [.. BoardCatalog.All.Select(board => board.Name)];

    [TestCaseSource(nameof(Boards))]
    public void It_finds_its_environment_after_a_reset_and_in_a_second_run_and_boots_from_flash(string name)
    {
        Run first = Start(name, Interpreter, null, "reset", "flash");
        string stack = name is Ref405ep.Name or Hotfoot.Name ? "the OCM" : "the data cache";
        bool isNarrow = name is Ref405ep.Name or Walnut.Name;
        Assert.That(first.Console, Does.Contain($"RAM {Megabytes} MB, stack in {stack}"));
        Assert.That(first.Console, Does.Contain($"{(isNarrow ? "flash 000100a4" : Wide)}, {first.Flash.Length >> 10} KB"));
        Assert.That(first.Console, Does.Contain("no environment"));
        Assert.That(first.Console, Does.Contain("made by the firmware, starts 1").And.Contain("booting Linux-test").And.EndWith(Booted));
        Assert.That(first.Result.StateHashes, Has.Count.EqualTo(Points.Length));

        Run fast = Start(name, Jit, null, "reset", "flash");
        Assert.That(fast.Console, Is.EqualTo(first.Console));
        Assert.That(fast.Result.StateHashes, Is.EqualTo(first.Result.StateHashes));
        Assert.That((fast.Hash, fast.Result.Instructions), Is.EqualTo((first.Hash, first.Result.Instructions)));

        Run second = Start(name, Jit, fast.Flash, "flash");
        Assert.That(second.Console, Does.Contain("made by the firmware, starts 2").And.EndWith(Booted));
    }

    [Test]
    public void It_boots_from_the_network([Values(Ref405ep.Name, Walnut.Name)] string name)
    {
        Libslirp.Require();
        string folder = Directory.CreateTempSubdirectory("ppcjit-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "image"), Image(name));
            NetworkOptions user = new() { Kind = NetworkKind.User, TftpFolder = folder };
            Run run = Start(name, Jit, null, new NetworkSettings { Interfaces = [user] }, "tftp image");
            Assert.That(run.Console, Does.Contain("1 answer\r\n").And.Contain($"{Image(name).Length} bytes").And.EndWith(Booted));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCaseSource(nameof(Boards))]
    public void Both_engines_agree_in_lockstep_while_it_probes_erases_and_programs(string name)
    {
        LockstepOptions options = new() { CreateBoard = () => Create(name, null), Checkpoint = 20_000,
            MaxInstructions = 1_500_000, Jit = new JitOptions { Threshold = 50, Background = false } };
        LockstepResult result = new LockstepRunner(options).Run();
        Assert.That((result.Divergence, result.Instructions), Is.EqualTo(((Divergence?)null, 1_500_000ul)));
    }

    [Test]
    public void A_machine_put_back_while_its_flash_is_erased_or_programmed_does_the_same_again([Values(Ref405ep.Name,
        OpenBlockS.Name266)] string name, [Values] bool fast)
    {
        using Board board = Create(name, null);
        using IEngine engine = fast ? Jit(board.Processor) : Interpreter(board.Processor);
        List<(MachineSnapshot Snapshot, ulong Count)> snapshots = [];
        int busy = 0;
        for (ulong count = 0; count < 1_200_000; count += 7_919)
        {
            engine.Run(count);
            if (board.Flash!.IsBusy && busy++ < 8)
            {
                snapshots.Add((new MachineSnapshot(), count));
                snapshots[^1].Snapshot.Take(board);
            }
        }

        Assert.That(snapshots, Has.Count.GreaterThan(3), "the flash was found at work");
        engine.Run(1_300_000);
        ulong end = board.StateHash();
        foreach ((MachineSnapshot snapshot, ulong count) in snapshots)
        {
            snapshot.Restore(board);
            Assert.That(board.Flash!.IsBusy, $"at {count}");
            engine.Run(1_300_000);
            Assert.That(board.StateHash(), Is.EqualTo(end), $"from {count}");
            snapshot.Dispose();
        }
    }

    [Test]
    public void Time_travel_goes_over_resets_and_over_what_the_flash_held([Values(Ref405ep.Name, OpenBlockS.Name266)] string name,
        [Values] bool fast)
    {
        using Board board = Create(name, null);
        using IEngine engine = fast ? Jit(board.Processor) : Interpreter(board.Processor);
        GuestMachine machine = new(board, engine, new SilentConsole());
        using Timeline timeline = new(machine, new TimelineOptions { Spacing = 200_000 });
        GuestSession session = new(machine);
        session.Run(Options("reset") with { MaxInstructions = 5_000_000 });
        (ulong end, byte[] flash) = (board.StateHash(), board.Flash!.Content.ToArray());
        Dictionary<ulong, ulong> hashes = [];
        foreach (ulong count in (ulong[])[3_000_000, 700_000, 1_100_000, 50_000, 2_000_000])
        {
            timeline.GoTo(new Moment(count));
            hashes[count] = board.StateHash();
        }

        timeline.GoTo(new Moment(50_000));
        Assert.That(board.Flash!.Content.SequenceEqual(flash), Is.False);
        foreach ((ulong count, ulong hash) in hashes)
        {
            timeline.GoTo(new Moment(count));
            Assert.That(board.StateHash(), Is.EqualTo(hash), $"at {count}");
        }

        timeline.GoTo(timeline.End);
        Assert.That(board.StateHash(), Is.EqualTo(end));
        Assert.That(board.Flash!.Content.SequenceEqual(flash));
    }

    private static IEngine Interpreter(Processor processor) => new InterpreterEngine(processor);

    private static IEngine Jit(Processor processor) => new JitEngine(processor, new JitOptions { Threshold = 50 });

    private static RunOptions Options(params string[] lines) => new()
    {
        Input = [.. lines.Select(line => new PromptedText(0, Encoding.ASCII.GetBytes(line + "\n")) { Prompt = "firmware> "u8.ToArray() })],
        ExitOn = Encoding.ASCII.GetBytes(Booted),
        StateHashAt = Points,
        MaxInstructions = 400_000_000,
    };

    /// <summary>A board with the firmware, and the uImage at the start of its flash.</summary>
    private static Board Create(string name, byte[]? flash)
    {
        BoardDescription description = BoardCatalog.Find(name)!;
        Board board = description.Create(new BoardOptions { MemoryBytes = Megabytes << 20, FlashBytes = description.FlashSizes[0] });
        board.Memory.TryCopyIn(0 - description.FlashSizes[0], flash ?? Image(name));
        GuestLoader.Load(board, new BootOptions { ImagePath = HostTool.RepositoryFile("guests/firmware/firmware.elf"), IsFirmware = true });
        return board;
    }

    private static Run Start(string name, Func<Processor, IEngine> createEngine, byte[]? flash, params string[] lines) =>
        Start(name, createEngine, flash, new NetworkSettings(), lines);

    private static Run Start(string name, Func<Processor, IEngine> createEngine, byte[]? flash, NetworkSettings settings, params string[] lines)
    {
        using Board board = Create(name, flash);
        using GuestNetwork network = GuestNetwork.Open(board, settings);
        using IEngine engine = createEngine(board.Processor);
        using MemoryStream console = new();
        RunResult result = new GuestSession(board, engine, new SilentConsole(console), network).Run(Options(lines));
        return new Run(Encoding.ASCII.GetString(console.ToArray()), result, board.StateHash(), board.Flash!.Content.ToArray());
    }

    /// <summary>A uImage whose program prints a text on the board's console, and loops.</summary>
    private static byte[] Image(string name)
    {
        string console = name switch
        {
            Hotfoot.Name => "0x0400",
            Kilauea.Name or Kilauea.NameHaleakala or OpenBlockS600.Name => "0x0200",
            _ => "0x0300",
        };
        List<string> lines = ["addis r3,0,-4256", "ori r3,r3," + console];
        foreach (char letter in Booted)
            lines.AddRange(["lbz r5,5(r3)", "andi. r5,r5,0x20", "bc 12,2,-8", $"addi r4,0,{(int)letter}", "stb r4,0(r3)"]);
        lines.Add("b 0");
        byte[] payload = new byte[4 * lines.Count];
        for (int n = 0; n < lines.Count; n++)
            payload.PutWord(4 * n, Assembler.Word(lines[n]));
        return new UImageBuilder(payload).Build();
    }

    private sealed record Run(string Console, RunResult Result, ulong Hash, byte[] Flash);
}
