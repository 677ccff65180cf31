using System.Diagnostics;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Differential.Hostile;

/// <summary>
/// Runs hostile guests on both engines, each on a machine of its own, and compares everything that a guest can observe
/// at random counts.
/// </summary>
/// <param name="options">How many, and from where on.</param>
public sealed unsafe class HostileRunner(HostileOptions options)
{
    /// <summary>Runs until all guests have run, or the engines differ.</summary>
    /// <exception cref="InvalidOperationException">An engine failed; the message names seed and guest.</exception>
    public HostileResult Run()
    {
        Stopwatch time = Stopwatch.StartNew();
        ulong instructions = 0;
        ulong exceptions = 0;
        long regions = 0;
        ulong guest = options.First;
        HostileFailure? failure = null;
        for (; guest - options.First < options.Guests && failure is null && options.EndRequested?.Invoke() != true; guest++)
        {
            JitOptions setting = options.Settings[(int)(guest / (ulong)BoardCatalog.All.Count % (ulong)options.Settings.Count)];
            try
            {
                failure = RunGuest(guest, setting, ref instructions, ref exceptions, ref regions);
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"hostile guest {guest} of seed {options.Seed} ({setting}): {problem.Message}", problem);
            }
        }

        return new HostileResult(guest - options.First, instructions, exceptions, regions, time.Elapsed, failure);
    }

    private HostileFailure? RunGuest(ulong number, JitOptions setting, ref ulong instructions, ref ulong exceptions, ref long regions)
    {
        HostileGuest guest = new(options.Seed, number, options.Longest);
        using Board oracle = guest.CreateBoard();
        using Board candidate = guest.CreateBoard();
        using MachineSnapshot agreed = new();
        IReadOnlyList<StateDifference> differences = [];
        ulong count = 0;
        using (InterpreterEngine slow = new(oracle.Processor))
        using (IEngine fast = Create(candidate.Processor, setting))
        {
            foreach (HostileVisit visit in guest.Visits)
            {
                agreed.Take(oracle);
                count = visit.Count;
                slow.Run(count);
                fast.Run(count);
                if (!StateComparer.AreEqual(oracle, candidate))
                {
                    differences = StateComparer.Compare(oracle, candidate);
                    break;
                }

                if (oracle.Processor.StopReason != StopReason.None)
                    break;
                visit.Enter(oracle);
                visit.Enter(candidate);
            }

            regions += (fast as JitEngine)?.Statistics.Regions ?? 0;
        }

        instructions += oracle.Processor.State->InstructionCount;
        foreach (ExceptionKind kind in Enum.GetValues<ExceptionKind>())
            exceptions += oracle.Processor.ExceptionCount(kind);
        if (differences.Count == 0)
            return null;
        return new HostileFailure(number, guest.BoardName, setting, agreed.Count, count, differences,
            Locate(agreed, oracle, candidate, setting, count));
    }

    /// <summary>Finds the first wrong instruction since the last comparison; null when the difference needs what happened before.</summary>
    private Divergence? Locate(MachineSnapshot agreed, Board oracle, Board candidate, JitOptions setting, ulong wrong)
    {
        Replay replay = new(new SnapshotStart(agreed, oracle, candidate), oracle, candidate, Create, setting);
        return replay.DiffersAt(wrong) ? new DivergenceFinder(replay, oracle, candidate, null).Find(wrong) : null;
    }

    private IEngine Create(Processor processor, JitOptions setting) =>
        options.CreateCandidate?.Invoke(processor, setting) ?? new JitEngine(processor, setting);
}
