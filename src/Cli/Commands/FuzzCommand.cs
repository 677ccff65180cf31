using System.CommandLine;
using System.Globalization;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Terminal;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Lab.Differential.Fuzzing;
using PpcJit.Lab.Differential.Hostile;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit fuzz</c>: runs random programs on both engines; shrinks the first that differs and writes it as a case file.</summary>
internal static class FuzzCommand
{
    private static readonly Option<string> Seed = new("--seed")
    {
        Description = "Everything random follows from this number.",
        HelpName = "N",
        DefaultValueFactory = _ => "1",
    };
    private static readonly Option<string> Cases = new("--cases")
    {
        Description = "How many cases: programs, each started in many states.",
        HelpName = "N",
        DefaultValueFactory = _ => "100K",
    };
    private static readonly Option<string?> Time = new("--time") { Description = "End after so long: 30s, 10m, 2h.", HelpName = "TIME" };
    private static readonly Option<string?> Only = new("--only")
    {
        Description = $"Only programs of one kind: {string.Join(", ", Enum.GetNames<FuzzGroup>()).ToLowerInvariant()}.",
        HelpName = "GROUP",
    };
    private static readonly Option<string?> First = new("--first") { Description = "Begin with this program, or hostile guest.", HelpName = "N" };
    private static readonly Option<string?> Jobs = new("--jobs") { Description = "How many run side by side; default: as many "
        + "as the host has processors.", HelpName = "N" };
    private static readonly Option<string> Into = new("--into") { Description = "Folder for the case file of a difference.",
        HelpName = "FOLDER", DefaultValueFactory = _ => "." };
    private static readonly Option<string?> Judge = new("--judge") { Description = "Compare the engines with an independent "
        + "emulator as well, on programs without privileges; --cases is their number. qemu is Debian's qemu-user, and a board "
        + "of qemu-system-ppc where that has one.", HelpName = "NAME" };
    private static readonly Option<string?> Guests = new("--guests") { Description = "Instead of programs run N hostile "
        + "guests: whole boards whose devices, TLB, timers and own code are used at random. Each follows from the seed and its "
        + "number; --first begins with another.", HelpName = "N" };
    private static readonly Option<bool> EachSwitch = new("--each-switch")
    {
        Description = "Instead of the usual settings of the jit take each of its switches in turn, the other way than usual and alone.",
    };
    private static readonly Option<bool> CoverageWanted = new("--coverage") { Description = "Print what was exercised." };

    /// <summary>Few, so that the usual number of cases comes to all switches, of which each has 64 programs.</summary>
    private const int StatesForEachSwitch = 8;

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new("fuzz", "Run random programs on interpreter and fast engine and compare.")
        {
            Seed, Cases, Time, Only, First, Jobs, Into, Judge, Guests, EachSwitch, CoverageWanted,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using EndSignals signals = new();
        ulong seed = Numbers.Count("--seed", parsed.GetValue(Seed)!);
        if (parsed.GetValue(Judge) is { } judge)
        {
            ulong start = parsed.GetValue(First) is { } number ? Numbers.Count("--first", number) : 0;
            return JudgeRun.Execute(parsed.InvocationConfiguration.Output, judge, seed, start,
                Numbers.Count("--cases", parsed.GetValue(Cases)!), signals);
        }

        int jobs = parsed.GetValue(Jobs) is { } text ? (int)Math.Clamp(Numbers.Count("--jobs", text), 1, 256) : Environment.ProcessorCount;
        bool each = parsed.GetValue(EachSwitch);
        IReadOnlyList<JitOptions> settings = each ? FuzzOptions.EachSwitchAlone : FuzzOptions.StandardSettings;
        string repeated = each ? $" {EachSwitch.Name}" : "";
        if (parsed.GetValue(Guests) is { } guests)
        {
            ulong start = parsed.GetValue(First) is { } number ? Numbers.Count("--first", number) : 0;
            HostileOptions hostile = new() { Seed = seed, First = start, Guests = Numbers.Count("--guests", guests), Settings = settings };
            return HostileRun.Execute(parsed.InvocationConfiguration.Output, hostile, repeated, jobs, signals);
        }

        string into = parsed.GetValue(Into)!;
        if (!Directory.Exists(into))
            throw new InputException($"--into {into}: there is no such folder.");
        FuzzOptions options = new()
        {
            Seed = seed,
            Settings = settings,
            StatesPerProgram = each ? StatesForEachSwitch : new FuzzOptions().StatesPerProgram,
            EndRequested = () => signals.Received != 0,
            Cases = parsed.GetValue(Time) is not null && parsed.GetResult(Cases) is { Implicit: true }
                ? ulong.MaxValue
                : Numbers.Count("--cases", parsed.GetValue(Cases)!),
            Time = parsed.GetValue(Time) is { } time ? Duration(time) : null,
            Only = parsed.GetValue(Only) is { } only ? Group(only) : null,
            FirstProgram = parsed.GetValue(First) is { } first ? Numbers.Count("--first", first) : 0,
        };

        // Each job has a range of programs of its own, so that a failure is found again whatever the number of jobs.
        FuzzRunner[] runners = [.. Enumerable.Range(0, jobs).Select(job => new FuzzRunner(options with
        {
            FirstProgram = options.FirstProgram + ((ulong)job << 24),
            Cases = options.Cases == ulong.MaxValue
                ? ulong.MaxValue
                : (options.Cases / (ulong)jobs) + ((ulong)job < options.Cases % (ulong)jobs ? 1u : 0),
        }))];
        FuzzResult[] results = new FuzzResult[jobs];
        Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = jobs }, job => results[job] = runners[job].Run());
        FuzzCoverage coverage = new();
        foreach (FuzzRunner runner in runners)
        {
            runner.Dispose();
            coverage.Add(runner.Coverage);
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        ulong cases = results.Aggregate(0ul, (sum, result) => sum + result.Cases);
        double seconds = results.Max(result => result.HostTime.TotalSeconds);
        output.Write(string.Create(CultureInfo.InvariantCulture,
            $"{cases} cases, {results.Aggregate(0ul, (sum, result) => sum + result.Programs)} programs, "
                + $"{results.Aggregate(0ul, (sum, result) => sum + result.Instructions)} instructions in {seconds:f1} "
                + $"s: {cases / Math.Max(seconds, 1e-3):f0} cases a second\n"));
        if (parsed.GetValue(CoverageWanted))
        {
            foreach (string line in coverage.Report())
                output.Write($"{line}\n");
        }

        FuzzFailure? failure = results.Select(result => result.Failure).FirstOrDefault(found => found is not null);
        if (failure is null)
            return signals.CodeOr(ExitCode.Success);
        output.Write(FailureReport.Write(failure, seed, parsed.GetValue(Only) is { } group ? $" --only {group}{repeated}" : repeated, into));
        output.Flush();
        return ExitCode.GuestFailure;
    }

    private static TimeSpan Duration(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        string digits = unit == 0 ? text : text[..^1];
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * Math.Max(unit, 1) is > 0 and < 1e7
            ? TimeSpan.FromSeconds(value * Math.Max(unit, 1))
            : throw new InputException($"--time {text}: '{text}' is not a duration such as 30s or 10m.");
    }

    private static FuzzGroup Group(string name) => Enum.TryParse(name, ignoreCase: true, out FuzzGroup group) && Enum.IsDefined(group)
        ? group
        : throw new InputException($"--only {name}: there is no such group; there is: "
            + $"{string.Join(", ", Enum.GetNames<FuzzGroup>()).ToLowerInvariant()}.{NearestName.Question(name, Enum.GetNames<FuzzGroup>())}");
}
