using System.CommandLine;
using PpcJit.Kernel;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Logs;

namespace PpcJit.Cli.Commands;

/// <summary>The options that say what is to be seen of a whole run. <c>docs/look.md</c> describes them.</summary>
internal sealed class LookArguments
{
    private const string HelpWord = "help";

    private readonly Option<string?> _log = new("--log")
    {
        Description = $"Log events, one line each: {string.Join(", ", LogKind.All.Select(kind => kind.Name))}; 'help' explains them.",
        HelpName = "KIND,...",
        CompletionSources = { _ => LogKind.All.Select(kind => kind.Name).Append(HelpWord) },
    };

    private readonly Option<string?> _logFile = Text("--log-file", "FILE",
        "Where the log goes, compressed when the name ends in .gz; default: standard error.");
    private readonly Option<string?> _logFrom = Text("--log-from", "MOMENT",
        "Log from this moment on: @N, SYMBOL#K, panic, or -N, counted from the end. For what only the end says, the run is done twice.");
    private readonly Option<string?> _logTo = Text("--log-to", "MOMENT", "Log up to this moment.");
    private readonly Option<string?> _logIn = Text("--log-in", "FUNCTION,...", "Log only what happens in the code of these functions.");
    private readonly Option<string?> _logLimit = Text("--log-limit", "SIZE", "Most bytes of lines that are logged: 64M. Default: 1G.");

    private readonly Option<string[]> _print = new("--print")
    {
        Description = "Print a text each time the run comes to a place, as if the guest had a printf there: 'SYMBOL[+OFFSET] [when EXPR] [on "
            + "call N]: text {r3} {r4:d} {u32[r4+8]} {string(r5)} {symbol(lr)} {task} {backtrace}'. May be given again.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _count = Text("--count", "SYMBOL,...",
        "Count how often places are reached, by caller and by task, and say at which moments.");

    private readonly Option<string[]> _profile = Files("--profile",
        "Count exactly where every instruction was, and write it to FILE.html (a flame graph), FILE.folded, FILE.speedscope.json or FILE.pb "
        + "(pprof).");
    private readonly Option<string[]> _timeline = Files("--timeline",
        "Write what happened when to FILE.pftrace (Perfetto), FILE.html, or FILE.vcd (lines of interrupts, for GTKWave). The longest 300,000 "
        + "calls of each task are kept, and six million of all tasks.");
    private readonly Option<string[]> _coverage = Files("--coverage",
        "Write which code was reached to FILE.info (lcov), FILE.json (for 'ppcjit coverage') or FILE.html.");
    private readonly Option<string[]> _latency = Files("--latency",
        "Measure how long interrupts are off and how long they and TLB misses take, and write it to FILE.json or FILE.html too.");
    private readonly Option<string?> _compare = Text("--compare", "KERNEL",
        "Compare the latencies with those of another kernel: FILE.json that --latency wrote, a run that --save-run wrote, or an image that is "
        + "booted with the same options.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_log, _logFile, _logFrom, _logTo, _logIn, _logLimit, _print, _count, _profile, _timeline, _coverage,
            _latency, _compare])
            command.Add(option);
    }

    /// <summary>Whether the kinds of events are to be explained instead of anything else.</summary>
    public bool AsksForHelp(ParseResult parsed) => parsed.GetValue(_log) == HelpWord;

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="measuresLatency">Whether latencies are measured in any case.</param>
    /// <exception cref="InputException">One cannot be used.</exception>
    public ObservationRequest Read(ParseResult parsed, bool measuresLatency = false) => new()
    {
        Log = ReadLog(parsed),
        Prints = parsed.GetValue(_print) ?? [],
        Count = parsed.GetValue(_count),
        Profiles = parsed.GetValue(_profile) ?? [],
        Timelines = parsed.GetValue(_timeline) ?? [],
        Coverage = parsed.GetValue(_coverage) ?? [],
        MeasuresLatency = measuresLatency || parsed.GetValue(_latency) is { Length: > 0 },
        LatencyFiles = parsed.GetValue(_latency) ?? [],
        ComparedLatency = parsed.GetValue(_compare) is { } before && !measuresLatency && parsed.GetValue(_latency) is not { Length: > 0 }
            ? throw new InputException($"--compare {before} needs --latency FILE too.")
            : parsed.GetValue(_compare),
    };

    private LogRequest? ReadLog(ParseResult parsed)
    {
        if (parsed.GetValue(_log) is { } kinds)
        {
            return new LogRequest(LogKind.Parse("--log", kinds))
            {
                Path = parsed.GetValue(_logFile),
                From = parsed.GetValue(_logFrom),
                To = parsed.GetValue(_logTo),
                In = parsed.GetValue(_logIn),
                Limit = parsed.GetValue(_logLimit) is { } size ? Numbers.Size("--log-limit", size) : null,
            };
        }

        foreach (Option<string?> option in (Option<string?>[])[_logFile, _logFrom, _logTo, _logIn, _logLimit])
        {
            bool isForPrints = option == _logFile && parsed.GetValue(_print) is { Length: > 0 };
            if (parsed.GetValue(option) is not null && !isForPrints)
                throw new InputException($"{option.Name} needs --log KIND,... too.");
        }

        return parsed.GetValue(_logFile) is { } path ? new LogRequest([]) { Path = path } : null;
    }

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE", DefaultValueFactory = _ => [] };

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
