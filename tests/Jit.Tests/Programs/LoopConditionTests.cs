using PpcJit.Jit.Tests.Harness;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// Loops at whose head a CR field is what the turn before compared, or what was there before the loop: left at every place,
/// by counts, misses and misaligned accesses, and entered with fields that no comparison gives.
/// </summary>
public sealed class LoopConditionTests
{
    private const ulong Most = 500;

    private static readonly string[] Loops =
    [
        // Only ways out need the field; with an operand that the load overwrites, and without.
        "loop:\nlwz r6,0(r4)\naddi r4,r4,4\ncmpw 0,r6,r5\nbc 4,2,loop",
        "loop:\nlwzx r6,r4,r7\naddi r7,r7,4\ncmpwi 3,r7,60\nbc 12,12,loop",
        "loop:\nlwz r6,0(r8)\nlbz r9,1(r4)\nadd r6,r6,r9\ncmplw 0,r6,r4\nbc 12,1,loop",

        // The turn reads the field, at the head or later; it begins in the middle.
        "b middle\nloop:\nbc 12,2,done\nmiddle:\nlwzu r6,4(r4)\ncmpw 0,r6,r5\nbc 16,0,loop\ndone:",
        "b middle\nloop:\nbc 12,0,done\naddi r10,r10,1\nmiddle:\nlbzu r6,1(r4)\naddic. r11,r6,-120\nbc 16,0,loop\ndone:",
        "loop:\nlwz r6,0(r4)\nmfcr r12\nadd r13,r13,r12\naddi r4,r4,4\ncmpwi 0,r6,100\nbc 16,0,loop",
        "loop:\nlwz r6,0(r4)\ncrxor 2,2,5\nbc 12,2,over\naddi r4,r4,4\nover:\ncmpwi 0,r6,100\nbc 16,0,loop",

        // What is compared changes while the field is needed.
        "loop:\naddi r7,r7,4\nlwzx r6,r4,r7\ncmpwi 0,r7,90\nbc 12,0,loop",
        "loop:\nstwx r7,r4,r7\naddi r7,r7,4\nlwzx r6,r4,r7\ncmpw 1,r7,r5\nbc 12,4,loop",

        // Two loops with one field, one in the other; two fields; a summary overflow that changes meanwhile.
        "loop:\naddi r7,r0,5\ninner:\nlwz r6,0(r4)\naddi r4,r4,4\naddi r7,r7,-1\ncmpwi 0,r7,0\nbc 4,2,inner\n"
            + "addi r10,r10,1\ncmpwi 0,r10,4\nbc 4,2,loop",
        "loop:\nlwz r6,0(r4)\nlwz r8,4(r4)\naddi r4,r4,8\ncmpw 0,r6,r5\ncmplw 5,r8,r5\nbc 16,0,loop",
        "loop:\nlwz r6,0(r4)\naddi r4,r4,4\naddo r9,r6,r6\ncmpw 0,r6,r5\nbc 16,0,loop",
        "loop:\nlwz r6,0(r4)\naddi r4,r4,4\nmtspr 1,r6\ncmpw 0,r6,r5\nbc 16,0,loop",
    ];

    [TestCaseSource(nameof(Loops))]
    public void Ways_out_find_what_the_turn_before_compared(string loop) =>
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop), Most);

    [TestCaseSource(nameof(Loops))]
    public void They_do_with_either_way_alone(string loop)
    {
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop), Most, Twins.Eager with { AskEntries = false });
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop), Most, Twins.Eager with { MarkCr = false });
        Twins.AgreeAtEveryCount(machine => Prepare(machine, loop), Most, Twins.Eager with { RegionSize = 4, DeferSo = false });
    }

    /// <summary>Fields before the loop are all patterns in turn; the data are near the end of what is mapped.</summary>
    private static void Prepare(TestMachine machine, string loop)
    {
        machine.AddHandlers();
        for (uint n = 0; n < 0x400; n += 4)
            machine.Write(0x60c00 + n, ((n * 0x9e3779b9) >> 5) % 200);
        machine.Put(TestMachine.CodeBase, $"""
            set r20,0x9e3779b9
            set r3,0x10203
            outer:
            mullw r3,r3,r20
            set r4,0x60ec3
            set r5,77
            set r8,0x60fbe
            addi r7,r0,-8
            addi r10,r0,0
            addi r12,r0,23
            mtspr 9,r12
            rlwinm r12,r3,3,0,3
            mtspr 1,r12
            mtcrf 255,r3
            {loop}
            mfcr r12
            xor r13,r13,r12
            b outer
            """);
    }
}
