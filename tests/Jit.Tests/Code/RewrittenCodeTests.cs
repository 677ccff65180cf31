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

    [Test]
    public void Instructions_that_were_forgotten_and_are_still_the_same_are_not_taken_apart_again()
    {
        const int Words = 900;
        using TestMachine machine = new();
        Patch(machine, Words);
        using JitEngine engine = new(machine.Processor, Options);
        engine.Run(Instructions);
        int rewrites = (int)(Instructions / (Words + 12));
        Assert.That(engine.TakenApart, Is.InRange(Words + rewrites, 2 * (Words + rewrites)));
    }

    [Test]
    public void Patched_code_has_the_states_of_the_interpreter() =>
        Twins.Agree(machine => Patch(machine, 30), Enumerable.Range(1, 50).Select(n => (ulong)n * 499), Options);

    [Test]
    public void Code_that_runs_a_few_times_is_not_compiled_on_credit_without_end()
    {
        JitOptions options = new() { Background = false, Threshold = 2, NearCalls = false, MoreEntries = false };
        JitStatistics statistics = Twins.Run(CallManyFunctions, 200_000, options);
        Assert.That(statistics.Regions, Is.InRange(1000, 1050), "4,000 functions are called five times each");
    }

    [Test]
    public void Code_that_had_no_credit_is_compiled_when_it_is_hot()
    {
        JitOptions options = new() { Background = false, Threshold = 2, NearCalls = false, MoreEntries = false };
        JitStatistics statistics = Twins.Run(machine => CallManyFunctions(machine, hot: true), 600_000, options);
        Assert.That(statistics.Regions, Is.GreaterThan(1000));
        Assert.That(statistics.ColdRuns, Is.LessThan(60_000), "the last function runs in a region, although it was not hot while there was credit");
    }

    /// <summary>Changes the second instruction of a function of many before each call.</summary>
    private static void Patch(TestMachine machine, int words)
    {
        machine.Put(TestMachine.CodeBase, """
            set r20,0x00080000
            set r8,0x38a50000
            again:
            addi r8,r8,1
            rlwinm r8,r8,0,16,11
            stw r8,4(r20)
            dcbst r0,r20
            sync
            icbi r0,r20
            isync
            mtspr 8,r20
            bclrl 20,0
            b again
            """);
        for (int n = 0; n < words - 1; n++)
            machine.Put(0x80000 + (uint)(4 * n), $"addi r3,r3,{n}");
        machine.Put(0x80000 + (uint)(4 * (words - 1)), "bclr 20,0");
    }

    private static void CallManyFunctions(TestMachine machine) => CallManyFunctions(machine, hot: false);

    /// <summary>Calls 4,000 small functions in turn, for ever; or five times, and then the last one alone.</summary>
    private static void CallManyFunctions(TestMachine machine, bool hot)
    {
        const int Functions = 4000;
        machine.Put(TestMachine.CodeBase, $"""
            addi r7,r0,{(hot ? 5 : 100)}
            begin:
            set r5,0x00080000
            set r6,{Functions}
            next:
            mtspr 8,r5
            bclrl 20,0
            addi r5,r5,32
            addic. r6,r6,-1
            bc 4,2,next
            addic. r7,r7,-1
            bc 4,2,begin
            last:
            addi r5,r5,-32
            again:
            mtspr 8,r5
            bclrl 20,0
            b again
            """);
        for (uint n = 0; n < Functions; n++)
            machine.Put(0x80000 + (n * 32), "addi r3,r3,1\nbclr 20,0");
    }

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
