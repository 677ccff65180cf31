using System.Globalization;
using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// Loops that pass through memory in steps, and so have a version that looks up no pages: up to, over and past the ends of
/// pages, in either direction, aligned or not, and stopped after every instruction.
/// </summary>
public sealed class VersionedLoopTests
{
    private const ulong Most = 700;

    private static readonly string[] Loops =
    [
        // Two streams with update forms; one compares what it moves with an end.
        "lwzu r6,4(r4)\nadd r7,r7,r6\nstwu r7,4(r5)\nbc 16,0,loop",
        "lbzu r6,-1(r4)\nstb r6,0(r5)\naddi r5,r5,-1\nbc 16,0,loop",
        "lwz r6,0(r4)\nstw r6,-8(r4)\naddi r4,r4,4\ncmplw 3,r4,r10\nbc 12,12,loop",

        // Several accesses of several sizes through one base, which moves between them.
        "lhz r6,6(r4)\nlha r7,-2(r4)\nstb r7,1(r4)\naddi r4,r4,3\nlwz r8,-8(r4)\nsth r8,0(r4)\naddi r4,r4,2\nbc 16,0,loop",
        "lhbrx r6,0,r4\nlwbrx r7,r4,r11\nsthbrx r7,0,r5\nstwbrx r6,r5,r11\naddi r4,r4,-6\naddi r5,r5,6\nbc 16,0,loop",

        // A base that stays and an index that moves; both move; an index that turns round.
        "lwzx r6,r4,r9\nstwx r6,r5,r9\naddi r9,r9,4\ncmpwi 0,r9,160\nbc 4,2,loop",
        "lwzx r6,r4,r9\naddi r9,r9,8\naddi r4,r4,-12\nstwx r6,r4,r9\nbc 16,0,loop",
        "lwz r6,0(r4)\nlwz r7,4(r4)\nstw r6,16(r5)\nadd r8,r6,r7\naddic. r12,r12,-1\nbc 4,2,loop",

        // A base that moves through another register, as compilers of C let it; one that is loaded over meanwhile; a copy.
        "addi r7,r4,4\nlwz r8,160(r5)\nlwz r4,4(r4)\nlwz r6,4(r7)\nadd r3,r3,r4\nadd r3,r3,r6\naddi r4,r7,4\naddi r5,r5,12\nbc 16,0,loop",
        "or r7,r5,r5\nstb r6,1(r7)\naddi r5,r5,3\nlbz r6,-3(r5)\nstw r6,-4(r7)\nlwz r8,8(r7)\nbc 16,0,loop",
        "addi r7,r4,2\nlwz r6,0(r4)\nadd r4,r4,r17\nsth r6,0(r7)\nlhz r8,2(r4)\nadd r3,r3,r8\nbc 16,0,loop",
        "add r7,r4,r17\nlwz r6,0(r7)\naddi r4,r4,4\nadd r3,r3,r6\nstw r6,40(r4)\nbc 16,0,loop",

        // Only one of the streams moves in steps: the other is looked up, and may leave in the middle of a turn.
        "lbzu r6,1(r4)\nrlwinm r7,r6,2,22,29\nlwzx r8,r5,r7\nadd r3,r3,r8\nbc 16,0,loop",
        "lwzu r6,4(r4)\nadd r5,r5,r6\nrlwinm r7,r5,0,17,31\naddis r7,r7,0x5006\nstw r6,0(r7)\nbc 16,0,loop",

        // Steps that a register says, before or after the access; in the second it is the base that stays.
        "lwz r6,0(r4)\nadd r4,r4,r16\nadd r3,r3,r6\nbc 16,0,loop",
        "add r9,r17,r9\naddi r4,r4,-3\nstbx r6,r4,r9\nadd r6,r6,r9\nbc 16,0,loop",
        "lwzux r6,r4,r17\nsth r6,-2(r4)\nadd r3,r3,r6\nbc 16,0,loop",
        "stbx r6,r5,r9\nadd r9,r9,r17\ncmplwi 0,r9,700\nbc 4,1,loop",

        // Steps of nothing, and steps as long as they may be.
        "lwz r6,4094(r5)\naddi r6,r6,1\nstw r6,4(r5)\nadd r3,r3,r6\nbc 16,0,loop",
        "lwzu r6,1024(r4)\nadd r3,r3,r6\nbc 16,0,loop",
        "lwzu r6,-1022(r4)\nadd r3,r3,r6\nbc 16,0,loop",

        // Through the end of the address space.
        "lwz r6,0(r13)\nadd r3,r3,r6\naddi r13,r13,4\nbc 16,0,loop",
        "lbzu r6,-1(r14)\nadd r3,r3,r6\nbc 16,0,loop",

        // Carries, CR fields and exceptions of other kinds in the loop.
        "lwzu r6,4(r4)\naddc r7,r7,r6\nadde r8,r8,r3\ncmpw 1,r6,r7\ncmpwi 5,r8,3\nbc 16,0,loop",
        "lwzu r6,4(r4)\ntw 16,r6,r7\nadd. r7,r7,r6\nstwu r7,4(r5)\nbc 16,0,loop",
        "lwzu r6,4(r4)\nmfcr r7\nadd r3,r3,r7\naddic. r12,r12,-1\nbc 12,1,loop",
    ];

