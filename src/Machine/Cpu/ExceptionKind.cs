namespace PpcJit.Machine.Cpu;

/// <summary>The 405's exceptions, in the order of their vectors.</summary>
public enum ExceptionKind
{
    /// <summary>Critical input, vector 0x0100.</summary>
    CriticalInput,

    /// <summary>Machine check, vector 0x0200.</summary>
    MachineCheck,

    /// <summary>Data storage, vector 0x0300.</summary>
    DataStorage,

    /// <summary>Instruction storage, vector 0x0400.</summary>
    InstructionStorage,

    /// <summary>External (non-critical) input, vector 0x0500.</summary>
    External,

    /// <summary>Alignment, vector 0x0600.</summary>
    Alignment,

    /// <summary>Program: illegal or privileged instruction or trap, vector 0x0700.</summary>
    Program,

    /// <summary>System call, vector 0x0C00.</summary>
    SystemCall,

    /// <summary>Programmable interval timer, vector 0x1000.</summary>
    Pit,

    /// <summary>Fixed interval timer, vector 0x1010.</summary>
    Fit,

    /// <summary>Watchdog timer, vector 0x1020.</summary>
    Watchdog,

    /// <summary>Data TLB miss, vector 0x1100.</summary>
    DataTlbMiss,

    /// <summary>Instruction TLB miss, vector 0x1200.</summary>
    InstructionTlbMiss,

    /// <summary>Debug, vector 0x2000.</summary>
    Debug,
}

/// <summary>What kinds of exceptions have in common.</summary>
public static class ExceptionKinds
{
    /// <summary>
    /// Whether an exception is an interrupt: it comes from outside of the program, and only where MSR[EE] or, for the critical ones, MSR[CE] lets it.
    /// </summary>
    public static bool IsInterrupt(this ExceptionKind kind) =>
        kind is ExceptionKind.External or ExceptionKind.Pit or ExceptionKind.Fit or ExceptionKind.CriticalInput or ExceptionKind.Watchdog;

    /// <summary>What asked for an interrupt; <see cref="InterruptSource.None"/> for an exception that is none.</summary>
    public static InterruptSource Source(this ExceptionKind kind) => kind switch
    {
        ExceptionKind.External => InterruptSource.External,
        ExceptionKind.CriticalInput => InterruptSource.CriticalInput,
        ExceptionKind.Pit => InterruptSource.Pit,
        ExceptionKind.Fit => InterruptSource.Fit,
        ExceptionKind.Watchdog => InterruptSource.Watchdog,
        _ => InterruptSource.None,
    };

    /// <summary>Whether an instruction causes an exception that it does not mean to cause.</summary>
    public static bool IsFault(this ExceptionKind kind) => kind is ExceptionKind.DataStorage or ExceptionKind.InstructionStorage
        or ExceptionKind.DataTlbMiss or ExceptionKind.InstructionTlbMiss or ExceptionKind.Alignment or ExceptionKind.Program
        or ExceptionKind.MachineCheck;

    /// <summary>Whether an exception sets DEAR, the address of the access that it is about.</summary>
    public static bool SetsDear(this ExceptionKind kind) =>
        kind is ExceptionKind.DataStorage or ExceptionKind.DataTlbMiss or ExceptionKind.Alignment;

    /// <summary>Whether an exception is a critical one, which saves into SRR2 and SRR3; the others save into SRR0 and SRR1.</summary>
    public static bool IsCritical(this ExceptionKind kind) =>
        kind is ExceptionKind.CriticalInput or ExceptionKind.MachineCheck or ExceptionKind.Watchdog or ExceptionKind.Debug;
}
