using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>What loops do that only wait is the same whether it is done or calculated, and is calculated where that is possible.</summary>
public sealed class IdleLoopTests
{
    private const ulong Most = 400_000;

    private static readonly JitOptions Off = Twins.Eager with { SkipIdle = false };

    private const string Self = """
        loop:
        b loop
        """;

    private const string WaitsForAWord = """
        set r4,0x80000
        loop:
        lwz r5,0(r4)
        cmpwi 0,r5,0
        bc 12,2,loop
        addi r6,r6,1
        b loop
        """;

    private const string WaitsInACall = """
        set r1,0x90000
        set r4,0x80000
        loop:
        bl look
        bl again
        cmpwi 0,r3,0
        bc 12,2,loop
        b loop
        look:
        stwu r1,-16(r1)
        mfspr r0,8
        stw r0,20(r1)
        lwz r3,0(r4)
        lwz r0,20(r1)
        mtspr 8,r0
        addi r1,r1,16
        bclr 20,0
        again:
        stwu r1,-16(r1)
        mfspr r0,8
        stw r0,20(r1)
        stmw r28,0(r1)
        lwz r0,20(r1)
        mtspr 8,r0
        addi r1,r1,16
        bclr 20,0
        """;

    private const string WaitsForTheTimebase = """
        outer:
        mftb r3,268
        set r5,150000
        loop:
        mftb r4,268
        subf r4,r3,r4
        cmplw 0,r4,r5
        bc 12,0,loop
        addi r6,r6,1
        b outer
        """;

    private const string WaitsFor64Bits = """
        set r5,150000
        outer:
        bl ticks
        addc r7,r4,r5
        addze r6,r3
        loop:
        bl ticks
        subfc r4,r4,r7
        subfe. r3,r3,r6
        bc 4,0,loop
        addi r9,r9,1
        b outer
        ticks:
        mftb r3,269
        mftb r4,268
        mftb r8,269
        cmpw 0,r3,r8
        bc 4,2,ticks
        bclr 20,0
        """;

    private const string CountsDown = """
        outer:
        set r5,100000
        mtspr 9,r5
        loop:
        bc 16,0,loop
        addi r6,r6,1
        set r5,0x80000000
        up:
        addi r5,r5,-3
        addic. r7,r5,-0x7000
        bc 12,1,up
        bc 12,0,up
        b outer
        """;

    private const string EnablesForAMoment = """
        set r4,0x80000
        loop:
        wrteei 1
        wrteei 0
        lwz r5,0(r4)
        cmpwi 0,r5,0
        bc 12,2,loop
        b loop
        """;

    /// <summary>As Linux idles where the processor is not told to wait.</summary>
    private const string SetsABitAndTakesItBack = """
        set r4,0x80000
        loop:
        mfmsr r9
        ori r9,r9,0x8000
        mtmsr r9
        lwarx r5,0,r4
        ori r5,r5,4
        stwcx. r5,0,r4
        bc 4,2,loop
        wrteei 0
        lwarx r5,0,r4
        rlwinm r5,r5,0,30,28
        stwcx. r5,0,r4
        lwz r6,4(r4)
        cmpwi 0,r6,0
        bc 12,2,loop
        b loop
        """;

    /// <summary>Each of these does something in its turns that is not the same in all of them.</summary>
    private static readonly string[] Busy =
    [
        """
        set r4,0x80000
        loop:
        lwz r5,0(r4)
        addi r5,r5,1
        stw r5,0(r4)
        b loop
        """,
        """
        set r4,0x80000
        loop:
        addi r3,r3,4
        rlwinm r3,r3,0,20,31
        lwzx r5,r4,r3
        b loop
        """,
        """
        loop:
        mulli r3,r3,5
        addi r3,r3,1
        b loop
        """,
        """
        set r4,0x80000
        loop:
        mftb r3,268
        stw r3,0(r4)
        b loop
        """,
        """
        loop:
        adde r3,r4,r5
        addc r4,r4,r6
        addi r6,r6,7
        b loop
        """,
        """
        loop:
        mftb r3,268
        andi. r3,r3,0x1000
        bc 12,2,loop
        addi r5,r5,1
        b loop
        """,
    ];

    private static readonly string[] Waiting =
        [Self, WaitsForAWord, WaitsInACall, WaitsForTheTimebase, WaitsFor64Bits, CountsDown, EnablesForAMoment, SetsABitAndTakesItBack];

    private static IEnumerable<string> All => [.. Waiting, .. Busy];

    [TestCaseSource(nameof(Waiting))]
    public void A_loop_that_waits_is_skipped(string program)
    {
        Assert.That(Skipped(program, Twins.Eager), Is.GreaterThan(Most * 9 / 10));
        Assert.That(Skipped(program, Off), Is.Zero);
    }

    [TestCaseSource(nameof(Busy))]
    public void A_loop_that_does_something_is_not(string program) => Assert.That(Skipped(program, Twins.Eager), Is.Zero);

