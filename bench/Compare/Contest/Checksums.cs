using System.Globalization;
using System.Text.RegularExpressions;
using PpcJit.Bench;

namespace PpcJit.Compare.Contest;

/// <summary>Keeps what the guests computed, and refuses to go on when two emulators disagree about it.</summary>
internal sealed partial class Checksums
{
    /// <summary>
    /// What the programs compute on any machine that is right; they are plain C, so no compiler changes it.
    /// </summary>
    private static readonly Dictionary<(string Workload, int Count), string> Known = new()
    {
        [("bench_int", 500)] = "dc13cb67",
        [("bench_mem32", 10)] = "c83edb60",
        [("bench_mem", 2)] = "4d9ffb26",
    };

    private readonly Dictionary<(string Workload, int Count), (string Checksum, SortedSet<string> Contenders)> _seen = [];

    /// <summary>Takes the checksum that a guest printed.</summary>
    /// <exception cref="BenchException">It printed none, or another than it must.</exception>
    public void Take(string workload, int count, Contender contender, string output)
    {
        Match line = ResultLine().Match(output);
        if (!line.Success || int.Parse(line.Groups["rounds"].Value, CultureInfo.InvariantCulture) != count)
            throw new BenchException(
                $"{contender.Title} did not finish {workload} count={count}. It printed last:\n{Tail(output)}", ExitCode.Failure);
        string checksum = line.Groups["checksum"].Value;
        if (Known.TryGetValue((workload, count), out string? known) && known != checksum)
            throw new BenchException(
                $"{contender.Title} computed {checksum} in {workload} count={count}; right is {known}. No comparison "
                    + "of wrong results.",
                ExitCode.Failure);
        if (!_seen.TryGetValue((workload, count), out (string Checksum, SortedSet<string> Contenders) seen))
            _seen[(workload, count)] = seen = (checksum, new SortedSet<string>(StringComparer.Ordinal));
        if (seen.Checksum != checksum)
        {
            throw new BenchException(
                $"{contender.Title} computed {checksum} in {workload} count={count}, but "
                    + $"{string.Join(" and ", seen.Contenders)} computed {seen.Checksum}. No comparison of different "
                    + "results.",
                ExitCode.Failure);
        }

        seen.Contenders.Add(contender.Name);
    }

    /// <summary>What was computed, and by whom.</summary>
    public IEnumerable<(string Workload, int Count, string Checksum, IReadOnlyCollection<string> Contenders)> All =>
        _seen.OrderBy(pair => pair.Key.Workload, StringComparer.Ordinal).ThenBy(pair => pair.Key.Count)
            .Select(pair => (pair.Key.Workload, pair.Key.Count, pair.Value.Checksum, (IReadOnlyCollection<string>)pair.Value.Contenders));

    /// <summary>The end of a console's text.</summary>
    public static string Tail(string output) => string.Join('\n', output.Split('\n').Where(line => line.Trim().Length > 0).TakeLast(5));

    [GeneratedRegex(@"(bench_|work )\w+ rounds=(?<rounds>\d+) .*checksum=(?<checksum>[0-9a-f]{8})")]
    private static partial Regex ResultLine();
}
