using PpcJit.Jit.Settings;
using PpcJit.Kernel.Guests;

namespace PpcJit.Jit.Tests.Guests;

public sealed class DemoGuestTests
{
    private GuestReference _reference = null!;

    [OneTimeSetUp]
    public void RunOnTheInterpreter() => _reference = GuestReference.Run(DemoGuest.Image, 777_777, 100_000_000);

    [TestCaseSource(typeof(Settings), nameof(Settings.All))]
    public void The_demo_guest_has_the_same_states_as_on_the_interpreter_with(string setting)
    {
        Assert.That(new JitOptions().TryApply(setting, out JitOptions options), Is.True);
        _reference.Check(options);
    }

    [TestCaseSource(typeof(Settings), nameof(Settings.Switches))]
    public void The_demo_guest_has_the_same_states_when_each_region_is_compiled_at_once_with(string setting)
    {
        JitOptions eager = new() { Background = false, Threshold = 20 };
        Assert.That(eager.TryApply(setting, out JitOptions options), Is.True);
        _reference.Check(options);
    }

    [Test]
    public void The_demo_guest_says_that_all_went_well() => Assert.That(_reference.Console, Does.EndWith(DemoGuest.SuccessText + "\r\n"));
}
