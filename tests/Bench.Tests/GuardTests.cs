using PpcJit.Compare;
using PpcJit.Compare.Contest;

namespace PpcJit.Bench.Tests;

/// <summary>Bounds of ratios.</summary>
public sealed class GuardTests
{
    private StringWriter _said = new();

    [SetUp]
    public void Open() => _said = new StringWriter();

    [TearDown]
    public void Close() => _said.Dispose();

    [TestCase(1.9, true)]
    [TestCase(2.1, false)]
    public void A_median_is_compared_with_its_bound(double atLeast, bool holds)
    {
        Assert.That(Guard.Check([new Bound("m", "jit", "qemu", atLeast)], Outcome(), _said), Is.EqualTo(holds));
        Assert.That(_said.ToString(), Does.Contain(holds ? "holds" : "FAILS").And.Contain("2.00 (1.00 to 3.00)"));
    }

    [Test]
    public void One_that_fails_is_not_made_up_for_by_others() =>
        Assert.That(Guard.Check([new Bound("m", "jit", "qemu", 9), new Bound("m", "jit", "qemu", 1)], Outcome(), _said), Is.False);

    [Test]
    public void Somebody_who_did_not_take_part_is_said_and_fails_nothing()
    {
        Assert.That(Guard.Check([new Bound("m", "jit", "cold", 9)], Outcome(), _said), Is.True);
        Assert.That(_said.ToString(), Does.Contain("not checked"));
    }

    [Test]
    public void A_measure_that_does_not_exist_is_bad_input() =>
        Assert.That(() => Guard.Check([new Bound("x", "jit", "qemu", 1)], Outcome(), _said),
            Throws.TypeOf<BenchException>().With.Message.Contain("'x'; measured were m"));

    [TestCase("[]")]
    [TestCase("nonsense")]
    [TestCase("[{\"measure\": \"m\", \"of\": \"jit\", \"over\": \"qemu\"}]")]
    [TestCase("[{\"measure\": \"m\", \"of\": \"jit\", \"over\": \"qemu\", \"atLeast\": 1, \"atMost\": 2}]")]
    public void A_file_that_has_no_bounds_is_bad_input(string text)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.That(() => Guard.Read(path), Throws.TypeOf<BenchException>().With.Message.StartWith($"--guard {path}: "));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void The_committed_bounds_can_be_read() =>
        Assert.That(Guard.Read(Path.Combine(Bench.Hosting.Repository.Find("Compare"), "bench", "Compare", "bounds.json")), Is.Not.Empty);

    private static Outcome Outcome()
    {
        Measure measure = new("m", "Measure", "unit", moreIsBetter: true);
        foreach ((int round, double jit) in (ReadOnlySpan<(int, double)>)[(1, 10), (2, 20), (3, 30)])
        {
            measure.Add(Contender.Jit, round, jit);
            measure.Add(Contender.Qemu, round, 10);
        }

        return new Outcome(new RaceSettings("", Contender.All("ppcjit"), [], [], Rounds: 3, Core: null), [measure], []);
    }
}
