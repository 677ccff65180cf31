namespace PpcJit.Kernel.Tests;

[TestFixture]
internal sealed class NearestNameTests
{
    private static readonly string[] Names = ["ref405ep", "walnut", "openblocks"];

    [TestCase("ref405pe", "ref405ep")]
    [TestCase("REF405EP", "ref405ep")]
    [TestCase("walnt", "walnut")]
    [TestCase("openblock", "openblocks")]
    public void The_name_that_was_meant_is_found(string wrong, string expected) =>
        Assert.That(NearestName.Find(wrong, Names), Is.EqualTo(new[] { expected }));

    [TestCase("x")]
    [TestCase("")]
    [TestCase("something else")]
    public void Nothing_is_offered_when_nothing_is_near(string wrong) => Assert.That(NearestName.Question(wrong, Names), Is.Empty);

    [TestCase("", "abc", 3)]
    [TestCase("abc", "acb", 1)]
    [TestCase("kitten", "sitting", 3)]
    public void The_distance_counts_single_changes(string left, string right, int expected) =>
        Assert.That(NearestName.Distance(left, right), Is.EqualTo(expected));
}
