using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Inspector.Timelines;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Commands;

/// <summary><c>walks</c>: whether random walks through a boot of Linux end in the states of a straight run.</summary>
internal static class WalksCommand
{
    private const int MaxCount = 1_000_000;
    private const string Jit = "jit";
    private const string Interpreter = "interpreter";

    private static readonly Option<int> Count = new("--count") { Description = "So many walks on each engine.", HelpName = "N",
        DefaultValueFactory = _ => 1000 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Another number gives other walks.", HelpName = "N",
        DefaultValueFactory = _ => 405 };
    private static readonly Option<string?> Engine = new("--engine") { Description = "Only on this engine: jit or interpreter.",
        HelpName = "NAME" };
    private static readonly Option<string?> Images = LinuxImage.Option();
    private static readonly Option<string?> Json = new("--json") { Description = "Write the result to FILE.", HelpName = "FILE" };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "walks", "Walk at random, back and forth, over a boot of Linux with keys and network frames, "
            + "and compare the state at each end with that of a straight run.")
        {
            Count, Seed, Engine, Images, Json,
        };
        command.SetAction(parsed =>
        {
            int count = parsed.GetValue(Count);
            if (count is < 1 or > MaxCount)
                throw new BenchException($"--count must be 1 to {MaxCount}.");
            ReportFile.Check(parsed.GetValue(Json), "--json");
            string image = LinuxImage.Find(parsed.GetValue(Images));
            ulong[] hashes;
            using (WalkedLinux straight = new(image, jit: true))
                hashes = LinuxWalk.Straight(straight);
            EngineWalks[] results = [.. Engines(parsed.GetValue(Engine)).Select(
                jit => Walk(image, jit, hashes, count, parsed.GetValue(Seed) + (jit ? 0 : 1)))];
            ReportFile.Write(parsed.GetValue(Json), "--json", () => JsonText.Of(results));
            return results.All(result => result.Departed.Count == 0) ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    /// <summary>Whether each engine that is wanted is the fast one.</summary>
    private static bool[] Engines(string? name) => name switch
    {
        null => [true, false],
        Jit => [true],
        Interpreter => [false],
        _ => throw new BenchException($"--engine {name}: it is {Jit} or {Interpreter}."),
    };

    private static EngineWalks Walk(string image, bool jit, ulong[] hashes, int count, int seed)
    {
        const int Every = 100;
        string engine = jit ? Jit : Interpreter;
        using LinuxWalk walk = new(image, jit, hashes, seed);
        List<string> departed = [];
        Stopwatch time = Stopwatch.StartNew();
        for (int n = 1; n <= count; n++)
        {
            if (walk.Walk() is { } way)
                departed.Add($"walk {n}: {way}");
            if (n % Every == 0)
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{engine}: {n} walks, {departed.Count} departed, {time.Elapsed.TotalSeconds:F0} s"));
        }

        foreach (string way in departed)
            Console.Out.WriteLine($"{engine}, seed {seed}, {way}: another state than that of a straight run.");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"{engine}: {count - departed.Count} of {count} walks ended in "
            + $"the state of a straight run (seed {seed}, {time.Elapsed.TotalSeconds:F0} s)."));
        return new EngineWalks(engine, seed, count, departed, time.Elapsed.TotalSeconds);
    }

    /// <summary>What the walks on one engine showed.</summary>
    /// <param name="Engine">The engine.</param>
    /// <param name="Seed">The seed.</param>
    /// <param name="Walks">How many walks.</param>
    /// <param name="Departed">Those that ended in another state.</param>
    /// <param name="Seconds">Host seconds.</param>
    private sealed record EngineWalks(string Engine, int Seed, int Walks, IReadOnlyList<string> Departed, double Seconds);
}
