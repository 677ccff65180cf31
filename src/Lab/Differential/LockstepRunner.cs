using PpcJit.Jit.Settings;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Differential;

/// <summary>
/// Runs the interpreter and the fast engine over the same guest, each on a machine and a thread of its own, and
/// compares the whole architected state at checkpoints. On a difference it finds the first wrong instruction by itself.
/// </summary>
public sealed class LockstepRunner(LockstepOptions options)
{
    /// <summary>Instructions between two looks whether the run shall end.</summary>
    private const ulong Slice = 5_000_000;

    /// <summary>Bytes that the checkpoints of each machine may take.</summary>
    private const long MaxHistory = 256 << 20;

    private readonly PanicWatch _watch = new();
    private bool _endSaid;

    /// <summary>Runs until the guest stops, the limit is reached, or the engines differ.</summary>
    public LockstepResult Run()
    {
        using Board oracle = options.CreateBoard();
        using Board candidate = options.CreateBoard();
        using InterpreterEngine slow = new(oracle.Processor);
        GuestMachine right = new(oracle, slow, new SilentConsole()) { Milestones = options.Diverged is null ? null : new Milestones() };
        using Timeline past = new(right, new TimelineOptions { MaxBytes = MaxHistory });
        using TestedMachine tested = new(candidate, options.CreateEngine(candidate.Processor, options.Jit));
        void OnPrinted(byte value)
        {
            options.Console?.Invoke(value);
            _endSaid |= _watch.Next(value, PanicWatch.IsByKernel(candidate));
        }

        tested.Machine.Printed += OnPrinted;
        FaultCycle cycle = new(oracle.Processor);
        void NoteException(in ExceptionRecord record) => cycle.Note(record);
        oracle.Processor.ExceptionTaken += NoteException;

        int checkpoints = 0;
        ulong agreed = right.Count;
        bool endRequested = false;
        while (agreed < options.MaxInstructions && oracle.Processor.StopReason == StopReason.None && !_endSaid && !cycle.IsCertain && !endRequested)
        {
            ulong next = Math.Min(agreed + options.Checkpoint, options.MaxInstructions);
            do
            {
                RunBoth(right, tested.Machine, Math.Min(next, right.Count + Slice));
                endRequested = options.EndRequested?.Invoke() == true;
            }
            while (right.Count < next && tested.Machine.Count < next
                && oracle.Processor.StopReason == StopReason.None && candidate.Processor.StopReason == StopReason.None && !_endSaid
                    && !cycle.IsCertain && !endRequested);
            checkpoints++;
            if (!StateComparer.AreEqual(oracle, candidate))
                break;
            agreed = right.Count;
            past.KeepHere();
            tested.Past.KeepHere();
        }

        oracle.Processor.ExceptionTaken -= NoteException;
        tested.Machine.Printed -= OnPrinted;
        tested.EndEngine();
        if (StateComparer.AreEqual(oracle, candidate))
            return Agreed(oracle, agreed, checkpoints, cycle.IsCertain, endRequested);
        ulong wrong = Math.Max(right.Count, tested.Machine.Count);
        Divergence divergence = Locate(agreed, past, tested.Past, wrong);
        past.GoTo(new Moment(divergence.FirstWrong));
        if (options.Running?.Invoke(oracle) is { } running)
            divergence = divergence with { Notes = [.. divergence.Notes, $"The oracle is in {running} there."] };
        options.Diverged?.Invoke(right, divergence);
        return new LockstepResult(agreed, RunEnd.Left, checkpoints, divergence);
    }

