using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>ESR and DEAR.</summary>
internal sealed unsafe class ExceptionSyndromeTests
{
    private const uint Page = 0x5000_0000;
    private const uint OldEsr = Esr.Ptr | Esr.Diz | Esr.U0f;
    private const uint OldDear = 0x0bad_0bad;

    [TestCase(".long 0", 0u, Esr.Pil)]
    [TestCase("mfmsr r3", Msr.Pr, Esr.Ppr)]
    [TestCase("twi 31,r0,0", 0u, Esr.Ptr)]
    public void A_program_exception_replaces_ESR_by_its_cause_and_leaves_DEAR(string line, uint msr, uint esr)
    {
        using TestMachine m = Prepared(msr);
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Esr, taken.Dear), Is.EqualTo((ExceptionKind.Program, esr, OldDear)));
    }

    [TestCase("lwz r3,4(r1)", 0u)]
    [TestCase("lbz r3,4(r1)", 0u)]
    [TestCase("lwarx r3,r1,r2", 0u)]
    [TestCase("lmw r30,4(r1)", 0u)]
    [TestCase("lswi r3,r4,3", 0u)]
    [TestCase("dcbf r1,r2", 0u)]
    [TestCase("dcbst r1,r2", 0u)]
    [TestCase("icbi r1,r2", 0u)]
    [TestCase("iccci r1,r2", 0u)]
    [TestCase("stw r3,4(r1)", Esr.Dst)]
    [TestCase("stb r3,4(r1)", Esr.Dst)]
    [TestCase("stwcx. r3,r1,r2", Esr.Dst)]
    [TestCase("stmw r30,4(r1)", Esr.Dst)]
    [TestCase("stswi r3,r4,3", Esr.Dst)]
    [TestCase("dcbz r1,r2", Esr.Dst)]
    [TestCase("dcbi r1,r2", Esr.Dst)]
    [TestCase("dccci r1,r2", Esr.Dst)]
    public void A_data_TLB_miss_sets_DEAR_and_says_by_DST_whether_it_was_a_store(string line, uint esr)
    {
        using TestMachine m = Prepared(Msr.Dr);
        (m[1], m[2], m[4]) = (ExceptionBench.Unmapped, 4, ExceptionBench.Unmapped + 4);
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Esr, taken.Dear), Is.EqualTo((ExceptionKind.DataTlbMiss, esr, ExceptionBench.Unmapped + 4)));
    }

    [TestCase("dcbt r1,r2")]
    [TestCase("dcbtst r1,r2")]
    [TestCase("icbt r1,r2")]
    [TestCase("dcba r1,r2")]
    public void A_hint_to_an_unmapped_address_does_nothing(string line)
    {
        using TestMachine m = Prepared(Msr.Dr);
        m[1] = ExceptionBench.Unmapped;
        m.Execute(line);
        Assert.That((m.Exceptions.Count, m.Count, m.State->Dear), Is.EqualTo((0, 1ul, OldDear)));
    }

    [TestCase("stw r3,8(r1)")]
    [TestCase("dcbi r1,r2")]
    [TestCase("dcbz r1,r2")]
    [TestCase("dccci r1,r2")]
    public void A_store_without_WR_is_a_data_storage_exception_with_DST_alone(string line)
    {
        using TestMachine m = Prepared(Msr.Dr).Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, rights: 0));
        (m[1], m[2]) = (Page, 8);
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Esr, taken.Dear), Is.EqualTo((ExceptionKind.DataStorage, Esr.Dst, Page + 8)));
    }

    [TestCase("lwz r3,8(r1)", Esr.Diz)]
    [TestCase("icbi r1,r2", Esr.Diz)]
    [TestCase("dcbf r1,r2", Esr.Diz)]
    [TestCase("dcbst r1,r2", Esr.Diz)]
    [TestCase("stw r3,8(r1)", Esr.Diz | Esr.Dst)]
    [TestCase("dcbz r1,r2", Esr.Diz | Esr.Dst)]
    public void A_zone_without_access_is_a_data_storage_exception_with_DIZ(string line, uint esr)
    {
        using TestMachine m = Prepared(Msr.Dr | Msr.Pr).Map(0, TlbBench.Hi(Page), TlbBench.Lo(TestMachine.DataBase, zone: 3));
        m.SetSpr(Spr.Zpr, ~(3u << (30 - (2 * 3))));
        (m[1], m[2]) = (Page, 8);
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Esr, taken.Dear), Is.EqualTo((ExceptionKind.DataStorage, esr, Page + 8)));
    }

    [TestCase(Msr.Dr)]
    [TestCase(0u)]
    public void A_store_to_U0_storage_is_a_data_storage_exception_with_U0F_when_CCR0_says_so(uint msr)
    {
        using TestMachine m =
            Prepared(msr).Map(0, TlbBench.Hi(TestMachine.DataBase, attributes: Tlb.U0), TlbBench.Lo(TestMachine.DataBase));
        m.SetSpr(Spr.Su0r, 0x8000_0000);
        m[1] = TestMachine.DataBase;
        m.Execute("stw r3,8(r1)");
        m.Execute("lwz r3,8(r1)");
        Assert.That(m.Exceptions, Is.Empty, "CCR0[U0XE] = 0");

        m.SetSpr(Spr.Ccr0, 0x0001_0000);
        ExceptionRecord taken = m.Fault("stw r3,8(r1)");
        Assert.That((taken.Kind, taken.Esr, taken.Dear),
            Is.EqualTo((ExceptionKind.DataStorage, Esr.U0f | Esr.Dst, TestMachine.DataBase + 8)));
    }

    [Test]
    public void U0_storage_can_always_be_loaded_from()
    {
        using TestMachine m = Prepared(0);
        m.SetSpr(Spr.Su0r, 0xffff_ffff);
        m.SetSpr(Spr.Ccr0, 0x0001_0000);
        m[1] = TestMachine.DataBase;
        m.Execute("lwz r3,8(r1)");
        Assert.That(m.Exceptions, Is.Empty);
    }

    [Test]
    public void An_instruction_TLB_miss_leaves_ESR_and_DEAR()
    {
        using TestMachine m = Prepared(Msr.Ir);
        ExceptionRecord taken = m.Fault("b 0");
        Assert.That((taken.Kind, taken.Pc, taken.Esr, taken.Dear),
            Is.EqualTo((ExceptionKind.InstructionTlbMiss, TestMachine.CodeBase, OldEsr, OldDear)));
    }

    [TestCase(Msr.Ir | Msr.Pr, Tlb.Execute, 0u, Esr.Diz, TestName = "An_instruction_storage_exception_of_a_zone_sets_DIZ")]
    [TestCase(Msr.Ir, 0u, 0u, 0u, TestName = "An_instruction_storage_exception_for_want_of_EX_clears_ESR")]
    [TestCase(Msr.Ir, Tlb.Execute, Tlb.Guarded, 0u, TestName = "An_instruction_storage_exception_of_guarded_storage_clears_ESR")]
    public void Instruction_storage(uint msr, uint rights, uint attributes, uint esr)
    {
        using TestMachine m =
            Prepared(msr).Map(0, TlbBench.Hi(TestMachine.CodeBase), TlbBench.Lo(TestMachine.CodeBase, rights, 0, attributes));
        m.SetSpr(Spr.Zpr, 0);
        ExceptionRecord taken = m.Fault("b 0");
        Assert.That((taken.Kind, taken.Pc, taken.Esr, taken.Dear),
            Is.EqualTo((ExceptionKind.InstructionStorage, TestMachine.CodeBase, esr, OldDear)));
    }

    [TestCase("lwarx r3,r1,r2")]
    [TestCase("stwcx. r3,r1,r2")]
    [TestCase("dcread r3,r1,r2")]
    public void An_alignment_exception_sets_DEAR_and_leaves_ESR(string line)
    {
        using TestMachine m = Prepared(0);
        (m[1], m[2]) = (TestMachine.DataBase, 2);
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Esr, taken.Dear), Is.EqualTo((ExceptionKind.Alignment, OldEsr, TestMachine.DataBase + 2)));
    }

    [Test]
    public void A_system_call_leaves_ESR_and_DEAR()
    {
        using TestMachine m = Prepared(0);
        ExceptionRecord taken = m.Fault("sc");
        Assert.That((taken.Esr, taken.Dear), Is.EqualTo((OldEsr, OldDear)));
    }

    [TestCase(InterruptSource.External)]
    [TestCase(InterruptSource.Pit)]
    [TestCase(InterruptSource.Fit)]
    [TestCase(InterruptSource.CriticalInput)]
    [TestCase(InterruptSource.Watchdog)]
    [TestCase(InterruptSource.MachineCheck)]
    [TestCase(InterruptSource.Debug)]
    public void An_interrupt_leaves_ESR_and_DEAR(InterruptSource source)
    {
        using TestMachine m = Prepared(Msr.Ee | Msr.Ce | Msr.Me | Msr.De);
        m.Raise(source);
        m.Boundary();
        Assert.That((m.Only().Esr, m.Only().Dear), Is.EqualTo((OldEsr, OldDear)));
    }

    [TestCase(".long 0", 0u, Esr.Pil)]
    [TestCase("stw r3,0(r1)", Msr.Dr, Esr.Dst)]
    [TestCase("sc", 0u, OldEsr)]
    public void ESR_MCI_stays_until_software_clears_it(string line, uint msr, uint others)
    {
        using TestMachine m = Prepared(msr);
        m.State->Esr |= Esr.Mci;
        m[1] = ExceptionBench.Unmapped;
        Assert.That(m.Fault(line).Esr, Is.EqualTo(Esr.Mci | others));
        m.SetSpr(Spr.Esr, 0);
        Assert.That(m.Spr(Spr.Esr), Is.Zero);
    }

    private static TestMachine Prepared(uint msr)
    {
        TestMachine m = new() { Msr = msr };
        (m.State->Esr, m.State->Dear) = (OldEsr, OldDear);
        return m;
    }
}
