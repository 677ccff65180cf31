using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// Loops that only copy or fill, whose turns are left to moves of the host: near to each other and far, up to and over the ends of pages, and
/// stopped after every instruction.
/// </summary>
public sealed class BlockMoveTests
{
    private static readonly string[] Copies =
    [
        "lwzu r6,4(r4)\nstwu r6,4(r5)\nbc 16,0,loop",
        "lbzu r6,1(r4)\nstbu r6,1(r5)\nbc 16,0,loop",
        "lhz r6,0(r4)\nsth r6,0(r5)\naddi r4,r4,2\naddi r5,r5,2\nbc 16,0,loop",
        "lha r6,2(r4)\nlha r7,0(r4)\naddi r4,r4,4\nsth r7,-2(r5)\nsth r6,0(r5)\naddi r5,r5,4\nbc 16,0,loop",
        "lwz r7,4(r4)\nlwzu r8,8(r4)\nstw r7,4(r5)\nstwu r8,8(r5)\nbc 16,0,loop",
        "lwz r7,4(r4)\nstw r7,4(r5)\nlwz r7,0(r4)\nstw r7,0(r5)\naddi r4,r4,8\naddi r5,r5,8\nbc 16,0,loop",
        "lwz r6,0(r4)\nlwz r7,4(r4)\nlwz r8,8(r4)\nlwz r18,12(r4)\n"
            + "stw r6,0(r5)\nstw r7,4(r5)\nstw r8,8(r5)\nstw r18,12(r5)\naddi r4,r4,16\naddi r5,r5,16\nbc 16,0,loop",
        "dcbz r11,r5\nlwz r6,4(r4)\nlwz r7,8(r4)\nlwz r8,12(r4)\nlwzu r18,16(r4)\nstw r6,4(r5)\nstw r7,8(r5)\nstw r8,12(r5)\nstwu r18,16(r5)\n"
            + "lwz r6,4(r4)\nlwz r7,8(r4)\nlwz r8,12(r4)\nlwzu r18,16(r4)\nstw r6,4(r5)\nstw r7,8(r5)\nstw r8,12(r5)\nstwu r18,16(r5)\nbc 16,0,loop",
        "lbzx r6,r4,r9\nstbx r6,r5,r9\naddi r9,r9,1\nbc 16,0,loop",
        "addi r7,r4,4\nlwz r6,0(r4)\nor r4,r7,r7\nstw r6,0(r5)\naddi r5,r5,4\nbc 16,0,loop",
        "dcbt 0,r4\nlwzu r6,4(r4)\nor r8,r6,r6\nstwu r6,4(r5)\naddi r10,r10,-3\nbc 16,0,loop",
    ];

    private static readonly string[] Fills =
    [
        "stwu r10,4(r5)\nbc 16,0,loop",
        "stbu r10,1(r5)\nbc 16,0,loop",
        "sth r10,2(r5)\nsth r10,4(r5)\nsth r10,6(r5)\nsthu r10,8(r5)\nbc 16,0,loop",
        "stb r10,0(r5)\naddi r5,r5,1\nbc 16,0,loop",
        "dcbz 0,r5\nstw r10,0(r5)\nstw r10,4(r5)\nstw r10,8(r5)\nstw r10,12(r5)\nstw r10,16(r5)\nstw r10,20(r5)\n"
            + "stw r10,24(r5)\nstw r10,28(r5)\naddi r5,r5,32\nbc 16,0,loop",
        "stwx r10,r5,r9\naddi r9,r9,4\naddi r4,r4,3\nbc 16,0,loop",
    ];

    private static IEnumerable<string> Loops => [.. Copies, .. Fills];

    /// <summary>Copies to before and behind where they come from, nearer than what is moved at once and farther.</summary>
    [Test]
    public void Copies_over_themselves_agree(
        [ValueSource(nameof(Copies))] string loop,
        [Values(-400, -64, -33, -32, -31, -8, -4, -3, -1, 0, 1, 4, 5, 8, 16, 31, 32, 33, 64, 100, 0x900)] int distance) =>
        Twins.Agree(
            machine => Prepare(machine, loop, 0x50060000u + 0xe81, (uint)(0x50060000 + 0xe81 + distance), 137),
            Enumerable.Range(1, 40).Select(count => (ulong)count * 97));

