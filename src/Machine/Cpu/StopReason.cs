namespace PpcJit.Machine.Cpu;

/// <summary>Why a machine no longer runs.</summary>
public enum StopReason
{
    /// <summary>It runs, or has reached the count it was asked to reach.</summary>
    None,

    /// <summary>Core reset, by DBCR0[RST] = 01 or the watchdog.</summary>
    CoreReset,

    /// <summary>Chip reset, by DBCR0[RST] = 10 or the watchdog.</summary>
    ChipReset,

    /// <summary>System reset, by DBCR0[RST] = 11 or the watchdog: how kernels reboot.</summary>
    SystemReset,

    /// <summary>Exceptions follow each other without one instruction completing between them: nothing can ever change again.</summary>
    ExceptionLoop,

    /// <summary>The processor waits (MSR[WE]) for an interrupt that nothing can raise.</summary>
    WaitsForever,

    /// <summary>Somebody outside the machine asked it to stop.</summary>
    Requested,
}
