using System.Diagnostics;
using System.Globalization;
using PpcJit.Bench;
using PpcJit.Mutation.Mutants;

namespace PpcJit.Mutation.Runs;

/// <summary>Runs the tests of a project on each of its mutants, each in a process of its own.</summary>
/// <param name="logs">A folder for what the processes write.</param>
internal sealed class MutantRuns(string logs)
{
    /// <summary>
    /// Tests are run in parts, each so many times as long as the one before: what is short comes first, and each part
    /// has its price.
    /// </summary>
    private const double Growth = 3;

    private const double FirstPart = 100; // ms

    private static readonly TimeSpan CoverageLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs all tests without a mutant, to learn which come to which.</summary>
    /// <param name="assembly">The tests, with the program that notes what is come to.</param>
    /// <param name="leftOut">The category of tests that are not run.</param>
    public Coverage Cover(string assembly, string leftOut)
    {
        string log = Path.Combine(logs, Path.GetFileNameWithoutExtension(assembly) + ".coverage");
        if (!Host(-1, CoverageLimit, "cover", assembly, log, leftOut))
            throw new BenchException($"the tests of {assembly} did not end within {CoverageLimit.TotalMinutes} minutes.");
        Coverage coverage = new(File.ReadLines(log));
        return coverage.Tests.Count > 0 ? coverage : throw new BenchException($"{assembly}: no test passed; see {log}.");
    }

    /// <summary>Runs the tests that come to a mutant until one notices it.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="project">Its project.</param>
    /// <param name="assembly">The tests, with the mutated program.</param>
    /// <param name="covering">The tests that come to it, in the order in which they are run.</param>
    /// <param name="budget">Tests are left out that would make it more, by their usual time.</param>
    public Verdict Try(Mutant mutant, string project, string assembly, IReadOnlyList<CoveringTest> covering, TimeSpan budget)
    {
        if (covering.Count == 0)
            return new Verdict(mutant, project, Fate.NotCovered, "", 0, 0);
        string name = Path.Combine(logs, mutant.Number.ToString(CultureInfo.InvariantCulture));
        List<string> lines = [];
        double sum = 0, part = FirstPart;
        int number = 0;
        foreach (CoveringTest test in covering)
        {
            sum += test.Milliseconds;
            if (sum > budget.TotalMilliseconds && lines.Count > 0)
                break;
            if (sum > part)
                (number, part) = (number + 1, part * Growth);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{number}\t{test.Milliseconds:F1}\t{test.Name}"));
        }

        File.WriteAllLines(name + ".tests", lines);
        long start = Stopwatch.GetTimestamp();

        // A single test that hangs is ended by the host itself.
        bool ended = Host(mutant.Number, StartLimit + (budget * 20), "host", assembly, name + ".log", name + ".tests");
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        (Fate fate, string noticed) = ReadEnd(name + ".log", ended);
        if (fate == Fate.Survived && lines.Count < covering.Count)
            fate = Fate.SurvivedInBudget;
        return new Verdict(mutant, project, fate, noticed, lines.Count, seconds);
    }

    /// <summary>
    /// Finds out how a run ended; a process that is gone without a word crashed in the test that began last.
    /// </summary>
    public static (Fate Fate, string Test) ReadEnd(string log, bool ended)
    {
        string[] last = File.Exists(log) && File.ReadLines(log).LastOrDefault() is { } line ? line.Split('\t', 4) : ["", "", "", ""];
        string test = last.Length == 4 ? last[3] : "";
        return last[0] switch
        {
            "done" => (Fate.Survived, ""),
            "failed" => (Fate.Failed, test),
            "timeout" => (Fate.TimedOut, test),
            _ => (ended ? Fate.Crashed : Fate.TimedOut, test.Length > 0 ? test : "(before the first test)"),
        };
    }

    /// <summary>Starts this program again as a host of tests.</summary>
    /// <returns>Whether it ended in time.</returns>
    private static bool Host(int mutant, TimeSpan limit, params string[] arguments)
    {
        ProcessStartInfo start =
            new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(MutantRuns).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment[MutantSwitch.Variable] = mutant.ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        Task error = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        bool ended = process.WaitForExit(limit);
        if (!ended)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Task.WaitAll([output, error], StartLimit);
        return ended;
    }
}
