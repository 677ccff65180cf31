using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Differential;

/// <summary>
/// Runs the interpreter and the fast engine over the same guest, each on a machine and a thread of its own, and
/// compares the whole architected state at checkpoints. On a difference it finds the first wrong instruction by itself.
/// </summary>
public sealed unsafe class LockstepRunner(LockstepOptions options)
{
    /// <summary>Instructions between two looks whether the run shall end.</summary>
    private const ulong Slice = 5_000_000;

    private readonly PanicWatch _watch = new();
    private bool _endSaid;

    /// <summary>Runs until the guest stops, the limit is reached, or the engines differ.</summary>
    public LockstepResult Run()
    {
        using Board oracle = options.CreateBoard();
        using Board candidate = options.CreateBoard();
        using MachineSnapshot agreed = new();
        if (candidate.Console is { } uart)
        {
            uart.Transmitted = value =>
            {
                options.Console?.Invoke(value);
                _endSaid |= _watch.Next(value, PanicWatch.IsByKernel(candidate));
            };
        }

        FaultCycle cycle = new(oracle.Processor);
        void NoteException(ExceptionRecord record) => cycle.Note(record);
        oracle.Processor.ExceptionTaken += NoteException;
        int checkpoints = 0;
        bool endRequested = false;
        agreed.Take(oracle);
        using (InterpreterEngine slow = new(oracle.Processor))
        using (IEngine fast = options.CreateEngine(candidate.Processor, options.Jit))
        {
            while (agreed.Count < options.MaxInstructions && oracle.Processor.StopReason == StopReason.None && !_endSaid && !cycle.IsCertain
                && !endRequested)
            {
                ulong next = Math.Min(agreed.Count + options.Checkpoint, options.MaxInstructions);
                do
                {
                    RunBoth(slow, fast, Math.Min(next, oracle.Processor.State->InstructionCount + Slice));
                    endRequested = options.EndRequested?.Invoke() == true;
                }
                while (oracle.Processor.State->InstructionCount < next && candidate.Processor.State->InstructionCount < next
                    && oracle.Processor.StopReason == StopReason.None && candidate.Processor.StopReason == StopReason.None
                    && !_endSaid && !cycle.IsCertain && !endRequested);
                checkpoints++;
                if (!StateComparer.AreEqual(oracle, candidate))
                    break;
                agreed.Take(oracle);
            }
        }

        oracle.Processor.ExceptionTaken -= NoteException;
        if (StateComparer.AreEqual(oracle, candidate))
            return Agreed(oracle, agreed.Count, checkpoints, cycle.IsCertain, endRequested);
        if (candidate.Console is { } silenced)
            silenced.Transmitted = null;
        ulong wrong = Math.Max(oracle.Processor.State->InstructionCount, candidate.Processor.State->InstructionCount);
        return new LockstepResult(agreed.Count, RunEnd.Left, checkpoints, Locate(agreed, oracle, candidate, wrong));
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
            Death = told.GuestFailed ? FaultReport.Lines(oracle, told, options.Symbols?.Invoke()) : [],
            Sentence = FaultReport.Sentence(oracle, told),
        };
    }

    private static void RunBoth(InterpreterEngine slow, IEngine fast, ulong until)
    {
        Task oracle = Task.Run(() => slow.Run(until));
        fast.Run(until);
        oracle.GetAwaiter().GetResult();
    }

    /// <summary>
    /// First from the last checkpoint with eager compilation, which takes seconds. When the difference needs what
    /// happened before the checkpoint, from the beginning.
    /// </summary>
    private Divergence Locate(MachineSnapshot agreed, Board oracle, Board candidate, ulong wrong)
    {
        IReadOnlyList<StateDifference> seen = StateComparer.Compare(oracle, candidate);
        foreach (int threshold in (ReadOnlySpan<int>)[options.Jit.Threshold, 1, 8])
        {
            Replay replay = new(agreed, oracle, candidate, options.CreateEngine, options.Jit with { Background = false, Threshold = threshold });
            if (replay.DiffersAt(wrong))
                return new DivergenceFinder(replay, oracle, candidate, options.Progress, options.DescribeRegion).Find(wrong);
        }

        options.Progress?.Invoke("The difference needs what happened before the last checkpoint; bisecting from the beginning ...");
        using MachineSnapshot beginning = new();
        using (Board fresh = options.CreateBoard())
            beginning.Take(fresh);
        Replay whole = new(beginning, oracle, candidate, options.CreateEngine, options.Jit with { Background = false });
        if (whole.DiffersAt(wrong))
            return new DivergenceFinder(whole, oracle, candidate, options.Progress, options.DescribeRegion).Find(wrong);
        return new Divergence(agreed.Count, wrong, seen, [], -1, "", "", "",
            ["The difference could not be repeated in one go: it depends on where the runs were cut, or on the host's timing."], null);
    }
}
