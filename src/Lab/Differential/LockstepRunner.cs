using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Differential;

/// <summary>
/// Runs the interpreter and the fast engine over the same guest, each on a machine and a thread of its own, and compares the whole architected state at
/// checkpoints. On a difference it finds the first wrong instruction by itself.
/// </summary>
public sealed unsafe class LockstepRunner(LockstepOptions options)
{
    /// <summary>Runs until the guest stops, the limit is reached, or the engines differ.</summary>
    public LockstepResult Run()
    {
        using Board oracle = options.CreateBoard();
        using Board candidate = options.CreateBoard();
        using MachineSnapshot agreed = new();
        if (options.Console is { } console && candidate.Console is { } uart)
            uart.Transmitted = console;

        int checkpoints = 0;
        agreed.Take(oracle);
        using (InterpreterEngine slow = new(oracle.Processor))
        using (IEngine fast = options.CreateEngine(candidate.Processor, options.Jit))
        {
            while (agreed.Count < options.MaxInstructions && oracle.Processor.StopReason == StopReason.None)
            {
                ulong next = Math.Min(agreed.Count + options.Checkpoint, options.MaxInstructions);
                RunBoth(slow, fast, next);
                checkpoints++;
                if (!StateComparer.AreEqual(oracle, candidate))
                    break;
                agreed.Take(oracle);
            }
        }

        if (StateComparer.AreEqual(oracle, candidate))
            return new LockstepResult(agreed.Count, oracle.Processor.StopReason, checkpoints, null);
        if (candidate.Console is { } silenced)
            silenced.Transmitted = null;
        ulong wrong = Math.Max(oracle.Processor.State->InstructionCount, candidate.Processor.State->InstructionCount);
        return new LockstepResult(agreed.Count, StopReason.None, checkpoints, Locate(agreed, oracle, candidate, wrong));
    }

    private static void RunBoth(InterpreterEngine slow, IEngine fast, ulong until)
    {
        Task oracle = Task.Run(() => slow.Run(until));
        fast.Run(until);
        oracle.GetAwaiter().GetResult();
    }

    /// <summary>
    /// First from the last checkpoint with eager compilation, which takes seconds. When the difference needs what happened before the checkpoint, from the
    /// beginning.
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
