using System.Diagnostics;
using System.Globalization;
using PpcJit.Bench;
using PpcJit.Mutation.Mutants;

namespace PpcJit.Mutation.Runs;

/// <summary>Runs the tests of a project on its mutants, many in one process.</summary>
/// <param name="logs">A folder for what the processes write.</param>
internal sealed class MutantRuns(string logs)
{
    /// <summary>
    /// How many mutants one process tries: tests that fail leave things behind, and to start a process costs as much
    /// as most mutants do.
    /// </summary>
    private const int OfOneProcess = 25;

    private static readonly TimeSpan CoverageLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private int _processes;

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

    /// <summary>Divides mutants into what one process tries.</summary>
    /// <param name="trials">The mutants of a project.</param>
    public static IEnumerable<Trial[]> Divide(IReadOnlyList<Trial> trials) =>
    [
        .. trials.Where(trial => trial.IsAlone).Select(trial => (Trial[])[trial]),
        .. trials.Where(trial => !trial.IsAlone).Chunk(OfOneProcess),
    ];

    /// <summary>Runs the tests that come to mutants, for each until one notices it.</summary>
    /// <param name="project">The mutants' project.</param>
    /// <param name="assembly">The tests, with the mutated program.</param>
    /// <param name="trials">The mutants, and their tests.</param>
    /// <returns>What became of each, in any order.</returns>
    public IEnumerable<Verdict> Try(string project, string assembly, IReadOnlyList<Trial> trials)
    {
        foreach (Trial trial in trials.Where(trial => trial.Run == 0))
            yield return trial.End(project, Fate.NotCovered, "", 0);
        List<Trial> open = [.. trials.Where(trial => trial.Run > 0)];
        while (open.Count > 0)
        {
            string name = Path.Combine(logs, $"{project}-{Interlocked.Increment(ref _processes)}");
            File.WriteAllLines(name + ".tests", open.SelectMany(trial => trial.Parts().Select(one => string.Create(
                CultureInfo.InvariantCulture, $"{trial.Mutant.Number}\t{one.Part}\t{one.Test.Milliseconds:F1}\t{one.Test.Name}"))));

            // A single test that hangs is ended by the host itself.
            double usual = open.Sum(trial => trial.Covering.Take(trial.Run).Sum(test => test.Milliseconds));
            TimeSpan limit = StartLimit + TimeSpan.FromMilliseconds(usual * TestHost.Patience);
            bool ended = Host(open[0].Mutant.Number, limit, "host", assembly, name + ".log", name + ".tests");
            IReadOnlyList<HostEnd> ends = HostLog.Read(File.Exists(name + ".log") ? File.ReadLines(name + ".log") : [], ended);
            if (ends.Count == 0)
                ends = [new HostEnd(open[0].Mutant.Number, Fate.Crashed, "(before the first test)", 0, IsSure: true)];
            List<Trial> again = [];
            foreach (HostEnd end in ends)
            {
                Trial trial = open.Single(one => one.Mutant.Number == end.Mutant);
                open.Remove(trial);
                if (end.IsSure)
                    yield return trial.End(project, end.Fate, end.Test, end.Seconds);
                else
                    again.Add(trial);
            }

            open.InsertRange(0, again);
        }
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
