using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>The forms of arithmetic that set XER[OV] and XER[SO], in regions, against the interpreter.</summary>
public sealed class OverflowFormTests
{
    /// <summary>Where signs and carries change, as operands of addi.</summary>
    private static readonly uint[] Edges = [0, 1, 0x7fffffff, 0x80000000, 0x80000001, uint.MaxValue, 0x8000, 0xffff7fff];

    private static IEnumerable<string> Forms =>
        from row in InstructionTable.Rows.ToArray()
        where row.TryGetField('o', out _)
        from suffix in (IEnumerable<string>)["o", "o."]
        select row.TryGetField('b', out _) ? $"{row.Mnemonic}{suffix} r5,r3,r4" : $"{row.Mnemonic}{suffix} r5,r3";

    /// <summary>Each pair of edge values, with XER[SO] clear and set before, and a comparison whose field must take the old SO.</summary>
    [TestCaseSource(nameof(Forms))]
    public void A_region_sets_XER_and_CR0_as_the_interpreter_does(string form)
    {
        Twins.Agree(machine => Prepare(machine, form), [200, 201, 333, 1000, 1001, 3000], Twins.Eager);
        JitStatistics statistics = Twins.Run(machine => Prepare(machine, form), 50_000, Twins.Eager);
        Assert.That(statistics.Exits("Step"), Is.LessThan(Steps(form, 20)), "the interpreter executes it");
    }

    [TestCaseSource(nameof(Forms))]
    public void The_cold_tier_sets_XER_and_CR0_as_the_interpreter_does(string form)
    {
        JitOptions options = Twins.Eager with { Regions = false };
        Twins.Agree(machine => Prepare(machine, form), [200, 201, 333, 1000, 1001, 3000], options);
        JitStatistics statistics = Twins.Run(machine => Prepare(machine, form), 50_000, options);
        Assert.That(statistics.Exits("Step"), Is.LessThan(Steps(form, 20)), "the interpreter executes it");
    }

    private static int Steps(string form, int usual) => form.StartsWith("div", StringComparison.Ordinal) ? 2000 : usual;

    private static void Prepare(TestMachine machine, string form)
    {
        machine.AddHandlers();
        for (int n = 0; n < Edges.Length; n++)
            machine.Write(TestMachine.DataBase + (uint)(4 * n), Edges[n]);
        machine.Put(TestMachine.CodeBase, $"""
            set r10,{TestMachine.DataBase}
            outer:
            addi r7,r0,0
            mtspr 1,r7
            loop:
            lwzx r3,r10,r7
            rlwinm r8,r9,2,27,29
            lwzx r4,r10,r8
            cmpw 3,r3,r4
            addic r6,r9,-1
            {form}
            mfspr r11,1
            mfcr r12
            add r13,r13,r11
            xor r14,r14,r12
            xor r15,r15,r5
            addi r9,r9,1
            bc 12,13,next
            next:
            rlwinm. r8,r9,0,29,31
            bc 4,2,loop
            addi r7,r7,4
            cmpwi 7,r7,32
            bc 4,30,loop
            b outer
            """);
    }

    /// <summary>The field of a comparison has SO as it was at the comparison, though it is computed later.</summary>
    [Test]
    public void An_overflow_after_a_comparison_leaves_its_field_alone([Values] bool lazy)
    {
        void Prepare(TestMachine machine)
        {
            machine.AddHandlers();
            machine.Put(TestMachine.CodeBase, """
                set r3,0x7fffffff
                addi r6,r0,0
                loop:
                mtspr 1,r6
                cmpw 2,r3,r4
                addo r5,r3,r3
                mfcr r7
                add r8,r8,r7
                addi r4,r4,1
                b loop
                """);
        }

        Twins.AgreeAtEveryCount(Prepare, 100, Twins.Eager with { LazyCr = lazy });
        using TestMachine machine = new();
        Prepare(machine);
        machine.Engine.Run(50);
        Assert.That((machine[7] >> 20) & CrField.So, Is.Zero);
    }

    [Test]
    public void Other_instructions_that_regions_have_agree_at_every_count(
        [Values("mcrxr 2", "dlmzb r5,r3,r4", "dlmzb. r5,r3,r4", "subfme. r5,r3", "lswi r5,r10,11", "lswi r30,r10,9",
            "stswi r5,r10,7", "stswi r31,r10,32",
            "mftb r5,268", "mftb r5,269", "mfspr r5,256", "mtspr 256,r3", "mfspr r5,260", "tlbsync")] string instruction,
        [Values] bool user)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                machine.AddHandlers();
                machine.Put(TestMachine.CodeBase, $"""
                    set r10,{TestMachine.DataBase + 0xff0}
                    set r3,0x01020304
                    set r4,0x05000607
                    set r9,0x7fffffff
                    loop:
                    addco. r11,r9,r9
                    {instruction}
                    mfcr r12
                    xor r13,r13,r12
                    mfspr r14,1
                    add r15,r15,r14
                    rlwinm r4,r4,4,0,31
                    rlwinm r3,r3,1,0,31
                    addi r10,r10,1
                    rlwinm r10,r10,0,0,30
                    xor r5,r5,r10
                    b loop
                    """);
                if (user)
                    machine.Msr = Msr.Pr;
            },
            250);
    }
}
