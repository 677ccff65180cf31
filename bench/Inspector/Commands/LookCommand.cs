using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PpcJit.Bench;
using PpcJit.Inspector.Launching;

namespace PpcJit.Inspector.Commands;

/// <summary><c>look IMAGE</c>: measures what it costs to observe a run.</summary>
internal static class LookCommand
{
    /// <summary>What may be at most of the plain run's time, where only some events are looked at.</summary>
    private const double MaxRatio = 1.3;

    /// <summary>Most seconds in which calls and a profile of the run may be had.</summary>
    private const double MaxSeconds = 10;

    /// <summary>Least lines a second of a log of every instruction.</summary>
    private const double MinLines = 2_000_000;
    private const ulong LoggedInstructions = 5_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Argument<string> image = new("IMAGE") { Description = "What './ppcjit boot' is to boot." };
        Option<string> instructions = new("--max-instructions") { Description = "How far.", HelpName = "N", DefaultValueFactory = _ => "20M" };
        Option<string?> symbols = new("--symbols") { Description = "The image's symbols, as './ppcjit boot' takes them.", HelpName = "FILE" };
        Option<string> place = new("--place") { Description = "Where --print prints.", HelpName = "SYMBOL", DefaultValueFactory = _ =>
            "start_kernel" };
        Option<int?> rounds = new("--rounds") { Description = "Rounds of all measurements; the median of each counts.", HelpName = "N" };
        Command command = new("look", "Measure what logs, prints and profiles of a whole run cost, each beside the run without them.") { image,
            instructions, symbols, place, rounds };
        command.SetAction(parsed =>
        {
            string[] boot = ["boot", parsed.GetRequiredValue(image), "-q"];
            if (parsed.GetValue(symbols) is { } file)
                boot = [.. boot, "--symbols", file];
            return Measure(boot, parsed.GetValue(instructions)!, parsed.GetValue(place)!, CommandLines.Rounds(parsed.GetValue(rounds), 5));
        });
        return command;
    }

    private static int Measure(string[] boot, string instructions, string place, int rounds)
    {
        Launch.Prepare();
        string folder = Directory.CreateTempSubdirectory("ppcjit-look-").FullName;
        try
        {
            string log = Path.Combine(folder, "log");
            (string Name, string[] Options, Func<Taken, Taken, bool> Holds)[] kinds =
            [
                .. ((string[])["exceptions", "tlb", "devices", "interrupts"])
                    .Select(kind => ($"--log {kind}", (string[])["--log", kind, "--log-file", log], (Func<Taken, Taken, bool>)IsNear)),
                ("--print at one place", ["--print", $"{place}: {{r3}} {{task}}"], IsNear),
                ("--log calls", ["--log", "calls", "--log-file", log], IsQuick),
                ("--profile", ["--profile", Path.Combine(folder, "a.folded")], IsQuick),
                ("--coverage", ["--coverage", Path.Combine(folder, "a.json")], IsQuick),
                ("--timeline", ["--timeline", Path.Combine(folder, "a.pftrace")], IsQuick),
                ("--log instructions", ["--log", "instructions", "--log-file", log, "--log-to", $"@{LoggedInstructions}"], (_, seen) =>
                    Lines(seen) >= MinLines),
            ];
            List<Taken> plain = [];
            List<Taken>[] observed = [.. kinds.Select(_ => new List<Taken>())];
            for (int round = 0; round < rounds; round++)
            {
                for (int n = 0; n < kinds.Length; n++)
                {
                    // The plain run is measured anew beside each, so that both see the same load.
                    bool isLong = n < kinds.Length - 1;
                    plain.Add(Run([.. boot, "--max-instructions", instructions], folder));
                    observed[n].Add(Run([.. boot, "--max-instructions", isLong ? instructions : $"{LoggedInstructions}", .. kinds[n].Options],
                        folder));
                }
            }

            Taken without = Middle(plain);
            bool holds = true;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"without",-24} {without.Run,8:F3} s run {without.Whole,8:F3} s in all"));
            for (int n = 0; n < kinds.Length; n++)
            {
                Taken seen = Middle(observed[n]);
                bool isHeld = kinds[n].Holds(without, seen);
                holds &= isHeld;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kinds[n].Name,-24} {seen.Run,8:F3} s run {seen.Whole,8:F3} s in all {seen.Run / without.Run,6:F2} "
                        + $"x{(kinds[n].Name == "--log instructions" ? $" {Lines(seen),12:N0} lines/s" : "")} "
                        + $"{(isHeld ? "ok" : "OVER ITS BOUND")}"));
            }

            return holds ? ExitCode.Success : ExitCode.Failure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsNear(Taken plain, Taken seen) => seen.Run <= MaxRatio * plain.Run;

    private static bool IsQuick(Taken plain, Taken seen) => seen.Whole <= MaxSeconds;

    private static double Lines(Taken taken) => LoggedInstructions / taken.Run;

    private static Taken Middle(List<Taken> all) => new(Spread.Of(all.Select(taken => taken.Run))!.Value.Median,
        Spread.Of(all.Select(taken => taken.Whole))!.Value.Median);

    private static Taken Run(string[] words, string folder)
    {
        string json = Path.Combine(folder, "run.json");
        long start = Stopwatch.GetTimestamp();
        using Launch launch = Launch.Start([.. words, "--json", json]);
        if (!launch.EndsWithin(Patience))
            throw new BenchException($"'{string.Join(' ', words)}' does not end.");
        double whole = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!File.Exists(json))
            throw new BenchException($"'{string.Join(' ', words)}' failed: {launch.Output}");
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(json));
        File.Delete(json);
        return new Taken(report.RootElement.GetProperty("hostSeconds").GetDouble(), whole);
    }

    /// <summary>What a run took.</summary>
    /// <param name="Run">Seconds in which the guest ran.</param>
    /// <param name="Whole">Seconds of the whole process.</param>
    private readonly record struct Taken(double Run, double Whole);
}
