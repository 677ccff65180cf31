using PpcJit.Bench.Reports;

namespace PpcJit.Scaling.Reports;

/// <summary>One thing whose size was varied, and what became of the speed.</summary>
/// <param name="Name">Short name, as on the command line.</param>
/// <param name="Title">What was varied, for people.</param>
/// <param name="XTitle">What the sizes count.</param>
/// <param name="InBytes">Whether they are bytes.</param>
/// <param name="YTitle">Unit of the values.</param>
/// <param name="Costs">Whether values are costs; else rates.</param>
/// <param name="Curves">Who did what.</param>
/// <param name="Marks">Sizes at which something is known to end: a cache, a table.</param>
/// <param name="Notes">Further figures of the jit, a value for each size.</param>
internal sealed record Sweep(
    string Name, string Title, string XTitle, bool InBytes, string YTitle, bool Costs, IReadOnlyList<Curve> Curves,
        IReadOnlyList<Mark> Marks, IReadOnlyList<Curve> Notes)
{
    /// <summary>What stands over its table.</summary>
    public string Heading => $"{Title}: {YTitle}";

    /// <summary>All sizes at which anything was measured.</summary>
    public IEnumerable<double> Sizes => Curves.SelectMany(curve => curve.Values.Keys).Distinct().Order();

    /// <summary>The text of a size.</summary>
    public string Size(double x) => InBytes ? Bytes(x) : x.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Heads of the table.</summary>
    public IReadOnlyList<string> Heads => [XTitle, .. Curves.Select(curve => curve.Title), .. Notes.Select(note => note.Title)];

    /// <summary>Rows of the table.</summary>
    public IEnumerable<IEnumerable<string>> Rows => Sizes.Select(x => (IEnumerable<string>)
        [
            Size(x),
            .. Curves.Select(curve => curve.At(x) is { } value ? Cells.Value(value) : "-"),
            .. Notes.Select(note => note.At(x) is { } value ? Cells.Value(value.Median) : "-"),
        ]);

    /// <summary>What the knees are, a line for each curve that has any.</summary>
    public IEnumerable<string> KneeLines => Curves
        .Select(curve => (curve.Title, Knees: Knee.Find(curve, Costs)))
        .Where(found => found.Knees.Count > 0)
        .Select(found => $"{found.Title}: "
            + $"{string.Join("; ", found.Knees.Select(knee => $"{Size(knee.From)} to {Size(knee.To)}, {Cells.Value(knee.Factor)} times worse"))}");

    private static string Bytes(double bytes) => bytes switch
    {
        >= 1 << 20 => FormattableString.Invariant($"{bytes / (1 << 20):0.##} MiB"),
        >= 1 << 10 => FormattableString.Invariant($"{bytes / (1 << 10):0.##} KiB"),
        _ => FormattableString.Invariant($"{bytes:0} B"),
    };
}

/// <summary>A size at which something is known to end.</summary>
/// <param name="X">The size.</param>
/// <param name="Text">What ends there.</param>
internal sealed record Mark(double X, string Text);
