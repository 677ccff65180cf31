using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>What is kept of a console that prints without end.</summary>
public sealed class KeptTextTests
{
    [Test]
    public void A_short_text_is_kept_whole()
    {
        KeptText text = new();
        foreach (char letter in "hello")
            text.Append(letter);
        Assert.That(text.Text, Is.EqualTo("hello"));
        text.Cut(4);
        Assert.That(text.Text, Is.EqualTo("hell"));
    }

    [Test]
    public void Of_a_text_without_end_the_beginning_and_the_end_are_kept_and_what_is_left_out_is_said()
    {
        const int Printed = 5_000_000;
        KeptText text = new();
        text.Append('a');
        for (int n = 2; n < Printed; n++)
            text.Append('.');
        text.Append('z');
        Assert.That(text.Text, Does.StartWith("a.").And.EndWith(".z").And.Contain("characters are left out here"));
        Assert.That(text.Text, Has.Length.LessThan(KeptText.MaxStart + (2 * KeptText.MinEnd) + 100));
    }
}