    private LockstepResult Agreed(Board oracle, ulong count, int checkpoints, bool isCycle, bool endRequested)
    {
        RunEnd end = oracle.Processor.StopReason switch
        {
            StopReason.None when _watch.Line is not null => RunEnd.Panic,
            StopReason.None when _watch.HaltLine is not null => RunEnd.PowerOff,
            StopReason.None when _watch.DebuggerLine is not null => RunEnd.DebuggerPrompt,
            StopReason.None when isCycle => RunEnd.FaultCycle,
            StopReason.None => endRequested ? RunEnd.Left : RunEnd.InstructionLimit,
            StopReason.ExceptionLoop => RunEnd.ExceptionLoop,
            StopReason.WaitsForever => RunEnd.WaitsForever,
            _ => oracle.Processor.Timers.WatchdogResetStatus != 0 ? RunEnd.WatchdogReset : RunEnd.Reset,
        };
        RunResult told = new(end, oracle.Processor.StopReason, count, TimeSpan.Zero, [], [], [], 0, true)
        {
            PanicLine = _watch.Line,
            DebuggerLine = _watch.DebuggerLine,
            HaltLine = _watch.HaltLine,
        };
        return new LockstepResult(count, end, checkpoints, null)
        {
            Death = told.GuestFailed ? FaultReport.Lines(oracle, told, options.Symbols?.Invoke(), options.Running?.Invoke(oracle)) : [],
            Sentence = FaultReport.Sentence(oracle, told),
        };
    }

    private static void RunBoth(GuestMachine right, GuestMachine tested, ulong until)
    {
        Task oracle = Task.Run(() => right.Run(until));
        tested.Run(until);
        oracle.GetAwaiter().GetResult();
    }

    /// <summary>
    /// First from the last checkpoint with eager compilation, which takes seconds. When the difference needs what
    /// happened before the checkpoint, from the beginning.
    /// </summary>
    private Divergence Locate(ulong agreed, Timeline right, Timeline tested, ulong wrong)
    {
        (Board oracle, Board candidate) = (right.Machine.Board, tested.Machine.Board);
        IReadOnlyList<StateDifference> seen = StateComparer.Compare(oracle, candidate);
        foreach (int threshold in (ReadOnlySpan<int>)[options.Jit.Threshold, 1, 8])
        {
            Replay replay = From(agreed, options.Jit with { Background = false, Threshold = threshold });
            if (replay.DiffersAt(wrong))
                return new DivergenceFinder(replay, oracle, candidate, options.Progress, options.DescribeRegion).Find(wrong);
        }

        ulong beginning = Math.Max(right.Oldest.Count, tested.Oldest.Count);
        options.Progress?.Invoke(
            $"The difference needs what happened before the last checkpoint; "
            + $"bisecting from {(beginning == 0 ? "the beginning" : new Moment(beginning))} ...");
        Replay whole = From(beginning, options.Jit with { Background = false });
        if (whole.DiffersAt(wrong))
            return new DivergenceFinder(whole, oracle, candidate, options.Progress, options.DescribeRegion).Find(wrong);
        return new Divergence(agreed, wrong, seen, [], -1, "", "", "",
            ["The difference could not be repeated in one go: it depends on where the runs were cut, or on the host's timing."], null);

        Replay From(ulong start, JitOptions jit) => new(new TimelineStart(start, right, tested), oracle, candidate, options.CreateEngine, jit);
    }

    /// <summary>The machine with the engine under test. Where it agrees with the oracle it can be brought back to, also without the engine.</summary>
    private sealed class TestedMachine : IDisposable
    {
        private IEngine? _engine;

        public TestedMachine(Board board, IEngine engine)
        {
            _engine = engine;
            Machine = new GuestMachine(board, engine, new SilentConsole());
            Past = new Timeline(Machine, new TimelineOptions { MaxBytes = MaxHistory, Spacing = ulong.MaxValue });
        }

        public GuestMachine Machine { get; }

        /// <summary>It has checkpoints only where the engines were seen to agree.</summary>
        public Timeline Past { get; }

        public void EndEngine()
        {
            _engine?.Dispose();
            _engine = null;
        }

        public void Dispose()
        {
            Past.Dispose();
            EndEngine();
        }
    }
}