    [TestCaseSource(nameof(Loops))]
    public void The_version_without_look_ups_accesses_what_the_other_one_would(string loop)
    {
        foreach (uint offset in (ReadOnlySpan<uint>)[0xf80, 0xfcd, 0xffe, 0x40])
            Twins.AgreeAtEveryCount(machine => Prepare(machine, loop, offset, translated: true), Most);
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop, 0xf90, translated: false), Most);
    }

    /// <summary>
    /// A timer interrupts in the middle; the page after the first may only be read, or is not plain memory for the soft
    /// page table at 1 KB.
    /// </summary>
    [TestCaseSource(nameof(Loops))]
    public void A_sweep_ends_where_a_page_with_other_rights_begins(string loop)
    {
        foreach ((uint high, uint low) in (ReadOnlySpan<(uint, uint)>)[(0x500610c0, 0x00061200), (0x50061040, 0x00061300), (0x500610e0, 0x00061300)])
        {
            Twins.Agree(
                machine =>
                {
                    Prepare(machine, $"set r20,{high}\nset r21,{low}\naddi r22,r0,40\ntlbwe r21,r22,1\ntlbwe r20,r22,0",
                        loop, 0xf80, translated: true);
                    machine.SetSpr(Spr.Pit, 333);
                    machine.SetSpr(Spr.Tcr, 0x04400000);
                    machine.Msr |= Msr.Ee;
                },
                Enumerable.Range(1, 400).Select(count => (ulong)count * 7));
        }
    }

    /// <summary>Loops of random accesses, steps and ends, from random places near the end of a page.</summary>
    [Test]
    public void Random_sweeps_agree([Range(1, 25)] int seed)
    {
        Random random = new(seed);
        for (int n = 0; n < 8; n++)
        {
            string loop = RandomLoop(random);
            uint offset = (uint)random.Next(0xe00, 0x1010);
            TestContext.Out.WriteLine($"offset {offset:x}\n{loop}");
            Twins.Agree(
                machine => Prepare(machine, loop, offset, translated: true),
                Enumerable.Range(1, 60).Select(count => (ulong)count * 23),
                Twins.Eager with { Threshold = random.Next(1, 8) });
        }
    }

    private static string RandomLoop(Random random)
    {
        string[] accesses =
        [
            "lwz r6,{0}({1})", "lhz r7,{0}({1})", "lha r8,{0}({1})", "lbz r6,{0}({1})", "stw r7,{0}({1})", "sth r6,{0}({1})", "stb r8,{0}({1})",
            "lwzu r6,{2}({1})", "lbzu r7,{2}({1})", "stwu r6,{2}({1})", "sthu r7,{2}({1})", "lwzx r6,{1},r9", "stbx r6,{1},r9", "lwbrx r7,0,{1}",
            "addi {1},{1},{2}", "addi r7,{1},{2}", "addi {1},r7,{2}", "or r7,{1},{1}", "or {1},r7,r7", "lwz r6,{0}(r7)",
            "addi r9,r9,{2}", "add {1},{1},r17", "lwzux r6,{1},r16", "add r9,r17,r9",
            "add r6,r6,r7", "addic r7,r7,{2}", "addze r8,r8", "lwzx r8,{1},r7", "rlwinm r7,r7,0,22,31",
        ];
        List<string> lines = [];
        for (int n = random.Next(1, 7); n >= 0; n--)
            lines.Add(string.Format(CultureInfo.InvariantCulture, accesses[random.Next(accesses.Length)],
                random.Next(-40, 40), $"r{random.Next(4, 6)}", random.Next(-9, 10)));
        lines.Add(random.Next(4) switch
        {
            0 => "addic. r12,r12,-1\nbc 4,2,loop",
            1 => "addi r12,r12,-1\ncmpwi 6,r12,3\nbc 12,25,loop",
            2 => "cmpw 2,r6,r7\nbc 0,9,loop",
            _ => "bc 16,0,loop",
        });
        return string.Join('\n', lines);
    }

    [TestCaseSource(nameof(Loops))]
    public void A_loop_that_moves_in_steps_has_two_versions(string loop) => Assert.That(HasVersions(loop, Twins.Eager), Is.True);

    [TestCase("lwz r4,0(r4)\nadd r3,r3,r4\nbc 16,0,loop", Description = "follows pointers")]
    [TestCase("lwzu r6,4(r4)\ncmpw 0,r6,r7\nbc 4,2,loop", Description = "waits for a value")]
    [TestCase("lwzu r6,4(r4)\ntlbwe r21,r22,1\nbc 16,0,loop", Description = "changes translation")]
    [TestCase("lwzu r6,1025(r4)\nbc 16,0,loop", Description = "leaves the page too soon")]
    [TestCase("lwzx r6,r4,r5\nadd r4,r4,r6\nbc 16,0,loop", Description = "moves by what it loads")]
    [TestCase("add r4,r4,r5\nlwz r6,0(r4)\nadd r4,r4,r5\nbc 16,0,loop", Description = "moves twice by a register")]
    [TestCase("add r4,r4,r5\nadd r5,r5,r7\nlwzx r6,r4,r5\nbc 16,0,loop", Description = "moves faster and faster")]
    [TestCase("addi r7,r4,4\nor r4,r5,r5\nor r5,r7,r7\nlwz r6,0(r4)\nbc 16,0,loop", Description = "goes on from two places in turn")]
    [TestCase("add r3,r3,r6\nbc 16,0,loop", Description = "accesses nothing")]
    public void Another_loop_has_one_version(string loop) => Assert.That(HasVersions(loop, Twins.Eager), Is.False);

    [Test]
    public void The_switch_leaves_one_version()
    {
        Assert.That(HasVersions(Loops[0], Twins.Eager with { VersionLoops = false }), Is.False);
    }

    private static void Prepare(TestMachine machine, string loop, uint offset, bool translated) =>
        Prepare(machine, "addi r20,r0,0", loop, offset, translated);

    private static void Prepare(TestMachine machine, string first, string loop, uint offset, bool translated)
    {
        uint data = translated ? 0x50060000u : 0x00060000u;
        machine.AddHandlers();
        for (uint n = 0; n < 0x3000; n += 4)
            machine.Write(0x60000 + n, (n * 0x9e3779b9) ^ 0x12345);
        machine.Put(TestMachine.CodeBase, $"""
            {first}
            outer:
            set r4,{data + offset}
            set r5,{data + 0x3000 - offset}
            set r10,{data + offset + 0x90}
            set r13,0xffffffc0
            addi r14,r0,50
            addi r9,r0,-40
            addi r11,r0,20
            addi r12,r0,37
            addi r16,r0,-20
            addi r17,r0,24
            mtspr 9,r12
            loop:
            {loop}
            addi r15,r15,1
            b outer
            """);
        if (translated)
            machine.Msr = Msr.Ir | Msr.Dr;
    }

    private static bool HasVersions(string loop, JitOptions options)
    {
        using TestMachine machine = new();
        Prepare(machine, loop, 0x40, translated: true);
        using JitEngine engine = new(machine.Processor, options with { KeepListings = true });
        engine.Run(Most);
        return engine.RegionsAt(TestMachine.CodeBase + 0x48).Concat(engine.RegionsAt(TestMachine.CodeBase + 0x4c)).Any(
            region => region.Listing.Any(line => line.Text.Contains("stepped", StringComparison.Ordinal)));
    }
}
