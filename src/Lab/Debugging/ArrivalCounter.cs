using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging;

/// <summary>
/// Counts how often a run arrives at an address. An arrival that an exception interrupts, and that is tried again on
/// the same stack, is still the same one. What is
/// taken ahead of the instruction, a miss of its own page too, comes before the arrival is seen.
/// </summary>
/// <param name="processor">The core.</param>
/// <param name="address">The effective address.</param>
public sealed unsafe class ArrivalCounter(Processor processor, uint address)
{
    private const int MaxContinuations = 64;

    private readonly List<uint> _interrupted = [];
    private ulong _lastSeen = ulong.MaxValue;

    /// <summary>How often the run has arrived.</summary>
    public ulong Seen { get; private set; }

    /// <summary>Notes an exception. To be called with each one.</summary>
    public void NoteException(in ExceptionRecord record)
    {
        if (record.Pc != address || record.Count != _lastSeen)
            return;
        if (_interrupted.Count == MaxContinuations)
            _interrupted.RemoveAt(0);
        _interrupted.Add(processor.State->Gpr[1]);
    }

    /// <summary>Notes that the instruction at the address is about to be executed.</summary>
    /// <returns>Whether that is a new arrival.</returns>
    public bool Arrive()
    {
        _lastSeen = processor.State->InstructionCount;
        if (_interrupted.Remove(processor.State->Gpr[1]))
            return false;
        Seen++;
        return true;
    }
}
