using PpcJit.Jit.Code;
using PpcJit.Jit.Settings;
using PpcJit.Jit.SoftPages;

namespace PpcJit.Jit.Tests.Code;

/// <summary>When a place is hot.</summary>
public sealed class HotCodeTests
{
    private const int Turns = 30_000;

    [TestCase("patient-start=on", 16_000)]
    [TestCase("patient-start=off", 4_000)]
    [TestCase("threshold=3000", 3_000)]
    public void A_loop_is_compiled_when_it_has_been_jumped_to_often_enough(string setting, int jumps)
    {
        Assert.That(new JitOptions { Background = false, SkipIdle = false }.TryApply(setting, out JitOptions options), Is.True);
        using TestMachine machine = new();
        machine.Load("addi r3,r3,1", "bc 16,0,-4");
        machine.Ctr = Turns;
        using JitEngine engine = new(machine.Processor, options);
        engine.Run(2 * Turns);
        Assert.That(machine[3], Is.EqualTo(Turns));
        Assert.That(engine.Statistics.Regions, Is.EqualTo(1));
        Assert.That(engine.Statistics.ColdInstructions, Is.InRange((2 * jumps) - 4, (2 * jumps) + 4));
    }

    [Test]
    public void After_a_while_a_place_that_is_hot_once_is_compiled()
    {
        using TestMachine machine = new();
        JitOptions options = new();
        using SoftPageTables tables = new(machine.Processor, options);
        using CodeCache cache = new(machine.Processor, tables, options);
        Assert.That(cache.IsPatient, Is.True);
        cache.NoteCold(63_999_999);
        Assert.That(cache.IsPatient, Is.True);
        cache.NoteCold(64_000_000);
        Assert.That(cache.IsPatient, Is.False);
    }

    [Test]
    public void A_threshold_that_is_set_lower_is_taken_at_its_word()
    {
        using TestMachine machine = new();
        JitOptions options = new() { Threshold = 3999 };
        using SoftPageTables tables = new(machine.Processor, options);
        using CodeCache cache = new(machine.Processor, tables, options);
        Assert.That(cache.IsPatient, Is.False);
    }

    /// <summary>What a place comes to after it was hot for the first time is seldom executed: it would make the region larger and slower.</summary>
    [TestCase(6_000, 4)]
    [TestCase(2_000, 6)]
    public void A_place_that_is_waited_for_gets_the_region_that_it_would_have_got_at_once(int first, int instructions)
    {
        using TestMachine machine = new();
        machine.Load("addi r3,r3,1", "cmpw 0,r3,r4", "bc 12,2,12", "bc 16,0,-12", "b -16", "addi r5,r5,1", "b -12");
        machine.Ctr = Turns;
        machine[4] = (uint)first;
        using JitEngine engine = new(machine.Processor, new JitOptions { Background = false, SkipIdle = false });
        engine.Run((4 * Turns) - 100);
        Assert.That(machine[5], Is.EqualTo(1));
        CompiledRegion region = engine.AllRegions.Single(region => region.EffectiveAddress == TestMachine.CodeBase);
        Assert.That(region.Instructions, Is.EqualTo(instructions));
    }
}