    [TestCaseSource(nameof(Loops))]
    public void Moves_end_at_every_count(string loop)
    {
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop, 0x50060f80, 0x50061fc4, 90), 700);
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop, 0x60f82, 0x61dd1, 83), 500);
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop, 0x60f80, 0x61e00, 17), 200);
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop, 0x50060e81, 0x50061ebc, 30), 600);
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop, 0x50060e81, 0x50061ec0, 30), 600);
    }

    /// <summary>CTR begins with 0, so there are more turns than any page has room for.</summary>
    [TestCaseSource(nameof(Loops))]
    public void Turns_without_end_agree(string loop) =>
        Twins.Agree(
            machine => Prepare(machine, loop, 0x50060010, 0x50061010, 0), Enumerable.Range(1, 40).Select(count => (ulong)count * 997));

    /// <summary>The page after the first may only be read, or is not plain memory for the soft page table; a timer interrupts meanwhile.</summary>
    [TestCaseSource(nameof(Loops))]
    public void A_move_ends_where_a_page_with_other_rights_begins(string loop)
    {
        foreach ((uint high, uint low) in (ReadOnlySpan<(uint, uint)>)[(0x500620c0, 0x00062200), (0x50062040, 0x00062300)])
        {
            Twins.Agree(
                machine =>
                {
                    Prepare(machine, loop, 0x50060e40, 0x50061e80, 200,
                        $"set r20,{high}\nset r21,{low}\naddi r22,r0,40\ntlbwe r21,r22,1\ntlbwe r20,r22,0");
                    machine.SetSpr(Spr.Pit, 333);
                    machine.SetSpr(Spr.Tcr, 0x04400000);
                    machine.Msr |= Msr.Ee;
                },
                Enumerable.Range(1, 300).Select(count => (ulong)count * 11));
        }
    }

    /// <summary>The target begins beside the code, whose page no write table has, and ends in the next page; and the other way round.</summary>
    [TestCaseSource(nameof(Loops))]
    public void A_move_beside_code_agrees(string loop)
    {
        foreach (uint target in (ReadOnlySpan<uint>)[TestMachine.CodeBase + 0xf40, TestMachine.CodeBase - 0xb0])
            Twins.Agree(machine => Prepare(machine, loop, 0x60e40, target, 160), Enumerable.Range(1, 100).Select(count => (ulong)count * 29));
    }

    [TestCaseSource(nameof(Loops))]
    public void A_loop_that_copies_or_fills_is_left_to_the_host(string loop)
    {
        Assert.That(Moves(loop, Twins.Eager), Is.True);
        Assert.That(Moves(loop, Twins.Eager with { BlockMoves = false }), Is.False);
    }

    [TestCase("lwz r6,0(r4)\nlwz r7,4(r4)\nstw r7,0(r5)\nstw r6,4(r5)\naddi r4,r4,8\naddi r5,r5,8\nbc 16,0,loop", Description = "turns words round")]
    [TestCase("lwbrx r6,0,r4\nstw r6,0(r5)\naddi r4,r4,4\naddi r5,r5,4\nbc 16,0,loop", Description = "turns bytes round")]
    [TestCase("lbzu r6,-1(r4)\nstbu r6,-1(r5)\nbc 16,0,loop", Description = "falls")]
    [TestCase("lwzu r6,4(r4)\nstwu r6,8(r5)\nbc 16,0,loop", Description = "leaves bytes out")]
    [TestCase("stw r6,0(r5)\nlwz r6,0(r4)\naddi r4,r4,4\naddi r5,r5,4\nbc 16,0,loop", Description = "stores what the turn before loaded")]
    [TestCase("lwzu r6,4(r4)\naddi r6,r6,1\nstwu r6,4(r5)\nbc 16,0,loop", Description = "changes what it copies")]
    [TestCase("stwu r10,4(r5)\ndcbz 0,r5\nbc 16,0,loop", Description = "clears what it has filled")]
    [TestCase("stwu r5,4(r5)\nbc 16,0,loop", Description = "stores its own base")]
    [TestCase("lbz r6,0(r4)\nstb r6,0(r5)\nstb r6,0(r5)\naddi r4,r4,2\naddi r5,r5,2\nbc 16,0,loop", Description = "stores one byte twice")]
    [TestCase("lwzu r6,4(r4)\nstwu r6,4(r5)\nadd r3,r3,r6\nbc 16,0,loop", Description = "sums")]
    [TestCase("lwzu r6,4(r4)\nstwu r6,4(r5)\nbc 8,2,loop", Description = "ends by a condition, too")]
    [TestCase("lwzu r6,4(r4)\nstwu r6,4(r5)\nor. r7,r6,r6\nbc 16,0,loop", Description = "sets a condition")]
    [TestCase("stw r10,0(r5)\nstw r11,4(r5)\naddi r5,r5,8\nbc 16,0,loop", Description = "fills with two registers")]
    [TestCase("stb r10,0(r5)\nstb r10,1(r5)\nstb r10,2(r5)\naddi r5,r5,3\nbc 16,0,loop", Description = "has a step that divides no unit")]
    public void Another_loop_is_executed(string loop) => Assert.That(Moves(loop, Twins.Eager), Is.False);

    private static bool Moves(string loop, JitOptions options)
    {
        using TestMachine machine = new();
        Prepare(machine, loop, 0x50060040, 0x50061040, 60);
        using JitEngine engine = new(machine.Processor, options with { KeepListings = true });
        engine.Run(700);
        return Enumerable.Range(0, 40).SelectMany(n => engine.RegionsAt(TestMachine.CodeBase + (uint)(4 * n))).Any(
            region => region.Listing.Any(line => line.Text.Contains("movedTurns", StringComparison.Ordinal)));
    }

    private static void Prepare(TestMachine machine, string loop, uint source, uint target, uint turns, string first = "addi r20,r0,0")
    {
        machine.AddHandlers();
        for (uint n = 0; n < 0x4000; n += 4)
            machine.Write(0x60000 + n, (n * 0x9e3779b9) ^ 0x12345);
        machine.Put(TestMachine.CodeBase, $"""
            {first}
            set r10,0x81c3a5e7
            outer:
            set r4,{source}
            set r5,{target}
            addi r9,r0,-40
            addi r11,r0,4
            addi r12,r0,{turns}
            mtspr 9,r12
            loop:
            {loop}
            addi r15,r15,1
            b outer
            """);
        if (source >= 0x50000000)
            machine.Msr = Msr.Ir | Msr.Dr;
    }
}
