using PpcJit.Kernel.Recording;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>Why a run ended.</summary>
public enum RunEnd
{
    /// <summary>The guest reset the machine: it rebooted.</summary>
    Reset,

    /// <summary>The watchdog reset the machine (TSR[WRS]): the guest hung.</summary>
    WatchdogReset,

    /// <summary>The guest transmitted the text that was waited for.</summary>
    TextAppeared,

    /// <summary>The most instructions that were allowed have completed.</summary>
    InstructionLimit,

    /// <summary>The guest's kernel said that it gives up.</summary>
    Panic,

    /// <summary>The guest's kernel shows the prompt of its debugger, and nobody is there to type.</summary>
    DebuggerPrompt,

    /// <summary>The guest's kernel says that it has halted or turned the power off.</summary>
    PowerOff,

    /// <summary>A signal of the host ended the run.</summary>
    Signal,

    /// <summary>The person at the terminal left.</summary>
    Left,

    /// <summary>Exceptions follow each other without one instruction completing between them.</summary>
    ExceptionLoop,

    /// <summary>The same exceptions come again and again: their handlers return, and nothing has changed (<see cref="FaultCycle"/>).</summary>
    FaultCycle,

    /// <summary>The processor waits for an interrupt that nothing can raise.</summary>
    WaitsForever,
}

/// <summary>What a run did.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="StopReason">What the processor says about it: the kind of reset, for example.</param>
/// <param name="Instructions">Completed instructions since the machine was created: guest time.</param>
/// <param name="HostTime">Host time the run took.</param>
/// <param name="Exceptions">How often each exception was taken, in the order of the vectors, all of them.</param>
/// <param name="StateHashes">The state hashes that were asked for, as far as the run came.</param>
/// <param name="Inputs">
/// Each byte of console input and the count at which it entered, as far as <see cref="RunOptions.MaxInputBytes"/> goes: enough to repeat the run up
/// to there.
/// </param>
/// <param name="ConsoleBytes">How many bytes the guest transmitted.</param>
/// <param name="ExpectationMet">Whether <see cref="RunOptions.Expected"/> was transmitted, or nothing was expected.</param>
public sealed record RunResult(
    RunEnd End,
    StopReason StopReason,
    ulong Instructions,
    TimeSpan HostTime,
    IReadOnlyList<ExceptionTotal> Exceptions,
    IReadOnlyList<StateHashPoint> StateHashes,
    IReadOnlyList<ConsoleInput> Inputs,
    ulong ConsoleBytes,
    bool ExpectationMet)
{
    /// <summary>Whether the guest got into a state from which nothing can lead.</summary>
    public bool GuestFailed =>
        End is RunEnd.Panic or RunEnd.ExceptionLoop or RunEnd.FaultCycle or RunEnd.WaitsForever or RunEnd.WatchdogReset or RunEnd.DebuggerPrompt;

    /// <summary>The line with which the guest's kernel gave up, fit to be shown; null when it did not.</summary>
    public string? PanicLine { get; init; }

    /// <summary>The line in which the guest's kernel debugger shows that it waits for commands; null when it does not.</summary>
    public string? DebuggerLine { get; init; }

    /// <summary>The line with which the guest's kernel says that it has halted or turned the power off; null when it has not.</summary>
    public string? HaltLine { get; init; }

    /// <summary>How many bytes of console input entered after those of which <see cref="Inputs"/> tells.</summary>
    public ulong InputsLeftOut { get; init; }

    /// <summary>The number of the host's signal that ended the run; 0 for none.</summary>
    public int Signal { get; init; }

    /// <summary>Millions of guest instructions per second of host time.</summary>
    public double Mips => Instructions / 1e6 / Math.Max(HostTime.TotalSeconds, 1e-9);

    /// <summary>How often an exception was taken.</summary>
    public ulong ExceptionsOf(ExceptionKind kind) => Exceptions[(int)kind].Count;
}

/// <summary>How often an exception was taken.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Count">How often.</param>
public sealed record ExceptionTotal(ExceptionKind Kind, ulong Count);

/// <summary>The state hash at a count.</summary>
/// <param name="Count">Number of completed instructions.</param>
/// <param name="Hash">Hash over registers, TLB, devices and RAM.</param>
public readonly record struct StateHashPoint(ulong Count, ulong Hash)
{
    /// <summary>Gives the line that tools compare: <c>state-hash COUNT HEX</c>.</summary>
    public override string ToString() => $"state-hash {Count} {Hash:x16}";
}