    [TestCaseSource(nameof(All))]
    public void A_run_ends_at_exactly_the_count_asked_for(string program) =>
        Twins.Agree(machine => Load(machine, program), [5000, 5001, 5002, 5003, 9999, 77_777, 77_778, 200_000, 200_001, 399_999, Most]);

    [TestCaseSource(nameof(All))]
    public void An_interrupt_comes_between_the_same_two_instructions(string program) => Twins.Agree(
        machine =>
        {
            Load(machine, program);
            machine.SetSpr(Spr.Tcr, 0x04400000);
            machine.SetSpr(Spr.Pit, 7001);
            machine.Msr = Msr.Ee;
        },
        [6999, 7000, 7001, 7002, 30_000, 150_001, Most]);

    [TestCase(EnablesForAMoment)]
    [TestCase(SetsABitAndTakesItBack)]
    public void Pending_interrupts_are_taken_where_the_loop_enables_them(string program) => Twins.Agree(
        machine =>
        {
            Load(machine, program);
            machine.SetSpr(Spr.Tcr, 0x04400000);
            machine.SetSpr(Spr.Pit, 7001);
        },
        [6999, 7000, 7001, 7002, 7003, 7004, 7005, 7006, 30_000, 150_001, Most]);

    [Test]
    public void A_wait_ends_at_the_same_instruction_wherever_the_timebase_begins([Range(0, 40)] int number)
    {
        foreach (string program in new[] { WaitsForTheTimebase, WaitsFor64Bits })
        {
            Twins.Agree(
                machine =>
                {
                    Load(machine, program);
                    machine.Processor.Timers.WriteTimebase(0xffff_0000u + ((ulong)number * 7919));
                },
                [20_001, 100_000, 160_003, Most]);
        }
    }

    /// <summary>Loops made at random of what may and what may not be skipped.</summary>
    [Test]
    public void Random_loops_agree([Range(1, 60)] int seed)
    {
        Random random = new(seed);
        string program = RandomLoop(random);
        Twins.Agree(machine =>
        {
            Load(machine, program);
            Random values = new(seed);
            for (int n = 3; n < 13; n++)
            {
                machine[n] = values.Next(3) switch
                {
                    0 => (uint)values.Next(64),
                    1 => (uint)-values.Next(64),
                    _ => (uint)values.NextInt64(1L << 32),
                };
            }
        }, [3000, 3001, 20_000, 20_007, 60_000, 131_071, 200_000]);
    }

    private static string RandomLoop(Random random)
    {
        string R() => $"r{random.Next(3, 13)}";
        string Small() => $"{random.Next(-40, 40)}";
        List<string> lines = ["set r20,0x80000", "set r21,90000", "mtspr 9,r21", "outer:"];
        for (int loops = 0; loops < 2; loops++)
        {
            lines.Add($"loop{loops}:");
            for (int n = random.Next(1, 6); n > 0; n--)
            {
                lines.Add(random.Next(22) switch
                {
                    0 or 1 => $"mftb {R()},268",
                    2 => $"mftb {R()},269",
                    3 or 4 => $"addi {R()},{R()},{Small()}",
                    5 => $"addic. {R()},{R()},{Small()}",
                    6 => $"subfic {R()},{R()},{Small()}",
                    7 => $"subfc {R()},{R()},{R()}",
                    8 => $"addc. {R()},{R()},{R()}",
                    9 => $"adde {R()},{R()},{R()}",
                    10 => $"subf. {R()},{R()},{R()}",
                    11 => $"neg {R()},{R()}",
                    12 => $"lwz {R()},{4 * random.Next(8)}(r20)",
                    13 => $"stw {R()},{4 * random.Next(8)}(r20)",
                    14 => $"or {R()},{R()},{R()}",
                    15 => $"cmpw {random.Next(8)},{R()},{R()}",
                    16 => $"cmplw {random.Next(8)},{R()},{R()}",
                    17 => $"mfcr {R()}",
                    18 => $"addi {R()},0,{Small()}",
                    19 => $"mfspr {R()},9",
                    20 => $"subf {R()},{R()},{R()}",
                    _ => $"rlwinm {R()},{R()},{random.Next(32)},{random.Next(32)},31",
                });
            }

            lines.Add(random.Next(3) switch
            {
                0 => $"cmplw 0,{R()},{R()}",
                1 => $"cmpw 0,{R()},{R()}",
                _ => $"cmpwi 0,{R()},{Small()}",
            });
            lines.Add(random.Next(5) switch
            {
                0 => $"bc 16,0,loop{loops}",
                1 => $"bc 12,0,loop{loops}",
                2 => $"bc 4,0,loop{loops}",
                3 => $"bc 12,1,loop{loops}",
                _ => $"bc 4,2,loop{loops}",
            });
        }

        lines.Add("b outer");
        return string.Join('\n', lines);
    }

    private static ulong Skipped(string program, JitOptions options) =>
        (ulong)Twins.Run(machine => Load(machine, program), Most, options).SkippedInstructions;

    private static void Load(TestMachine machine, string program)
    {
        machine.AddHandlers();
        machine.Put(TestMachine.CodeBase, program);
    }
}
