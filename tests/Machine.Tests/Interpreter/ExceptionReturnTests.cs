using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Where handlers return to, and how.</summary>
internal sealed unsafe class ExceptionReturnTests
{
    private const uint First = TestMachine.CodeBase;

    [Test]
    public void A_system_call_completes_and_returns_behind_itself()
    {
        using TestMachine m = new();
        ExceptionRecord taken = m.Fault("sc");
        Assert.That((taken.Kind, taken.Pc, taken.Count), Is.EqualTo((ExceptionKind.SystemCall, First + 4, 1ul)));
    }

    [TestCase("twi 31,r0,0", ExceptionKind.Program)]
    [TestCase("tw 4,r5,r5", ExceptionKind.Program)]
    [TestCase(".long 0", ExceptionKind.Program)]
    [TestCase("lwarx r3,r0,r1", ExceptionKind.Alignment)]
    [TestCase("dcbz r0,r2", ExceptionKind.Alignment)]
    public void A_faulting_instruction_does_not_complete_and_is_returned_to(string line, ExceptionKind kind)
    {
        using TestMachine m = new();
        m[1] = TestMachine.DataBase + 1;
        m[2] = TestMachine.DataBase;
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Pc, taken.Count), Is.EqualTo((kind, First, 0ul)));
    }

    [TestCase("lwz r3,0(r1)")]
    [TestCase("lwzu r3,4(r1)")]
    [TestCase("stwu r3,4(r1)")]
    [TestCase("lbzux r3,r1,r2")]
    [TestCase("sthux r3,r1,r2")]
    [TestCase("lwarx r3,r0,r1")]
    [TestCase("lmw r3,0(r1)")]
    [TestCase("stmw r3,0(r1)")]
    [TestCase("lswi r3,r1,31")]
    [TestCase("stswi r3,r1,31")]
    [TestCase("dcbz r0,r1")]
    [TestCase("dcbi r0,r1")]
    [TestCase("dcbf r0,r1")]
    [TestCase("dcbst r0,r1")]
    [TestCase("icbi r0,r1")]
    [TestCase("dccci r0,r1")]
    [TestCase("iccci r0,r1")]
    public void A_data_TLB_miss_leaves_every_register_as_it_was(string line)
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        for (int r = 0; r < 32; r++)
            m[r] = (uint)r;
        m[1] = ExceptionBench.Unmapped;
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Pc, taken.Count), Is.EqualTo((ExceptionKind.DataTlbMiss, First, 0ul)));
        for (int r = 0; r < 32; r++)
            Assert.That(m[r], Is.EqualTo(r == 1 ? ExceptionBench.Unmapped : (uint)r), $"r{r}");
    }

    [TestCase("lmw r3,0(r1)")]
    [TestCase("lswi r3,r1,31")]
    public void A_multiple_load_that_misses_on_its_second_page_loads_no_register(string line)
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(0x5000_0000), TlbBench.Lo(TestMachine.DataBase));
        m.Write(TestMachine.DataBase + 0xff8, 0x1111_1111, 0x2222_2222);
        m[1] = 0x5000_0ff8;
        ExceptionRecord taken = m.Fault(line);
        Assert.That((taken.Kind, taken.Dear), Is.EqualTo((ExceptionKind.DataTlbMiss, 0x5000_1000u)));
        Assert.That((m[3], m[4], m[5]), Is.EqualTo((0u, 0u, 0u)));
    }

    [Test]
    public void A_misaligned_store_that_misses_on_its_second_page_stores_nothing()
    {
        using TestMachine m = new() { Msr = Msr.Dr };
        m.Map(0, TlbBench.Hi(0x5000_0000), TlbBench.Lo(TestMachine.DataBase));
        (m[1], m[3]) = (0x5000_0ffe, uint.MaxValue);
        ExceptionRecord taken = m.Fault("stw r3,0(r1)");
        Assert.That((taken.Kind, taken.Dear, taken.Esr), Is.EqualTo((ExceptionKind.DataTlbMiss, 0x5000_1000u, Esr.Dst)));
        Assert.That(m.Read(TestMachine.DataBase + 0xffc), Is.Zero);
    }

    [TestCase(InterruptSource.External, ExceptionKind.External, Msr.Ee)]
    [TestCase(InterruptSource.Pit, ExceptionKind.Pit, Msr.Ee)]
    [TestCase(InterruptSource.Fit, ExceptionKind.Fit, Msr.Ee)]
    [TestCase(InterruptSource.CriticalInput, ExceptionKind.CriticalInput, Msr.Ce)]
    [TestCase(InterruptSource.Watchdog, ExceptionKind.Watchdog, Msr.Ce)]
    [TestCase(InterruptSource.MachineCheck, ExceptionKind.MachineCheck, Msr.Me)]
    [TestCase(InterruptSource.Debug, ExceptionKind.Debug, Msr.De)]
    public void An_interrupt_comes_between_two_instructions_and_returns_to_the_next(InterruptSource source, ExceptionKind kind, uint enable)
    {
        using TestMachine m = new() { Msr = enable };
        m.Load("addi r3,r3,1", "addi r3,r3,1").Step();
        m.Raise(source);
        m.Boundary();
        ExceptionRecord taken = m.Only();
        Assert.That((taken.Kind, taken.Pc, taken.Msr, taken.Count, m[3]), Is.EqualTo((kind, First + 4, enable, 1ul, 1u)));
    }

    [Test]
    public void Rfi_restores_PC_and_every_MSR_bit_from_SRR0_and_SRR1()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            using TestMachine m = new();
            uint msr = Msr.Implemented & (0x8000_0000 >> bit);
            m.SetSpr(Spr.Srr0, 0x0002_0000);
            m.SetSpr(Spr.Srr1, msr);
            m.SetSpr(Spr.Srr2, 0x0003_0000);
            m.SetSpr(Spr.Srr3, ~msr);
            m.Execute("rfi");
            Assert.That((m.Pc, m.Msr), Is.EqualTo((0x0002_0000u, msr)), $"MSR bit {bit}");
        }
    }

    [Test]
    public void Rfci_restores_PC_and_every_MSR_bit_from_SRR2_and_SRR3()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            using TestMachine m = new();
            uint msr = Msr.Implemented & (0x8000_0000 >> bit);
            m.SetSpr(Spr.Srr0, 0x0002_0000);
            m.SetSpr(Spr.Srr1, ~msr);
            m.SetSpr(Spr.Srr2, 0x0003_0000);
            m.SetSpr(Spr.Srr3, msr);
            m.Execute("rfci");
            Assert.That((m.Pc, m.Msr), Is.EqualTo((0x0003_0000u, msr)), $"MSR bit {bit}");
        }
    }

    [TestCase("rfi")]
    [TestCase("rfci")]
    public void A_return_keeps_the_save_and_restore_registers(string line)
    {
        using TestMachine m = new();
        foreach ((int spr, uint value) in ((int, uint)[])[(Spr.Srr0, 0x100), (Spr.Srr1, Msr.Me), (Spr.Srr2, 0x200), (Spr.Srr3, Msr.Ce)])
            m.SetSpr(spr, value);
        m.Execute(line);
        Assert.That((m.State->Srr0, m.State->Srr1, m.State->Srr2, m.State->Srr3), Is.EqualTo((0x100u, Msr.Me, 0x200u, Msr.Ce)));
    }

    [Test]
    public void CE_survives_an_interrupt_and_its_rfi()
    {
        using TestMachine m = new() { Msr = Msr.Ce | Msr.Ee };
        m.Load("addi r3,r3,1");
        m.Assemble(Processor.Vector(ExceptionKind.External), "rfi");
        m.Raise(InterruptSource.External);
        m.Boundary();
        Assert.That(m.Msr, Is.EqualTo(Msr.Ce));
        m.Processor.SetPending(InterruptSource.External, false);
        m.Step();
        Assert.That((m.Msr, m.Pc), Is.EqualTo((Msr.Ce | Msr.Ee, First)));
    }

    [Test]
    public void A_TLB_miss_overwrites_SRR0_and_SRR1_of_a_handler_that_has_not_saved_them()
    {
        using TestMachine m = new();
        m[1] = ExceptionBench.Unmapped;
        m[2] = Msr.Dr;
        m.Assemble(Processor.Vector(ExceptionKind.SystemCall), "mtmsr r2", "lwz r3,0(r1)");
        m.Load("sc").Step();
        Assert.That(m.State->Srr0, Is.EqualTo(First + 4));
        m.Step(2);
        Assert.That((m.State->Srr0, m.State->Srr1), Is.EqualTo((Processor.Vector(ExceptionKind.SystemCall) + 4, Msr.Dr)));
    }

    [Test]
    public void A_critical_interrupt_leaves_the_SRR0_of_an_interrupted_handler_alone()
    {
        using TestMachine m = new() { Msr = Msr.Ce };
        m.Load("sc").Step();
        m.Raise(InterruptSource.CriticalInput);
        m.Boundary();
        Assert.That((m.State->Srr0, m.State->Srr2), Is.EqualTo((First + 4, Processor.Vector(ExceptionKind.SystemCall))));
    }
}
