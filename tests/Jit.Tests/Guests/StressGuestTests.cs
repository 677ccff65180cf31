using PpcJit.Jit.Settings;
using PpcJit.Kernel.Guests;

namespace PpcJit.Jit.Tests.Guests;

public sealed class StressGuestTests
{
    private GuestReference _reference = null!;

    private static IEnumerable<string> EagerSettings => [.. Settings.Switches, "threshold=1", "threshold=5", "region-size=1", "region-size=20"];

    [OneTimeSetUp]
    public void RunOnTheInterpreter() => _reference = GuestReference.Run(StressGuest.Image, 9_973, 20_000_000);

    [Test]
    public void The_stress_guest_says_that_all_went_well() => Assert.That(_reference.Console, Does.EndWith(StressGuest.SuccessText + "\r\n"));

    [TestCaseSource(typeof(Settings), nameof(Settings.All))]
    public void The_stress_guest_has_the_same_states_as_on_the_interpreter_with(string setting)
    {
        Assert.That(new JitOptions { Threshold = 10 }.TryApply(setting, out JitOptions options), Is.True);
        _reference.Check(options);
    }

    [Category("Slow")]
    [TestCaseSource(nameof(EagerSettings))]
    public void The_stress_guest_has_the_same_states_when_each_region_is_compiled_at_once_with(string setting)
    {
        Assert.That(Harness.Twins.Eager.TryApply(setting, out JitOptions options), Is.True);
        _reference.Check(options with { Background = false });
    }

    /// <summary>All the guest's regions together are far more than fit.</summary>
    [TestCase(2000)]
    [TestCase(500, Category = "Slow")]
    public void Code_that_is_too_much_is_dropped_and_compiled_anew(int limit)
    {
        JitStatistics statistics = _reference.Check(new JitOptions { Threshold = 10, CodeLimit = limit, Background = false });
        Assert.That(statistics.Generations, Is.GreaterThan(1));
        Assert.That(statistics.RegionInstructions, Is.GreaterThan(limit));
    }
}
