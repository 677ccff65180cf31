using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// Branches by CTR inside of a page, which stay in their region where they were seen to go: forward and back, to places that
/// come later, in the middle of what falls through, in other pages, and on a condition.
/// </summary>
public sealed class NearJumpTests
{
    private const ulong Most = 600;
    private const int Offset = 16;
    private const uint Table = TestMachine.DataBase;
    private const uint Elsewhere = TestMachine.CodeBase + 0x2000;

    private static readonly ulong[] Counts = [50, 51, 52, 53, 54, 55, 200, 201, 202, 1000, 1001, 4000, 20_000];

    private static readonly string[] Jumps =
    [
        "bcctr 20,0",
        "bcctr 12,2\naddi r9,r9,1",
        "bcctr 4,2\naddi r9,r9,1\nb next",
        "bcctrl 20,0\nb next",
        "ori r5,r5,3\nmtspr 9,r5\nbcctr 20,0",
    ];

    [TestCaseSource(nameof(Jumps))]
    public void A_jump_goes_where_CTR_says(string jump)
    {
        foreach (int threshold in (ReadOnlySpan<int>)[2, 30])
            Twins.Agree(machine => Load(machine, jump, fromTurn: 90), Counts, Twins.Eager with { Threshold = threshold });
    }

    [TestCaseSource(nameof(Jumps))]
    public void A_jump_is_right_at_every_count(string jump) =>
        Twins.AgreeAtEveryCount(machine => Load(machine, jump, fromTurn: 40), Most, Twins.Eager with { Threshold = 12 });

    [Test]
    public void A_jump_that_is_known_leaves_no_region()
    {
        // All places are seen before anything is compiled.
        JitOptions late = Twins.Eager with { Threshold = 60, JumpCache = false };
        long inside = Run(late), outside = Run(late with { NearJumps = false });
        Assert.That(outside, Is.GreaterThan(5000));
        Assert.That(inside, Is.LessThan(outside / 4), "one of the eight places is in another page, and comes back");
    }

    private static long Run(JitOptions options) =>
        Twins.Run(machine => Load(machine, Jumps[0], int.MaxValue), 100_000, options).Exits("Dispatch");

    [Test]
    public void A_place_that_is_written_over_is_jumped_to_as_it_is_now()
    {
        Twins.Agree(machine =>
        {
            string rewrite = $"stw r7,{Offset}(r10)\ndcbst r0,r10\nsync\nicbi r0,r10\nisync";
            Dictionary<string, uint> labels = Load(machine, $"{rewrite}\n{Jumps[0]}", int.MaxValue);
            machine[10] = labels["third"] - Offset;
            machine[7] = machine.Read(labels["third"]);
        }, [100, 150, 151, 152, 500, 3000]);
    }

    /// <summary>
    /// A loop over a table of places; from some turn on the table's last entry is another one, which no region knows.
    /// </summary>
    private static Dictionary<string, uint> Load(TestMachine machine, string jump, int fromTurn)
    {
        machine.AddHandlers();
        Dictionary<string, uint> labels = machine.Put(TestMachine.CodeBase, $"""
            set r8,{Table}
            back:
            addi r6,r6,5
            next:
            addi r3,r3,1
            cmpw 1,r3,r11
            bc 4,5,same
            stw r12,28(r8)
            same:
            rlwinm r4,r3,2,27,29
            lwzx r5,r8,r4
            mtspr 9,r5
            andi. r4,r3,3
            {jump}
            first:
            addi r6,r6,1
            b next
            second:
            addi r6,r6,2
            third:
            addi r6,r6,3
            addc r13,r6,r6
            b next
            fourth:
            adde r6,r6,r6
            cmpwi 2,r6,9
            b next
            """);
        machine.Put(Elsewhere, $"addi r6,r6,7\nb {(int)(labels["next"] - Elsewhere - 4)}");
        string[] order = ["first", "third", "second", "fourth", "back", "first", "third", "fourth"];
        for (int n = 0; n < order.Length; n++)
            machine.Write(Table + (uint)(4 * n), labels[order[n]]);
        machine.Write(Table + 8, Elsewhere);
        machine[11] = (uint)fromTurn;
        machine[12] = labels["second"];
        machine.Pc = TestMachine.CodeBase;
        return labels;
    }
}
