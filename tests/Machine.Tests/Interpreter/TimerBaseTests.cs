using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>The timebase.</summary>
internal sealed class TimerBaseTests
{
    [Test]
    public void The_timebase_counts_the_ticks_of_each_completed_instruction([Values(1u, 2u, 3u, 8u)] uint ticks)
    {
        using TestMachine m = new(ticks);
        m.Load("addi r9,r0,0", "mftb r3,268", "addi r9,r0,0", "mftb r4,268", "mftb r5,269").Step(5);
        Assert.That((m[3], m[4], m[5]), Is.EqualTo((ticks, 3 * ticks, 0u)));
    }

    [Test]
    public void An_exception_takes_no_time()
    {
        using TestMachine m = new();
        m.Assemble(Processor.Vector(ExceptionKind.Program), "mftb r3,268");
        m.Load("addi r9,r0,0", ".long 0").Step(3);
        Assert.That(m[3], Is.EqualTo(1u));
    }

    [Test]
    public void TBL_carries_into_TBU()
    {
        using TestMachine m = new();
        m.SetTimebase(0x0000_0001_ffff_fffe);
        m.Load("mftb r3,269", "mftb r4,268", "mftb r5,269", "mftb r6,268").Step(4);
        Assert.That((m[3], m[4], m[5], m[6]), Is.EqualTo((1u, 0xffff_ffffu, 2u, 1u)));
    }

    [Test]
    public void The_timebase_wraps_from_64_ones_to_0()
    {
        using TestMachine m = new();
        m.SetTimebase(ulong.MaxValue);
        m.Load("mftb r3,269", "mftb r4,269", "mftb r5,268").Step(3);
        Assert.That((m[3], m[4], m[5]), Is.EqualTo((0xffff_ffffu, 0u, 1u)));
    }

    [Test]
    public void Writing_TBL_by_SPR_284_leaves_TBU_and_writing_TBU_by_SPR_285_leaves_TBL()
    {
        using TestMachine m = new();
        (m[7], m[8]) = (0x1000_0000, 0x22);
        m.Load("mtspr 285,r8", "mtspr 284,r7", "mftb r3,269", "mftb r4,268", "mtspr 285,r0", "mftb r5,268", "mftb r6,269").Step(7);
        Assert.That((m[3], m[4], m[5], m[6]), Is.EqualTo((0x22u, 0x1000_0002u, 0x1000_0004u, 0u)));
    }

    [Test]
    public void Problem_state_reads_the_timebase_by_mftb_and_by_mfspr()
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        m.SetTimebase(0x0000_0005_0000_1000);
        m.Load("mftb r3,268", "mftb r4,269", "mfspr r5,268", "mfspr r6,269").Step(4);
        Assert.That((m.Exceptions.Count, m[3], m[4], m[5], m[6]), Is.EqualTo((0, 0x1000u, 5u, 0x1002u, 5u)));
    }

    [TestCase("mtspr 284,r3")]
    [TestCase("mtspr 285,r3")]
    [TestCase("mfspr r3,284")]
    [TestCase("mfspr r3,285")]
    public void Problem_state_may_not_use_the_numbers_that_write_the_timebase(string line)
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        Assert.That(m.Fault(line).Esr, Is.EqualTo(Esr.Ppr));
    }

    [TestCase("mtspr 268,r3")]
    [TestCase("mtspr 269,r3")]
    [TestCase("mftb r3,284")]
    [TestCase("mftb r3,0")]
    public void The_numbers_that_read_the_timebase_do_not_write_it_and_mftb_reads_nothing_else(string line)
    {
        using TestMachine m = new();
        m.SetTimebase(0x0000_0005_0000_1000);
        m[3] = 0x77;
        m.Execute(line);
        Assert.That((m.Processor.Timers.Timebase, m[3]),
            Is.EqualTo((0x0000_0005_0000_1001ul, line.StartsWith("mftb", StringComparison.Ordinal) ? 0u : 0x77)));
    }

    [Test]
    public void SPR_284_and_285_read_the_timebase_in_supervisor_state()
    {
        using TestMachine m = new();
        m.SetTimebase(0x0000_0005_0000_1000);
        m.Load("mfspr r3,284", "mfspr r4,285").Step(2);
        Assert.That((m[3], m[4]), Is.EqualTo((0x1000u, 5u)));
    }
}
