using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>One run of an exception handler.</summary>
/// <param name="Id">Number of the run, from 1.</param>
/// <param name="Taken">The exception that began it.</param>
/// <param name="Lwp">Address of the lwp that ran then; 0 when it is not known.</param>
/// <param name="Marks">What a check has noted about it (<see cref="HandlerTracker.Mark"/>).</param>
internal readonly record struct Handler(int Id, GuestEvent Taken, uint Lwp, uint Marks = 0)
{
    /// <summary>Which exception it handles.</summary>
    public ExceptionKind Kind => Taken.Exception;

    /// <summary>Address of the interrupted instruction.</summary>
    public uint Interrupted => Taken.Address;

    /// <summary>Whether its state was saved in SRR2 and SRR3.</summary>
    public bool IsCritical => Kind.IsCritical();

    /// <summary>Whether it handles a TLB miss.</summary>
    public bool IsTlbMiss => Kind is ExceptionKind.DataTlbMiss or ExceptionKind.InstructionTlbMiss;

    /// <summary>Whether it comes from outside of the program.</summary>
    public bool IsInterrupt => Kind.IsInterrupt();
}
