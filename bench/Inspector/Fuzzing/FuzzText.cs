using System.Globalization;
using PpcJit.Bench.Reports;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>What a run of inputs showed, for people.</summary>
internal static class FuzzText
{
    /// <summary>Writes it to the terminal.</summary>
    public static void Print(IReadOnlyList<FuzzTally> tallies)
    {
        Cells.Print(
            ["format", "inputs", "refused", "s", "slowest, ms", "most resident, MiB"],
            tallies.Select(tally => (string[])
            [
                tally.Format, Number(tally.Inputs), Number(tally.Refused), Cells.Value(tally.Seconds), Cells.Value(tally.Slowest * 1000),
                    Number(tally.PeakBytes >> 20),
            ]));
        Console.Out.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{tallies.Sum(tally => tally.Inputs):N0} inputs of {tallies.Count} formats in {tallies.Sum(tally => tally.Seconds):F0} s, "
            + $"{tallies.Sum(tally => tally.Refused):N0} of them refused with a sentence. "));
        FuzzFinding[] findings = [.. tallies.Select(tally => tally.Finding).OfType<FuzzFinding>()];
        Console.Out.Write(findings.Length == 0
            ? $"No fault, no end of a process, none over {FuzzLoop.MaxTime.TotalSeconds} s, never more than {FuzzLoop.MaxBytes >> 20} MB.\n"
            : $"{findings.Length} formats have a FAULT:\n{string.Join('\n', (object[])findings)}");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
