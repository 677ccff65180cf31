using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;

namespace PpcJit.Jit.Tests.Code;

/// <summary>Code that is written over again and again, and what that costs.</summary>
public sealed class RewrittenCodeTests
{
    private const ulong Instructions = 600_000;
    private static readonly JitOptions Options = new() { Background = false, Threshold = 10 };

    [Test]
    public void Code_that_is_rewritten_all_the_time_stays_cold()
    {
        JitStatistics statistics = Twins.Run(machine => Rewrite(machine, calls: 20, pages: 2), Instructions, Options);
        Assert.That(statistics.Regions, Is.InRange(1, 30), "some 4,000 generations of the function are called 20 times each");
    }

    [Test]
    public void Code_that_is_rewritten_in_turn_on_many_pages_stays_cold()
    {
        JitStatistics statistics = Twins.Run(machine => Rewrite(machine, calls: 20, pages: 16), Instructions, Options);
        Assert.That(statistics.Regions, Is.InRange(1, 100));
    }

    [Test]
    public void Code_that_has_run_long_before_it_is_rewritten_is_compiled_each_time()
    {
        JitStatistics statistics = Twins.Run(machine => Rewrite(machine, calls: 30_000, pages: 2), 5_000_000, Options);
        Assert.That(statistics.Regions, Is.GreaterThan(15));
    }

    [Test]
    public void Rewritten_code_has_the_states_of_the_interpreter() =>
        Twins.Agree(machine => Rewrite(machine, calls: 20, pages: 4), Enumerable.Range(1, 50).Select(n => (ulong)n * 1009), Options);

    /// <summary>Writes another function over the last one, calls it, and begins again, on one page after the other.</summary>
    private static void Rewrite(TestMachine machine, int calls, int pages) => machine.Put(TestMachine.CodeBase, $"""
        set r20,0x00080000
        set r8,0x38a50000
        set r10,0x4e800020
        again:
        addi r8,r8,1
        rlwinm r8,r8,0,16,11
        rlwinm r9,r8,12,{20 - int.Log2(pages)},19
        add r9,r9,r20
        stw r8,0(r9)
        stw r10,4(r9)
        dcbst r0,r9
        sync
        icbi r0,r9
        isync
        set r6,{calls}
        call:
        mtspr 8,r9
        bclrl 20,0
        addic. r6,r6,-1
        bc 4,2,call
        b again
        """);
}
