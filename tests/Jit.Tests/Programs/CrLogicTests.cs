using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>Logic on single CR bits, whose fields are comparisons, record forms and loaded bits, with XER[SO] clear and set.</summary>
public sealed class CrLogicTests
{
    private static readonly string[] Operations = ["crand", "crandc", "creqv", "crnand", "crnor", "cror", "crorc", "crxor"];

    /// <summary>Target and sources: each kind of bit as each, in one field, in three, and one bit alone.</summary>
    private static readonly (int T, int A, int B)[] Bits =
    [
        (0, 5, 10), (1, 4, 8), (2, 6, 9), (3, 11, 7), (4, 0, 5), (5, 5, 1), (6, 2, 6), (7, 3, 11), (8, 8, 9), (10, 10, 1),
        (0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 3), (9, 2, 9), (11, 0, 11),
    ];

    private static IEnumerable<string> Instructions =>
        from operation in Operations
        from bits in Bits
        select $"{operation} {bits.T},{bits.A},{bits.B}";

    [TestCaseSource(nameof(Instructions))]
    public void Both_engines_agree_at_every_count(string instruction) => Agree(instruction, Twins.Eager);

    [TestCaseSource(nameof(Instructions))]
    public void They_agree_where_each_field_is_made_at_once(string instruction) =>
        Agree(instruction, Twins.Eager with { LazyCr = false, DeferSo = false });

    private static void Agree(string instruction, JitOptions options)
    {
        string target = instruction.Split(' ', ',')[1];
        Twins.AgreeAtEveryCount(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, $"""
                    set r3,0x10203
                    set r20,0x9e3779b9
                    loop:
                    mullw r3,r3,r20
                    rlwinm r4,r3,7,30,31
                    rlwinm r5,r3,11,30,31
                    cmpw 0,r4,r5
                    rlwinm r6,r3,15,30,31
                    cmplw 1,r5,r6
                    mtcrf 0x20,r3
                    {instruction}
                    mfcr r12
                    xor r13,r13,r12
                    bc 12,{target},set
                    addi r14,r14,1
                    set:
                    {instruction}
                    bc 4,{target},clear
                    addi r15,r15,1
                    clear:
                    rlwinm r7,r3,19,0,3
                    mtspr 1,r7
                    b loop
                    """);
            },
            200,
            options);
    }
}
