using PpcJit.Compare.Contest;

namespace PpcJit.Bench.Tests;

/// <summary>Ratios between contenders.</summary>
public sealed class MeasureTests
{
    [Test]
    public void A_ratio_of_rates_comes_from_pairs_of_the_same_round()
    {
        // The medians, 20 and 5, would give 4; in every round it was 2, 4 and 10.
        Measure measure = Filled(moreIsBetter: true, [10, 20, 100], [5, 5, 10]);
        Assert.That(measure.Advantage("a", "b"), Is.EqualTo(new Spread(4, 2, 10)));
    }

    [Test]
    public void A_cost_is_better_when_it_is_less() =>
        Assert.That(Filled(moreIsBetter: false, [1], [3]).Advantage("a", "b"), Is.EqualTo(new Spread(3, 3, 3)));

    [Test]
    public void A_round_that_one_of_them_lacks_does_not_count()
    {
        Measure measure = Filled(moreIsBetter: true, [10, 20], [5, 5]);
        measure.Add("a", 3, 1000);
        Assert.That(measure.Advantage("a", "b"), Is.EqualTo(new Spread(3, 2, 4)));
    }

    [Test]
    public void Noise_larger_than_what_was_measured_is_left_out()
    {
        Measure measure = Filled(moreIsBetter: true, [10, -4], [5, 5]);
        Assert.That(measure.Values("a"), Has.Count.EqualTo(1));
    }

    [Test]
    public void There_is_no_ratio_to_somebody_who_was_not_there() =>
        Assert.That(Filled(moreIsBetter: true, [10], [5]).Advantage("a", "c"), Is.Null);

    private static Measure Filled(bool moreIsBetter, double[] first, double[] second)
    {
        Measure measure = new("m", "Measure", "unit", moreIsBetter);
        for (int n = 0; n < first.Length; n++)
        {
            measure.Add("a", n + 1, first[n]);
            measure.Add("b", n + 1, second[n]);
        }

        return measure;
    }
}
