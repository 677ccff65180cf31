using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>What gdb debugs.</summary>
/// <param name="Timeline">The run.</param>
/// <param name="Console">The guest's console, which is interrupted to stop the guest.</param>
/// <param name="Monitor">Carries out <c>monitor</c> commands.</param>
/// <param name="Panic">Where the guest's kernel gave up.</param>
public sealed record GdbTarget(Timeline Timeline, InterruptibleConsole Console, IMonitor Monitor, PanicNote Panic)
{
    /// <summary>Whether gdb started the guest, so that it ends with gdb; otherwise it was there before, and runs on.</summary>
    public bool IsStartedByGdb { get; init; }
}

/// <summary>How a client left.</summary>
public enum GdbEnd
{
    /// <summary>It detached: the guest is to run on.</summary>
    Detached,

    /// <summary>It wants the guest to end.</summary>
    Killed,

    /// <summary>The connection broke.</summary>
    Vanished,

    /// <summary>The person at the guest's console left.</summary>
    Left,
}
