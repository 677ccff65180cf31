using System.Reflection.Emit;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Lab.Differential;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Differential;

internal sealed class LockstepTests
{
    private const ulong FaultAt = 123_457;
    private const ulong LateFault = 8_123_457;

    [Test]
    public void The_demo_guest_runs_alike_on_both_engines()
    {
        LockstepResult result = new LockstepRunner(new LockstepOptions { CreateBoard = CreateBoard, Checkpoint = 1_000_000 }).Run();
        Assert.That(result.Divergence, Is.Null);
        Assert.That(result.End, Is.EqualTo(RunEnd.Reset));
    }

    [Test]
    public unsafe void A_fault_is_found_at_its_exact_count_and_named_with_the_task_that_ran_there()
    {
        LockstepOptions options = new()
        {
            CreateBoard = CreateBoard,
            Checkpoint = 200_000,
            CreateCandidate = (processor, _) => new FaultyEngine(processor),
            Running = board => $"task 'at {board.Processor.State->InstructionCount}'",
        };
        Divergence? divergence = new LockstepRunner(options).Run().Divergence;
        Assert.That(divergence, Is.Not.Null);
        Assert.That(divergence.FirstWrong, Is.EqualTo(FaultAt));
        Assert.That(divergence.Differences.Select(difference => difference.Name), Is.EqualTo(new[] { "usprg0" }));
        Assert.That(DivergenceReport.Of(divergence), Does.Contain("usprg0").And.Contain($"differ at {FaultAt}")
            .And.Contain($"The oracle is in task 'at {FaultAt}' there."));
    }

    [Test]
    public void The_region_of_a_wrong_instruction_is_shown()
    {
        // In regions exclusive-or is or; the cold tier stays right.
        static OpCode Wrong(OpCode code) => code == OpCodes.Xor ? OpCodes.Or : code;
        LockstepOptions options = new()
        {
            CreateBoard = CreateBoard,
            Checkpoint = 200_000,
            Jit = new JitOptions { Background = false, Threshold = 2 },
            CreateCandidate = (processor, jit) => new JitEngine(processor, jit with { IlFault = Wrong }),
            DescribeRegion = region => string.Join('\n', region.Listing.Select(line => line.Text)),
        };
        Divergence? divergence = new LockstepRunner(options).Run().Divergence;
        Assert.That(divergence, Is.Not.Null);
        Assert.That(divergence.Region, Does.Contain("xor").And.Contain("or"));
        Assert.That(DivergenceReport.Of(divergence), Does.Contain("What was made of it:"));
    }

    [Test]
    public unsafe void A_guest_that_faults_in_a_circle_ends_as_a_failure()
    {
        static Board CreateBoard()
        {
            Board board = BoardCatalog.Find(DemoGuest.BoardName)!.Create(new BoardOptions());
            board.Memory.TryWrite(0x1000, 4, 0); // no instruction
            board.Memory.TryWrite(0x700, 4, 0x4c000064); // rfi
            board.Processor.State->Pc = 0x1000;
            return board;
        }

        LockstepResult result = new LockstepRunner(new LockstepOptions { CreateBoard = CreateBoard, Checkpoint = 100_000, MaxInstructions =
            100_000_000, Running = _ => "task 'sh' (22)" }).Run();
        Assert.That((result.Divergence, result.End), Is.EqualTo(((Divergence?)null, RunEnd.FaultCycle)));
        Assert.That(result.Instructions, Is.LessThan(1_000_000));
        Assert.That(result.Sentence, Does.StartWith("The guest failed: the same faults come again and again"));
        Assert.That(result.Death, Has.Some.Contains("Program at 0x00001000").And.Some.Contains("in task 'sh' (22)"));
    }

    [Test]
    public void Who_wants_to_keep_the_run_finds_the_oracle_where_the_engines_differ()
    {
        (ulong Count, ulong Hash, ulong[] Milestones) told = default;
        LockstepOptions options = new()
        {
            CreateBoard = CreateBoard,
            Checkpoint = 6_000_000,
            CreateCandidate = (processor, _) => new FaultyEngine(processor, LateFault),
            Diverged = (oracle, divergence) => told = (oracle.Count, oracle.Board.StateHash(),
                [.. oracle.Milestones!.All.Select(point => point.Count)]),
        };
        Divergence divergence = new LockstepRunner(options).Run().Divergence!;
        using Board straight = CreateBoard();
        new GuestMachine(straight, new InterpreterEngine(straight.Processor), new SilentConsole()).Run(LateFault);
        Assert.That((divergence.LastEqual, divergence.FirstWrong), Is.EqualTo((LateFault - 1, LateFault)));
        Assert.That((told.Count, told.Hash), Is.EqualTo((LateFault, straight.StateHash())));
        Assert.That(told.Milestones, Does.Contain(4_000_000ul));
    }

    [Test]
    public void A_difference_that_began_long_before_it_was_seen_is_found_from_the_beginning()
    {
        // Wrong only when it has run from far before: the replay from the last checkpoint shows nothing.
        LockstepOptions options = new()
        {
            CreateBoard = CreateBoard,
            Checkpoint = 2_000_000,
            CreateCandidate = (processor, _) => new FaultyEngine(processor, LateFault, from: 1_000_000),
        };
        List<string> progress = [];
        Divergence divergence = new LockstepRunner(options with { Progress = progress.Add }).Run().Divergence!;
        Assert.That(divergence.FirstWrong, Is.EqualTo(LateFault));
        Assert.That(progress, Has.Some.Contains("bisecting from the beginning"));
    }

    private static Board CreateBoard()
    {
        Board board = BoardCatalog.Find(DemoGuest.BoardName)!.Create(new BoardOptions());
        GuestLoader.Load(board, DemoGuest.Image, DemoGuest.DisplayName, new BootOptions { ImagePath = DemoGuest.DisplayName });
        return board;
    }

    /// <summary>Is right except that it changes USPRG0 at one count, if it has run since another.</summary>
    private sealed unsafe class FaultyEngine(Processor processor, ulong at = FaultAt, ulong from = ulong.MaxValue) : IEngine
    {
        private readonly InterpreterEngine _right = new(processor);
        private readonly ulong _start = processor.State->InstructionCount;

        public string Name => "faulty";

        public void Run(ulong until)
        {
            if (processor.State->InstructionCount < at && until >= at && _start <= from)
            {
                _right.Run(at);
                processor.State->Usprg0 ^= 0x10;
            }

            _right.Run(until);
        }

        public void Dispose() => _right.Dispose();
    }
}
