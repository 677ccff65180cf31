namespace PpcJit.Lab.Scenarios.Files;

/// <summary>Why a machine of a scenario stopped.</summary>
public enum CaseEnd
{
    /// <summary>It reached the count that it was asked to reach: at the end of a run, the limit.</summary>
    Limit,

    /// <summary>The guest printed the text that ends the run.</summary>
    Console,

    /// <summary>The guest's kernel said that it gives up, or printed a text that a dying guest prints.</summary>
    Panic,

    /// <summary>The guest's kernel shows the prompt of its debugger.</summary>
    DebuggerPrompt,

    /// <summary>The guest's kernel says that it has halted or turned the power off.</summary>
    PowerOff,

    /// <summary>A check found something.</summary>
    Finding,

    /// <summary>The guest reset the machine.</summary>
    Reset,

    /// <summary>The watchdog reset the machine (TSR[WRS]): the guest hung.</summary>
    WatchdogReset,

    /// <summary>Exceptions follow each other without one instruction completing between them.</summary>
    ExceptionLoop,

    /// <summary>The same faults come again and again, and their handlers change nothing.</summary>
    FaultCycle,

    /// <summary>The processor waits for an interrupt that nothing can raise.</summary>
    WaitsForever,

    /// <summary>A signal of the host ended the run.</summary>
    Signal,

    /// <summary>A place was reached at which somebody waited for it.</summary>
    Marked,
}

/// <summary>The names of <see cref="CaseEnd"/> in scenario files and reports.</summary>
public static class CaseEnds
{
    private static readonly Dictionary<CaseEnd, string> ByEnd = new()
    {
        [CaseEnd.Limit] = "limit",
        [CaseEnd.Console] = "console",
        [CaseEnd.Panic] = "panic",
        [CaseEnd.DebuggerPrompt] = "debugger-prompt",
        [CaseEnd.PowerOff] = "power-off",
        [CaseEnd.Finding] = "finding",
        [CaseEnd.Reset] = "reset",
        [CaseEnd.WatchdogReset] = "watchdog-reset",
        [CaseEnd.ExceptionLoop] = "exception-loop",
        [CaseEnd.FaultCycle] = "fault-cycle",
        [CaseEnd.WaitsForever] = "waits-forever",
    };

    /// <summary>What a run is called that a signal of the host ended: no expectation can ask for it.</summary>
    public const string Signal = "signal";

    /// <summary>All names that an expectation may have.</summary>
    public static IReadOnlyCollection<string> Names => ByEnd.Values;

    /// <summary>The names of ends that no check foresaw and that still are findings.</summary>
    public static IEnumerable<string> Deaths => [.. ByEnd.Keys.Where(IsDeath).Select(NameOf), NameOf(CaseEnd.PowerOff), NameOf(CaseEnd.Reset)];

    /// <summary>Gives the name.</summary>
    public static string NameOf(CaseEnd end) => end == CaseEnd.Signal ? Signal : ByEnd.GetValueOrDefault(end, "marked");

    /// <summary>Whether an end of this name says that the guest died.</summary>
    public static bool IsDeath(string name) => ByEnd.Any(entry => entry.Value == name && IsDeath(entry.Key));

    /// <summary>Whether the guest died.</summary>
    public static bool IsDeath(CaseEnd end) => end
        is CaseEnd.Panic or CaseEnd.DebuggerPrompt or CaseEnd.ExceptionLoop or CaseEnd.FaultCycle or CaseEnd.WaitsForever or CaseEnd.WatchdogReset;
}
