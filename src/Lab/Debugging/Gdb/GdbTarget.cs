using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Monitoring;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>What gdb debugs.</summary>
/// <param name="Timeline">The run.</param>
/// <param name="Console">The guest's console, which is interrupted to stop the guest.</param>
/// <param name="Monitor">Carries out <c>monitor</c> commands.</param>
/// <param name="Session">Listens to the guest, and knows where its kernel gave up.</param>
public sealed record GdbTarget(Timeline Timeline, InterruptibleConsole Console, DebugMonitor Monitor, GuestSession Session)
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
