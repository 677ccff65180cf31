namespace PpcJit.Bench.Tests;

/// <summary>The middle and the ends of several values.</summary>
public sealed class SpreadTests
{
    [Test]
    public void The_median_of_an_odd_number_is_the_middle_one() => Assert.That(Spread.Of([9, 1, 4]), Is.EqualTo(new Spread(4, 1, 9)));

    [Test]
    public void The_median_of_an_even_number_lies_between_the_middle_ones() =>
        Assert.That(Spread.Of([8, 1, 2, 4]), Is.EqualTo(new Spread(3, 1, 8)));

    [Test]
    public void What_is_no_number_does_not_count() =>
        Assert.That(Spread.Of([double.NaN, 2, double.PositiveInfinity]), Is.EqualTo(new Spread(2, 2, 2)));

    [Test]
    public void Nothing_has_no_spread() => Assert.That(Spread.Of([]), Is.Null);
}
