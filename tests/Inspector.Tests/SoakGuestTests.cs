using PpcJit.Inspector.Soaking;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Inspector.Tests;

/// <summary>The guest of the soak does what it is there for.</summary>
public sealed class SoakGuestTests
{
    private const ulong Most = 60_000_000;
    private const ulong HashesEvery = 2_000_000;
    private const ulong PhaseInstructions = 2_000_000;

    private static IEnumerable<string> PhaseNames => SoakPhase.All.Select(phase => phase.Name);

    [Test]
    public void It_is_the_same_on_both_engines_while_its_code_comes_and_goes()
    {
        (RunResult fast, JitStatistics statistics) = RunFast(Most / 10, new JitOptions { Background = false, Threshold = 20, CodeLimit = 500 });
        RunResult slow = Run(Most / 10, processor => new InterpreterEngine(processor));
        Assert.That(fast.StateHashes, Is.Not.Empty.And.EqualTo(slow.StateHashes));
        Assert.That(statistics.Generations, Is.Positive);
    }

    [Test]
    public void The_guest_of_each_phase_is_the_same_on_both_engines_and_never_ends(
        [ValueSource(nameof(PhaseNames))] string name)
    {
        byte[] image = SoakPhase.All.Single(phase => phase.Name == name).Image();
        ulong[] hashes = [.. new Func<Processor, IEngine>[]
        {
            processor => new InterpreterEngine(processor), processor =>
                new JitEngine(processor, new JitOptions { Background = false, Threshold = 20 }),
        }.Select(create => Run(PhaseInstructions, create, image)).Select(result => result.StateHashes[^1].Hash)];
        Assert.That(hashes[0], Is.EqualTo(hashes[1]));
    }

    [Test]
    public void The_guest_that_is_recorded_gets_frames_and_keys_all_the_time()
    {
        Libslirp.Require();
        using Board board = TestBoard.Create();
        using GuestNetwork network = GuestNetwork.Open(board, new NetworkSettings { Interfaces = [new NetworkOptions { Kind = NetworkKind.User }] });
        board.Boot(SoakPhase.All.Single(phase => phase.IsTypedAt).Image(), TestBoard.Options with { LoadAddress = SoakGuest.LoadAddress });
        using IEngine engine = new InterpreterEngine(board.Processor);
        GuestMachine machine = new(board, engine, new Keyboard(), network);
        long[] kept = [.. ((ulong[])[1, 2]).Select(time =>
        {
            machine.Run(time * 4 * PhaseInstructions);
            return Math.Min((long)network.Links[0].Received, machine.Inputs.Keys.Count);
        })];
        Assert.That(kept[0], Is.GreaterThan(20));
        Assert.That(kept[1], Is.GreaterThan(kept[0] + 20));
    }

    /// <summary>A terminal at which one key is pressed after the other.</summary>
    private sealed class Keyboard : IGuestConsole
    {
        public bool LeaveRequested => false;

        public bool IsInteractive => true;

        public void Write(ReadOnlySpan<byte> transmitted)
        {
        }

        public int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'k');
            return buffer.Length;
        }

        public bool WaitForInput() => true;
    }

    [Test]
    public void It_makes_new_code_without_end()
    {
        JitOptions options = new() { Background = false, Threshold = 50, CodeLimit = 10_000 };
        long[] regions = [.. ((ulong[])[Most / 3, Most * 2 / 3, Most]).Select(most => RunFast(most, options).Statistics.Regions)];
        Assert.That(regions[0], Is.GreaterThan(50));
        Assert.That(regions[1], Is.GreaterThan(regions[0] * 3 / 2));
        Assert.That(regions[2], Is.GreaterThan(regions[1] * 5 / 4));
    }

    private static (RunResult Result, JitStatistics Statistics) RunFast(ulong most, JitOptions options)
    {
        JitStatistics? statistics = null;
        RunResult result = Run(
            most,
            processor =>
            {
                JitEngine engine = new(processor, options);
                statistics = engine.Statistics;
                return engine;
            });
        return (result, statistics!);
    }

    private static RunResult Run(ulong most, Func<Processor, IEngine> create, byte[]? image = null)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, image ?? SoakGuest.Image(SoakCode.Functions));
            BootOptions options = new() { ImagePath = path, LoadAddress = SoakGuest.LoadAddress };
            using Board board = BoardCatalog.All.Single(board => board.Name == DemoGuest.BoardName).Create(new BoardOptions());
            GuestLoader.Load(board, options);
            using IEngine engine = create(board.Processor);
            List<ulong> points = [];
            for (ulong point = HashesEvery; point <= most; point += HashesEvery)
                points.Add(point);
            return new GuestSession(board, engine, new SilentConsole(Stream.Null))
                .Run(new RunOptions { MaxInstructions = most, StateHashAt = points });
        }
        finally
        {
            File.Delete(path);
        }
    }
}
