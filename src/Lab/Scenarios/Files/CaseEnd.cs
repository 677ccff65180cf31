namespace PpcJit.Lab.Scenarios.Files;

/// <summary>Why a machine of a scenario stopped.</summary>
public enum CaseEnd
{
    /// <summary>It reached the count that it was asked to reach: at the end of a run, the limit.</summary>
    Limit,

    /// <summary>The guest printed the text that ends the run.</summary>
    Console,

    /// <summary>The guest printed a text that a dying guest prints.</summary>
    Panic,

    /// <summary>A check found something.</summary>
    Finding,

    /// <summary>The guest reset the machine.</summary>
    Reset,

    /// <summary>The watchdog reset the machine (TSR[WRS]): the guest hung.</summary>
    WatchdogReset,

    /// <summary>Exceptions follow each other without one instruction completing between them.</summary>
    ExceptionLoop,

    /// <summary>The processor waits for an interrupt that nothing can raise.</summary>
    WaitsForever,

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
        [CaseEnd.Finding] = "finding",
        [CaseEnd.Reset] = "reset",
        [CaseEnd.WatchdogReset] = "watchdog-reset",
        [CaseEnd.ExceptionLoop] = "exception-loop",
        [CaseEnd.WaitsForever] = "waits-forever",
    };

    /// <summary>All names that an expectation may have.</summary>
    public static IReadOnlyCollection<string> Names => ByEnd.Values;

    /// <summary>The names of ends that no check foresaw and that still are findings.</summary>
    public static IEnumerable<string> Deaths => [NameOf(CaseEnd.Panic), NameOf(CaseEnd.ExceptionLoop), NameOf(CaseEnd.WaitsForever), NameOf(CaseEnd.WatchdogReset), NameOf(CaseEnd.Reset)];

    /// <summary>Gives the name.</summary>
    public static string NameOf(CaseEnd end) => ByEnd.GetValueOrDefault(end, "marked");

    /// <summary>Whether an end of this name says that the guest died.</summary>
    public static bool IsDeath(string name) => ByEnd.Any(entry => entry.Value == name && IsDeath(entry.Key));

    /// <summary>Whether the guest died.</summary>
    public static bool IsDeath(CaseEnd end) => end is CaseEnd.Panic or CaseEnd.ExceptionLoop or CaseEnd.WaitsForever or CaseEnd.WatchdogReset;
}
