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
    public void After_a_while_less_is_asked_of_places_that_are_known_and_of_new_ones()
    {
        using TestMachine machine = new();
        JitOptions options = new() { PatientStart = true };
        using SoftPageTables tables = new(machine.Processor, options);
        using CodeCache cache = new(machine.Processor, tables, options);
        cache.Select();
        CodePage first = cache.Find(TestMachine.CodeBase)!.Code;
        Assert.That(first.Threshold, Is.EqualTo(16_000));
        cache.NoteCold(63_999_999);
        Assert.That(first.Threshold, Is.EqualTo(16_000));
        cache.NoteCold(64_000_000);
        Assert.That(first.Threshold, Is.EqualTo(4_000));
        Assert.That(cache.Find(TestMachine.DataBase)!.Code.Threshold, Is.EqualTo(4_000));
    }
}
