using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Tests;

public sealed class JitOptionsTests
{
    [TestCase("regions=off")]
    [TestCase(" background = off ")]
    [TestCase("fuse-compare=off")]
    [TestCase("dead-values=off")]
    [TestCase("context-calls=off")]
    [TestCase("jump-cache=off")]
    [TestCase("threshold=50")]
    [TestCase("region-size=1000")]
    [TestCase("all=off")]
    public void A_known_setting_changes_the_options(string setting)
    {
        JitOptions options = new();
        Assert.That(options.TryApply(setting, out JitOptions changed), Is.True);
        Assert.That(changed, Is.Not.EqualTo(options));
    }

    [TestCase("")]
    [TestCase("regions")]
    [TestCase("regions=")]
    [TestCase("regions=maybe")]
    [TestCase("Regions=off")]
    [TestCase("threshold=0")]
    [TestCase("threshold=60001")]
    [TestCase("threshold=off")]
    [TestCase("region-size=1001")]
    [TestCase("region-size=-1")]
    [TestCase("all=1")]
    [TestCase("=off")]
    [TestCase("regions=off=on")]
    public void An_unknown_setting_is_refused_and_changes_nothing(string setting)
    {
        JitOptions options = new();
        Assert.That(options.TryApply(setting, out JitOptions changed), Is.False);
        Assert.That(changed, Is.SameAs(options));
    }

    [Test]
    public void All_off_turns_every_switch_off_and_leaves_numbers_alone()
    {
        JitOptions options = new() { Threshold = 7 };
        Assert.That(options.TryApply("all=off", out JitOptions off), Is.True);
        JitOptions expected = options;
        foreach (string name in JitOptions.SwitchNames)
            Assert.That(expected.TryApply($"{name}=off", out expected), Is.True);

        Assert.That(off, Is.EqualTo(expected));
        Assert.That(off.Threshold, Is.EqualTo(7));
        Assert.That(off.Regions, Is.False);
    }

    [Test]
    public void Every_name_stands_in_the_text_for_people()
    {
        foreach (string name in JitOptions.SwitchNames)
            Assert.That(JitOptions.Known, Does.Contain(name));
    }
}
