namespace PpcJit.Machine.Cpu;

/// <summary>Asynchronous interrupt sources as bits of <see cref="CpuState.PendingInterrupts"/>.</summary>
[Flags]
public enum InterruptSource : uint
{
    /// <summary>Nothing asks for an interrupt.</summary>
    None = 0,

    /// <summary>The external (non-critical) input, driven by the UIC.</summary>
    External = 1 << 0,

    /// <summary>The critical input, driven by the UIC.</summary>
    CriticalInput = 1 << 1,

    /// <summary>TSR[PIS] and TCR[PIE].</summary>
    Pit = 1 << 2,

    /// <summary>TSR[FIS] and TCR[FIE].</summary>
    Fit = 1 << 3,

    /// <summary>TSR[WIS] and TCR[WIE].</summary>
    Watchdog = 1 << 4,

    /// <summary>A debug event is recorded in the DBSR while DBCR0[IDM] is set.</summary>
    Debug = 1 << 5,

    /// <summary>A bus error was reported on a data access.</summary>
    MachineCheck = 1 << 6,

    /// <summary>A reset that the machine goes on after; DBSR[MRR] says which. It is taken ahead of everything else.</summary>
    Reset = 1 << 7,
}
