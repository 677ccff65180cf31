using PpcJit.Scaling.Reports;

namespace PpcJit.Bench.Tests;

/// <summary>Where curves become worse.</summary>
public sealed class KneeTests
{
    [Test]
    public void A_flat_curve_with_some_noise_has_none() => Assert.That(Knee.Find(Rates(100, 95, 102, 90), costs: false), Is.Empty);

    [Test]
    public void A_cliff_is_found_between_its_two_sizes() =>
        Assert.That(Knee.Find(Rates(100, 100, 25, 25), costs: false), Is.EqualTo((Knee[])[new Knee(2, 4, 4)]));

    [Test]
    public void Steps_that_follow_each_other_are_one_knee() =>
        Assert.That(Knee.Find(Rates(96, 96, 48, 24, 24, 12), costs: false), Is.EqualTo((Knee[])[new Knee(2, 8, 4), new Knee(16, 32, 2)]));

    [Test]
    public void A_cost_that_grows_with_the_size_has_none() => Assert.That(Knee.Find(Rates(1, 2, 4, 8), costs: true), Is.Empty);

    [Test]
    public void A_cost_that_grows_faster_has_one() =>
        Assert.That(Knee.Find(Rates(1, 2, 8, 32), costs: true), Is.EqualTo((Knee[])[new Knee(2, 8, 4)]));

    [Test]
    public void The_median_of_the_rounds_counts()
    {
        Curve curve = Rates(100, 100);
        curve.Add(2, 1);
        curve.Add(2, 100);
        Assert.That(Knee.Find(curve, costs: false), Is.Empty);
    }

    [Test]
    public void A_picture_is_well_formed_and_names_what_it_shows()
    {
        Sweep sweep = new("s", "Sizes & speeds", "bytes", InBytes: true, "MIPS", Costs: false,
            [Rates(100, 100, 25, 25)], [new Mark(3, "a <limit>")], []);
        string svg = LineChart.Draw([sweep], "today");
        Assert.That(() => System.Xml.Linq.XDocument.Parse(svg), Throws.Nothing);
        Assert.That(svg, Does.Contain("Sizes &amp; speeds").And.Contain("a &lt;limit&gt;").And.Contain("today").And.Contain("polyline"));
    }

    [Test]
    public void A_table_has_a_row_for_each_size()
    {
        Sweep sweep = new("s", "Sizes", "bytes", InBytes: true, "MIPS", Costs: false, [Rates(1, 2)], [], [Rates(7)]);
        Assert.That(sweep.Rows.Select(row => string.Join('|', row)),
            Is.EqualTo((string[])["1 B|1.00 (1.00 to 1.00)|7.00", "2 B|2.00 (2.00 to 2.00)|-"]));
    }

    /// <summary>A curve over 1, 2, 4, 8 and so on.</summary>
    private static Curve Rates(params ReadOnlySpan<double> values)
    {
        Curve curve = new("c", "Curve");
        for (int n = 0; n < values.Length; n++)
            curve.Add(1 << n, values[n]);
        return curve;
    }
}
