using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Privileged and illegal instructions, and exceptions that go round in circles.</summary>
internal sealed class ExceptionProgramTests
{
    private static IEnumerable<Op> Privileged() => All(row => row.Is(InstructionFlags.Privileged));

    private static IEnumerable<Op> Unprivileged() => All(row => !row.Is(InstructionFlags.Privileged));

    private static IEnumerable<int> OpcodesThatNoInstructionHas() =>
        Enumerable.Range(0, 64).Except(All(_ => true).Select(op => (int)(InstructionTable.Row(op).FixedBits >> 26)));

    [TestCaseSource(nameof(Privileged))]
    public void A_privileged_instruction_is_refused_in_problem_state_and_changes_nothing(Op op)
    {
        using TestMachine m = new() { Msr = Msr.Pr | Msr.Me };
        m.Write(TestMachine.CodeBase, InstructionTable.Row(op).Encode(0x00a6_3000));
        for (int r = 0; r < 32; r++)
            m[r] = TestMachine.DataBase;
        m.Step();
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Esr, taken.Count),
            Is.EqualTo((ExceptionKind.Program, TestMachine.CodeBase, Esr.Ppr, 0ul)));
        Assert.That(m.Msr, Is.EqualTo(Msr.Me));
        for (int r = 0; r < 32; r++)
            Assert.That(m[r], Is.EqualTo(TestMachine.DataBase), $"r{r}");
    }

    [TestCaseSource(nameof(Privileged))]
    public void A_privileged_instruction_is_executed_in_supervisor_state(Op op)
    {
        using TestMachine m = new();
        m.Write(TestMachine.CodeBase, InstructionTable.Row(op).BaseWord);
        m.Step();
        Assert.That((m.Exceptions.Count, m.Count), Is.EqualTo((0, 1ul)));
    }

    [TestCaseSource(nameof(Unprivileged))]
    public void Problem_state_may_execute_every_other_instruction(Op op)
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        m.SetSpr(Spr.Dccr, uint.MaxValue);

        // SPR and TBR numbers that problem state may use; operands in r4 and r5 are good addresses.
        uint operands = op switch
        {
            Op.Mfspr or Op.Mtspr => Assembler.Word(op, ('S', 8u << 5)),
            Op.Mftb => Assembler.Word("mftb r3,268"),
            Op.Tw or Op.Twi => InstructionTable.Row(op).Encode(0x0004_2800),
            _ => InstructionTable.Row(op).Encode(0x0064_2800),
        };
        (m[4], m[5]) = (TestMachine.DataBase, 0x100);
        m.Write(TestMachine.CodeBase, operands);
        m.Step();
        Assert.That(m.Exceptions.Where(taken => taken.Kind != ExceptionKind.SystemCall), Is.Empty);
        Assert.That(m.Count, Is.EqualTo(1ul));
    }

    [TestCaseSource(nameof(OpcodesThatNoInstructionHas))]
    public void A_primary_opcode_without_instructions_is_illegal_in_both_states(int opcode)
    {
        foreach (uint msr in (uint[])[0, Msr.Pr, Msr.Fp, Msr.Fp | Msr.Pr])
        {
            using TestMachine m = new() { Msr = msr };
            ExceptionRecord taken = m.Fault($".long {((uint)opcode << 26) | 0x0012_3456}");
            Assert.That((taken.Kind, taken.Esr, taken.Pc), Is.EqualTo((ExceptionKind.Program, Esr.Pil, TestMachine.CodeBase)));
        }
    }

    [TestCase(0x0000_0000u, TestName = "The_word_0_is_illegal")]
    [TestCase(0xffff_ffffu, TestName = "The_word_of_ones_is_illegal")]
    [TestCase(0xc023_0000u, TestName = "lfs_is_illegal")]
    [TestCase(0xc823_0000u, TestName = "lfd_is_illegal")]
    [TestCase(0xd023_0000u, TestName = "stfs_is_illegal")]
    [TestCase(0xd823_0000u, TestName = "stfd_is_illegal")]
    [TestCase(0xec22_182au, TestName = "fadds_is_illegal")]
    [TestCase(0xfc22_182au, TestName = "fadd_is_illegal")]
    [TestCase(0xfc20_048eu, TestName = "mffs_is_illegal")]
    [TestCase(0x7c23_24aeu, TestName = "lfdx_is_illegal")]
    [TestCase(0x7c23_25aeu, TestName = "stfdx_is_illegal")]
    [TestCase(0x7c23_27aeu, TestName = "stfiwx_is_illegal")]
    [TestCase(0x7c60_04a6u, TestName = "mfsr_is_illegal")]
    [TestCase(0x7c00_1a64u, TestName = "tlbie_is_illegal")]
    [TestCase(0x7c60_182au, TestName = "ldx_is_illegal")]
    [TestCase(0x4c00_004cu, TestName = "rfmci_is_illegal")]
    public void An_instruction_that_the_405_lacks(uint word)
    {
        using TestMachine m = new() { Msr = Msr.Fp | Msr.Fe0 | Msr.Fe1 };
        ExceptionRecord taken = m.Fault($".long {word}");
        Assert.That((taken.Kind, taken.Esr, taken.Pc, taken.Count),
            Is.EqualTo((ExceptionKind.Program, Esr.Pil, TestMachine.CodeBase, 0ul)));
    }

    [TestCase("tlbre r3,r4,2")]
    [TestCase("tlbwe r3,r4,2")]
    [TestCase("tlbre r3,r4,31")]
    [TestCase("tlbwe r3,r4,31")]
    public unsafe void A_TLB_access_to_a_word_that_entries_do_not_have_reads_0_writes_nothing_and_is_no_exception(string line)
    {
        using TestMachine m = new();
        (m[3], m[4]) = (uint.MaxValue, 5);
        m.State->TlbTid[5] = 7;
        List<string> log = [];
        m.Processor.Log.Reported += log.Add;
        m.Execute(line);
        m.Execute(line);
        bool read = line.StartsWith("tlbre", StringComparison.Ordinal);
        Assert.That((m.Exceptions.Count, m.Count, m[3]), Is.EqualTo((0, 2ul, read ? 0 : uint.MaxValue)));
        Assert.That((m.State->TlbHi[5], m.State->TlbLo[5], m.State->Pid), Is.EqualTo((0u, 0u, 0u)));
        Assert.That(log, Has.Count.EqualTo(1).And.All.Contains("of word " + line[(line.LastIndexOf(',') + 1)..]));
    }

    [TestCase("tlbre r3,r4,2")]
    [TestCase("tlbwe r3,r4,2")]
    public void Such_a_TLB_access_stays_privileged(string line)
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        Assert.That(m.Fault(line).Esr, Is.EqualTo(Esr.Ppr));
    }

    [TestCase(16, 2u, 1u, false)]
    [TestCase(16, 0xffff_ffffu, 0u, true)]
    [TestCase(8, 0u, 0xffff_ffffu, true)]
    [TestCase(8, 1u, 2u, false)]
    [TestCase(4, 7u, 7u, true)]
    [TestCase(4, 7u, 8u, false)]
    [TestCase(2, 0u, 0xffff_ffffu, true)]
    [TestCase(2, 0xffff_ffffu, 0u, false)]
    [TestCase(1, 0xffff_ffffu, 0u, true)]
    [TestCase(1, 0u, 0xffff_ffffu, false)]
    [TestCase(0, 0u, 0u, false)]
    [TestCase(31, 0u, 0u, true)]
    public void A_trap_is_taken_when_a_condition_of_TO_holds(int to, uint a, uint b, bool taken)
    {
        using TestMachine m = new();
        (m[3], m[4]) = (a, b);
        m.Execute($"tw {to},r3,r4");
        Assert.That(m.Exceptions, Has.Count.EqualTo(taken ? 1 : 0));
    }

    [Test]
    public void Exceptions_that_follow_each_other_without_an_instruction_stop_the_machine()
    {
        // All vectors hold zeros, an illegal instruction.
        using TestMachine m = new();
        m.Pc = ExceptionBench.Nowhere;
        m.Engine.Run(1_000_000);
        Assert.That((m.Processor.StopReason, m.Count), Is.EqualTo((StopReason.ExceptionLoop, 0ul)));
        Assert.That(m.Processor.RecentExceptions.Select(taken => taken.Kind), Is.All.EqualTo(ExceptionKind.Program));
    }

    [Test]
    public void Exceptions_with_an_instruction_between_them_may_go_on_for_ever()
    {
        using TestMachine m = new();
        m.Assemble(Processor.Vector(ExceptionKind.Program), "addi r3,r3,1", ".long 0");
        m.Load(".long 0");
        m.Engine.Run(5000);
        Assert.That((m.Processor.StopReason, m[3]), Is.EqualTo((StopReason.None, 5000u)));
    }

    private static IEnumerable<Op> All(Func<InstructionRow, bool> wanted)
    {
        foreach (InstructionRow row in InstructionTable.Rows.ToArray())
        {
            if (wanted(row))
                yield return row.Op;
        }
    }
}
