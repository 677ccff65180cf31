namespace PpcJit.Machine.Cpu;

/// <summary>One exception that was taken.</summary>
/// <param name="Count">Number of instructions completed when it was taken.</param>
/// <param name="Kind">Which exception.</param>
/// <param name="Pc">The saved return address (SRR0 or SRR2).</param>
/// <param name="Msr">The saved MSR (SRR1 or SRR3).</param>
/// <param name="Esr">The ESR after it.</param>
/// <param name="Dear">The DEAR after it.</param>
public readonly record struct ExceptionRecord(ulong Count, ExceptionKind Kind, uint Pc, uint Msr, uint Esr, uint Dear);

/// <summary>Is told of an exception that was taken.</summary>
/// <param name="record">The exception; valid during the call. Guests take millions of them in a second, so it is not copied.</param>
public delegate void ExceptionHandler(in ExceptionRecord record);
