using PpcJit.Jit.Profiles;
using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;

namespace PpcJit.Jit.Tests;

/// <summary>Profiles of earlier runs: what they make the engine compile, and that they are never trusted.</summary>
public sealed class ProfileTests
{
    private const string Loop = """
        set r4,@loop
        loop:
        addi r3,r3,1
        xor r5,r5,r3
        b loop
        """;

    private static readonly JitOptions InForeground = new() { Background = false, Threshold = 1000 };

    [Test]
    public void A_region_of_an_earlier_run_is_compiled_when_its_place_is_reached_first()
    {
        JitProfile profile = ProfileOf(Loop);
        (JitStatistics without, _) = Run(Loop, 20, InForeground);
        (JitStatistics with, uint result) = Run(Loop, 20, InForeground with { Profile = profile });

        Assert.That(without.Regions, Is.Zero);
        Assert.That((with.Regions, with.Profiled, with.StaleProfiles), Is.EqualTo((1, 1, 0)));
        Assert.That(result, Is.EqualTo(6));
    }

    [Test]
    public void A_region_whose_code_is_another_now_is_passed_over()
    {
        JitProfile profile = ProfileOf(Loop);
        string other = Loop.Replace("r3,r3,1", "r3,r3,2", StringComparison.Ordinal);
        (JitStatistics statistics, uint result) = Run(other, 20, InForeground with { Profile = profile });

        Assert.That((statistics.Regions, statistics.Profiled, statistics.StaleProfiles), Is.EqualTo((0, 0, 1)));
        Assert.That(result, Is.EqualTo(12));
    }

    [Test]
    public void A_profile_comes_back_as_it_was_written_and_grows_by_what_is_new()
    {
        JitProfile profile = ProfileOf(Loop);
        string text = TextOf(profile);
        JitProfile again = JitProfile.Read(new StringReader(text));

        Assert.That(again.Count, Is.EqualTo(1));
        Assert.That(TextOf(again), Is.EqualTo(text));
        Run(Loop.Replace("r3,r3,1", "r3,r3,2", StringComparison.Ordinal), 5000, InForeground with { Profile = again });
        Assert.That(again.Count, Is.EqualTo(2));
    }

    [Test]
    public void A_region_may_reach_to_the_last_word_of_its_page()
    {
        const string Text = "ppcjit-profile 1\n00001000 c0001000 12345678 0+4,1020+4\n";
        Assert.That(TextOf(JitProfile.Read(new StringReader(Text))), Is.EqualTo(Text));
    }

    [TestCase("", 1)]
    [TestCase("ppcjit-profile 2\n", 1)]
    [TestCase("ppcjit-profile 1\n00001000 c0001000 12345678\n", 2)]
    [TestCase("ppcjit-profile 1\n00001000 c0001000 12345678 0+1\n00001000 c0001000 12345678 0+0\n", 3)]
    [TestCase("ppcjit-profile 1\n00001000 c0001000 12345678 1020+5\n", 2)]
    [TestCase("ppcjit-profile 1\n00001000 c0001004 12345678 0+4\n", 2)]
    [TestCase("ppcjit-profile 1\n00001010 c0001010 12345678 0+4\n", 2)]
    [TestCase("ppcjit-profile 1\n00001002 c0001002 12345678 0+4\n", 2)]
    [TestCase("ppcjit-profile 1\n00001000 c0001000 xyz 0+4\n", 2)]
    public void What_is_no_profile_is_refused_with_its_line(string text, int line)
    {
        FormatException error = Assert.Throws<FormatException>(() => JitProfile.Read(new StringReader(text)))!;
        Assert.That(error.Message, Does.StartWith($"line {line} "));
    }

    private static JitProfile ProfileOf(string program)
    {
        JitProfile profile = new();
        Run(program, 5000, InForeground with { Profile = profile });
        Assert.That(profile.Count, Is.EqualTo(1));
        return profile;
    }

    private static string TextOf(JitProfile profile)
    {
        using StringWriter text = new();
        profile.Write(text);
        return text.ToString();
    }

    /// <summary>Runs a program; gives what the engine did, and r3.</summary>
    private static (JitStatistics Statistics, uint Result) Run(string program, ulong count, JitOptions options)
    {
        using TestMachine machine = new();
        machine.Put(TestMachine.CodeBase, program);
        using JitEngine engine = new(machine.Processor, options);
        engine.Run(count);
        return (engine.Statistics, machine[3]);
    }
}
