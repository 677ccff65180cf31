using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>What every exception does to the PC, the save/restore registers and the MSR.</summary>
internal sealed unsafe class ExceptionEntryTests
{
    private const uint ReturnAddress = 0x0003_4568;

    [TestCase(ExceptionKind.CriticalInput, 0x0100u)]
    [TestCase(ExceptionKind.MachineCheck, 0x0200u)]
    [TestCase(ExceptionKind.DataStorage, 0x0300u)]
    [TestCase(ExceptionKind.InstructionStorage, 0x0400u)]
    [TestCase(ExceptionKind.External, 0x0500u)]
    [TestCase(ExceptionKind.Alignment, 0x0600u)]
    [TestCase(ExceptionKind.Program, 0x0700u)]
    [TestCase(ExceptionKind.SystemCall, 0x0c00u)]
    [TestCase(ExceptionKind.Pit, 0x1000u)]
    [TestCase(ExceptionKind.Fit, 0x1010u)]
    [TestCase(ExceptionKind.Watchdog, 0x1020u)]
    [TestCase(ExceptionKind.DataTlbMiss, 0x1100u)]
    [TestCase(ExceptionKind.InstructionTlbMiss, 0x1200u)]
    [TestCase(ExceptionKind.Debug, 0x2000u)]
    public void An_exception_continues_at_its_vector_behind_the_upper_half_of_EVPR(ExceptionKind kind, uint vector)
    {
        using TestMachine m = new();
        m.SetSpr(Spr.Evpr, 0xabcd_ffff);
        m.Processor.Take(kind, ReturnAddress);
        Assert.That(m.Pc, Is.EqualTo(0xabcd_0000 | vector));
    }

    [TestCaseSource(typeof(ExceptionBench), nameof(ExceptionBench.Noncritical))]
    public void A_noncritical_exception_saves_address_and_MSR_in_SRR0_and_SRR1_only(ExceptionKind kind)
    {
        using TestMachine m = Taken(kind);
        Assert.That((m.State->Srr0, m.State->Srr1, m.State->Srr2, m.State->Srr3), Is.EqualTo((ReturnAddress, Msr.Implemented, 2u, 3u)));
    }

    [TestCaseSource(typeof(ExceptionBench), nameof(ExceptionBench.Critical))]
    public void A_critical_exception_saves_address_and_MSR_in_SRR2_and_SRR3_only(ExceptionKind kind)
    {
        using TestMachine m = Taken(kind);
        Assert.That((m.State->Srr0, m.State->Srr1, m.State->Srr2, m.State->Srr3), Is.EqualTo((0u, 1u, ReturnAddress, Msr.Implemented)));
    }

    [TestCaseSource(typeof(ExceptionBench), nameof(ExceptionBench.Noncritical))]
    public void A_noncritical_exception_clears_every_MSR_bit_but_CE_ME_and_DE(ExceptionKind kind) =>
        AssertKept(kind, Msr.Ce | Msr.Me | Msr.De);

    [TestCase(ExceptionKind.CriticalInput)]
    [TestCase(ExceptionKind.Watchdog)]
    [TestCase(ExceptionKind.Debug)]
    public void A_critical_exception_clears_every_MSR_bit_but_ME(ExceptionKind kind) => AssertKept(kind, Msr.Me);

    [Test]
    public void A_machine_check_clears_every_MSR_bit() => AssertKept(ExceptionKind.MachineCheck, 0);

    [TestCaseSource(typeof(ExceptionBench), nameof(ExceptionBench.All))]
    public void An_exception_completes_no_instruction_and_keeps_CR_XER_LR_CTR_and_the_GPRs(ExceptionKind kind)
    {
        using TestMachine m = new();
        for (int r = 0; r < 32; r++)
            m[r] = (uint)r * 0x0101_0101;
        (m.Cr, m.Xer, m.Lr, m.Ctr) = (0x1234_5678, 0xa000_0055, 0x11, 0x22);
        m.Processor.Take(kind, ReturnAddress);
        Assert.That((m.Count, m.Cr, m.Xer, m.Lr, m.Ctr), Is.EqualTo((0ul, 0x1234_5678u, 0xa000_0055u, 0x11u, 0x22u)));
        for (int r = 0; r < 32; r++)
            Assert.That(m[r], Is.EqualTo((uint)r * 0x0101_0101), $"r{r}");
    }

    [TestCaseSource(typeof(ExceptionBench), nameof(ExceptionBench.All))]
    public void A_reservation_survives_an_exception(ExceptionKind kind)
    {
        using TestMachine m = new();
        m.State->Reservation = 1;
        m.Processor.Take(kind, ReturnAddress);
        Assert.That(m.State->Reservation, Is.EqualTo(1u));
    }

    [Test]
    public void Each_exception_is_counted_and_the_last_sixteen_are_remembered_in_order()
    {
        using TestMachine m = new();
        for (uint n = 0; n < 20; n++)
            m.Processor.Take(n % 2 == 0 ? ExceptionKind.SystemCall : ExceptionKind.External, n * 4);
        Assert.That(m.Processor.ExceptionCount(ExceptionKind.SystemCall), Is.EqualTo(10ul));
        Assert.That(m.Processor.RecentExceptions.Select(record => record.Pc), Is.EqualTo(Enumerable.Range(4, 16).Select(n => (uint)n * 4)));
        Assert.That(m.Exceptions, Has.Count.EqualTo(20));
    }

    private static TestMachine Taken(ExceptionKind kind)
    {
        TestMachine m = new() { Msr = Msr.Implemented };
        (m.State->Srr0, m.State->Srr1, m.State->Srr2, m.State->Srr3) = (0, 1, 2, 3);
        m.Processor.Take(kind, ReturnAddress);
        return m;
    }

    private static void AssertKept(ExceptionKind kind, uint kept)
    {
        for (int bit = 0; bit < 32; bit++)
        {
            uint only = Msr.Implemented & (0x8000_0000 >> bit);
            using TestMachine m = new() { Msr = only };
            m.Processor.Take(kind, ReturnAddress);
            Assert.That(m.Msr, Is.EqualTo(only & kept), $"MSR bit {bit}");
        }
    }
}
