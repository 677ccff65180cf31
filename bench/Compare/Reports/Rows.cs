using PpcJit.Bench.Reports;
using PpcJit.Compare.Contest;

namespace PpcJit.Compare.Reports;

/// <summary>The cells that the tables for people have in common.</summary>
internal static class Rows
{
    /// <summary>Heads of the columns.</summary>
    public static IReadOnlyList<string> Heads(Outcome outcome) =>
        ["what", "unit", .. outcome.Settings.Contenders.Select(contender => contender.Title), .. Rivals(outcome)
            .Select(rival => $"PpcJit over {rival.Title.Replace("PpcJit, ", "", StringComparison.Ordinal)}")];

    /// <summary>The cells of a measure, as many as there are heads.</summary>
    public static IEnumerable<string> Row(Outcome outcome, Measure measure)
    {
        yield return measure.Title;
        yield return measure.Unit;
        foreach (Contender contender in outcome.Settings.Contenders)
            yield return measure.Of(contender.Name) is { } value ? Cells.Value(value.Median) + Mips(measure, value.Median) : "-";
        foreach (Contender rival in Rivals(outcome))
            yield return measure.Advantage(Contender.Jit, rival.Name) is { } ratio ? Cells.Value(ratio) : "-";
    }

    /// <summary>Whom the jit is compared with.</summary>
    public static IEnumerable<Contender> Rivals(Outcome outcome) =>
        outcome.Settings.Contenders.Any(contender => contender.Name == Contender.Jit)
        ? outcome.Settings.Contenders.Where(contender => contender.Name != Contender.Jit)
        : [];

    /// <summary>How the figures are to be read.</summary>
    public static string Legend(Outcome outcome) =>
        $"Medians of {outcome.Settings.Rounds} rounds, {(outcome.Settings.Core is { } core ? $"all on core {core}" : "not bound to a core")}; "
        + "ratios are medians (least to most) of the pairs of a round, above 1 where PpcJit's jit is better: more work "
        + "per CPU-second, less time, less memory. "
        + "All guests that ran the same work computed the same checksums.";

    private static string Mips(Measure measure, double rate) =>
        measure.InstructionsPerUnit is { } instructions ? $" ({Cells.Value(rate * instructions / 1e6)} MIPS)" : "";
}
