using PpcJit.Machine.Cpu;
using static PpcJit.Machine.Tests.Interpreter.DebugBench;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Instruction address compare.</summary>
internal sealed class DebugInstructionAddressTests
{
    private const uint First = TestMachine.CodeBase;

    [TestCase(Ia1, Spr.Iac1, StatusIa1)]
    [TestCase(Ia2, Spr.Iac2, StatusIa2)]
    [TestCase(Ia3, Spr.Iac3, StatusIa3)]
    [TestCase(Ia4, Spr.Iac4, StatusIa4)]
    public void An_IAC_event_interrupts_before_the_instruction_at_exactly_that_address(uint dbcr0, int register, uint status)
    {
        using TestMachine m = Debugged(dbcr0);
        m.SetSpr(register, First + 8);
        m.Load("addi r3,r3,1", "addi r3,r3,1", "addi r3,r3,1", "addi r3,r3,1").Step(3);
        Assert.That((m.Only().Kind, m.Only().Pc, m.Only().Count, m[3]), Is.EqualTo((ExceptionKind.Debug, First + 8, 2ul, 2u)));
        Assert.That(m.Status(), Is.EqualTo(status));
    }

    [Test]
    public void An_IAC_register_that_is_not_enabled_is_not_compared()
    {
        using TestMachine m = Debugged(Ia2);
        foreach (int register in (int[])[Spr.Iac1, Spr.Iac3, Spr.Iac4])
            m.SetSpr(register, First);
        m.Execute("addi r3,r3,1");
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, 0u)));
    }

    [Test]
    public void All_IAC_registers_that_match_are_reported_together()
    {
        using TestMachine m = Debugged(Ia1 | Ia2 | Ia3 | Ia4);
        foreach (int register in (int[])[Spr.Iac1, Spr.Iac3, Spr.Iac4])
            m.SetSpr(register, First);
        m.Execute("addi r3,r3,1");
        Assert.That(m.Status(), Is.EqualTo(StatusIa1 | StatusIa3 | StatusIa4));
    }

    [Test]
    public void The_event_stands_before_the_instruction_again_after_rfci()
    {
        using TestMachine m = Debugged(Ia1);
        m.SetSpr(Spr.Iac1, First);
        m[7] = uint.MaxValue;
        m.Assemble(Processor.Vector(ExceptionKind.Debug), "mtspr 1008,r7", "rfci");
        m.Load("addi r3,r3,1").Step(9);
        Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((3, 0u)));
    }

    [TestCase(0u, First, false)]
    [TestCase(0u, First + 4, true)]
    [TestCase(0u, First + 8, true)]
    [TestCase(0u, First + 12, false)]
    [TestCase(1u, First, true)]
    [TestCase(1u, First + 4, false)]
    [TestCase(1u, First + 8, false)]
    [TestCase(1u, First + 12, true)]
    public void A_range_begins_with_its_first_address_and_ends_before_its_second_or_is_what_lies_outside(
        uint exclusive, uint address, bool matches)
    {
        foreach ((uint dbcr0, int low, int high, uint status) in ((uint, int, int, uint)[])
            [(Ia1 | Ia12 | (exclusive * Ia12x), Spr.Iac1, Spr.Iac2, StatusIa1),
                (Ia3 | Ia34 | (exclusive * Ia34x), Spr.Iac3, Spr.Iac4, StatusIa3)])
        {
            using TestMachine m = Debugged(dbcr0);
            m.SetSpr(low, First + 4);
            m.SetSpr(high, First + 12);
            m.Assemble(First, "addi r3,r3,1", "addi r3,r3,1", "addi r3,r3,1", "addi r3,r3,1");
            m.Pc = address;
            m.Step();
            Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo(matches ? (1, status) : (0, 0u)));
        }
    }

    [TestCase(Ia1, StatusIa1)]
    [TestCase(Ia2, StatusIa2)]
    [TestCase(Ia1 | Ia2, StatusIa1 | StatusIa2)]
    [TestCase(0u, 0u)]
    public void A_range_is_reported_for_each_of_its_two_registers_that_is_enabled(uint enables, uint status)
    {
        using TestMachine m = Debugged(enables | Ia12);
        m.SetSpr(Spr.Iac1, First);
        m.SetSpr(Spr.Iac2, First + 4);
        m.Execute("addi r3,r3,1");
        Assert.That(m.Status(), Is.EqualTo(status));
    }

    [Test]
    public void The_end_of_a_range_is_not_compared_by_itself()
    {
        using TestMachine m = Debugged(Ia1 | Ia2 | Ia12);
        m.SetSpr(Spr.Iac1, First - 4);
        m.SetSpr(Spr.Iac2, First);
        m.Execute("addi r3,r3,1");
        Assert.That((m.Exceptions.Count, m.Status()), Is.EqualTo((0, 0u)));
    }

    [TestCase(Ia1 | Ia12 | Ia12t, Ia12x, Spr.Iac1, Spr.Iac2)]
    [TestCase(Ia4 | Ia34 | Ia34t, Ia34x, Spr.Iac3, Spr.Iac4)]
    public void A_toggled_range_turns_inside_out_with_each_event_so_that_one_may_step_over_it(uint dbcr0, uint exclusive, int low, int high)
    {
        using TestMachine m = Debugged(dbcr0);
        m.SetSpr(low, First + 4);
        m.SetSpr(high, First + 12);
        m[7] = uint.MaxValue;
        m.Assemble(Processor.Vector(ExceptionKind.Debug), "mtspr 1008,r7", "rfci");
        m.Load("addi r3,r3,1", "addi r3,r3,1", "addi r3,r3,1", "addi r3,r3,1", "b 0");
        m.Run(5);
        Assert.That((m.Only().Pc, m.Spr(Spr.Dbcr0)), Is.EqualTo((First + 4, dbcr0 | Idm | exclusive)));
        m.Run(10);
        Assert.That(m.Exceptions.Select(taken => taken.Pc), Is.EqualTo([First + 4, First + 12]));
        Assert.That(m.Spr(Spr.Dbcr0), Is.EqualTo(dbcr0 | Idm));
    }

    [Test]
    public void A_toggled_range_is_not_compared_while_DE_is_0()
    {
        using TestMachine m = Debugged(Ia1 | Ia12 | Ia12t, msr: 0);
        m.SetSpr(Spr.Iac1, First);
        m.SetSpr(Spr.Iac2, First + 4);
        m.Execute("addi r3,r3,1");
        Assert.That((m.Status(), m.Spr(Spr.Dbcr0)), Is.EqualTo((0u, Idm | Ia1 | Ia12 | Ia12t)));
    }

    [Test]
    public void Effective_addresses_are_compared_whatever_the_translation()
    {
        using TestMachine m = Debugged(Ia1, msr: Msr.De | Msr.Ir);
        m.Map(0, TlbBench.Hi(0x5000_0000), TlbBench.Lo(First));
        m.SetSpr(Spr.Iac1, 0x5000_0004);
        m.Load("addi r3,r3,1", "addi r3,r3,1");
        m.Pc = 0x5000_0000;
        m.Step(2);
        Assert.That((m.Only().Pc, m[3]), Is.EqualTo((0x5000_0004u, 1u)));
    }
}
