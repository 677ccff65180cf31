using System.Globalization;
using System.Text.Json;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Observing.Latency;

/// <summary>How long a guest's interrupts were off, and how long they and TLB misses took.</summary>
public sealed record LatencyReport
{
    /// <summary>What was run.</summary>
    public required string Title { get; init; }

    /// <summary>Instructions that the guest executes in a second of its time.</summary>
    public required ulong InstructionsPerSecond { get; init; }

    /// <summary>Instructions of the whole run.</summary>
    public required ulong Instructions { get; init; }

    /// <summary>The count at which interrupts were first on; null when they never were.</summary>
    public ulong? FirstOn { get; init; }

    /// <summary>What was measured.</summary>
    public required IReadOnlyList<LatencySeries> Series { get; init; }

    private const int MaxSeries = 64, MaxBuckets = 65;

    private static readonly InputLimit Limit = new(1 << 20, "which is far more than a report of latencies has");

    /// <summary>Reads a report.</summary>
    /// <exception cref="InputException">The file is no such report.</exception>
    public static LatencyReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LatencyReport>(InputFile.Read(path, Limit).Memory.Span, JsonText.StrictForm) is
                { InstructionsPerSecond: > 0, Series.Count: <= MaxSeries } report
                && report.Series.All(series => series is { Buckets.Count: <= MaxBuckets } && series.Buckets.All(bucket => bucket is not null))
                ? report
                : throw new InputException($"{path} is no report of latencies.");
        }
        catch (JsonException error)
        {
            throw new InputException($"{path} is no report of latencies: {error.Message}", error);
        }
    }

    /// <summary>Shows the report.</summary>
    /// <param name="before">Another one that it is compared with; null for none.</param>
    public IEnumerable<string> Lines(LatencyReport? before = null)
    {
        foreach (string line in Heads(before))
            yield return line;
        foreach (LatencySeries series in Series)
        {
            LatencySeries? other = before?.Series.FirstOrDefault(one => one.Name == series.Name);
            foreach (string line in SeriesLines(series, other, before))
                yield return line;
        }
    }

    private IEnumerable<string> SeriesLines(LatencySeries series, LatencySeries? other, LatencyReport? before)
    {
        string[] said = [.. TimesLines(series, other, before)];
        yield return $"{series.Name}: {said[0]}";
        foreach (string line in said[1..])
            yield return line;
        if (other is not null && before is not null)
            yield return $"  {"instructions",20} {Column(Title)}{Column(before.Title)}";
        ulong most = series.MostWith(other);
        foreach (ulong to in series.BoundsWith(other))
        {
            ulong times = series.TimesUpTo(to);
            string beside = other is null ? "" : $"{Number(other.TimesUpTo(to)),12}";
            yield return $"  up to {Number(to),14} {Number(times),12}{beside}  "
                + $"{new string('#', most == 0 ? 0 : (int)Math.Ceiling(40.0 * times / most))}";
        }

        foreach (string line in WorstOfEach(series, other, before))
            yield return line;
    }

    /// <summary>Says since when a run, and another one, was measured.</summary>
    internal IEnumerable<string> Heads(LatencyReport? before) =>
        before is null ? [FirstLine()] : [FirstLine(), $"compared with {before.FirstLine()}"];

    /// <summary>Says how often something happened, and how long it took; then so of another run.</summary>
    internal IEnumerable<string> TimesLines(LatencySeries series, LatencySeries? other, LatencyReport? before) =>
        other is null || before is null ? [Times(series)] : [Times(series), $"  in {before.Title}: {before.Times(other)}"];

    /// <summary>Describes the worst of a run, and of another one.</summary>
    internal IEnumerable<string> WorstOfEach(LatencySeries series, LatencySeries? other, LatencyReport? before) =>
        [.. WorstLines("", series), .. other is not null && before is not null ? before.WorstLines($" in {before.Title}", other) : []];

    private IEnumerable<string> WorstLines(string where, LatencySeries series)
    {
        if (series.Worst is not { } worst)
            yield break;
        yield return $"  the worst{where}, {Time(worst.Length)}: from {new Moment(worst.Start)} at {worst.From} to {new Moment(worst.End)} at "
            + $"{worst.To}";
        foreach (string frame in worst.Backtrace)
            yield return $"    {frame}";
    }

    private string FirstLine() => FirstOn is { } first
        ? $"{Title}: interrupts were first on at {new Moment(first)}; what was before is not measured."
        : $"{Title}: interrupts were never on.";

    /// <summary>The head of a column of numbers: the end of a title, which is where titles differ.</summary>
    private static string Column(string title) => $"{(title.Length > 11 ? title[^11..] : title),12}";

    private string Times(LatencySeries series)
    {
        string lengths = series.Count == 0
            ? ""
            : $", on average {Time(series.Total / (double)series.Count)}, at most {Time(series.Worst?.Length ?? 0)}";
        return $"{Number(series.Count)} times{lengths}.";
    }

    private string Time(double instructions) =>
        string.Create(CultureInfo.InvariantCulture, $"{instructions:N0} instructions ({instructions * 1e6 / InstructionsPerSecond:N2} us)");

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>How long something took, each time that it happened.</summary>
/// <param name="Name">What.</param>
/// <param name="Count">How often.</param>
/// <param name="Total">Instructions of all times together.</param>
/// <param name="Buckets">How often it took up to each number of instructions, a power of two, and more than the one before.</param>
/// <param name="Worst">The longest; null when it never happened.</param>
public sealed record LatencySeries(string Name, ulong Count, ulong Total, IReadOnlyList<LatencyBucket> Buckets, WorstLatency? Worst)
{
    /// <summary>How often it took as long as the bar with this bound stands for.</summary>
    internal ulong TimesUpTo(ulong to) => Buckets.FirstOrDefault(bucket => bucket.To == to)?.Times ?? 0;

    /// <summary>The bounds of all bars, of another histogram too, rising.</summary>
    internal IEnumerable<ulong> BoundsWith(LatencySeries? other) => BucketsWith(other).Select(bucket => bucket.To).Distinct().Order();

    /// <summary>The highest bar, of another histogram too; 0 when there is none.</summary>
    internal ulong MostWith(LatencySeries? other) => BucketsWith(other).Select(bucket => bucket.Times).DefaultIfEmpty(0UL).Max();

    private IEnumerable<LatencyBucket> BucketsWith(LatencySeries? other) => Buckets.Concat(other?.Buckets ?? []);
}

/// <summary>A bar of a histogram.</summary>
/// <param name="To">Most instructions.</param>
/// <param name="Times">How often.</param>
public sealed record LatencyBucket(ulong To, ulong Times);

/// <summary>The longest of all times.</summary>
/// <param name="Start">The count at which it began.</param>
/// <param name="End">The count at which it ended.</param>
/// <param name="From">The code at which it began.</param>
/// <param name="To">The code at which it ended.</param>
/// <param name="Backtrace">The calls that led to where it ended, the innermost first.</param>
public sealed record WorstLatency(ulong Start, ulong End, string From, string To, IReadOnlyList<string> Backtrace)
{
    /// <summary>Instructions.</summary>
    internal ulong Length => End - Start;
}
