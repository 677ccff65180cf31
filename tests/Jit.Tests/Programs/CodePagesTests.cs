using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>How the engine remembers where code is.</summary>
public sealed unsafe class CodePagesTests
{
    private const uint Physical = 0x80000;
    private const uint ValidPage = 0x0c0; // 4 KB, V
    private const uint Executable = 0x200;

    /// <summary>
    /// However far apart pages lie, and whatever index they share, both stay known: a program that goes from one to the
    /// other for ever goes from region to region.
    /// </summary>
    [TestCase(0x80000u)]
    [TestCase(0x100000u)]
    [TestCase(0x123000u)]
    public void Code_that_goes_to_and_fro_between_two_pages_stays_in_regions(uint distance)
    {
        using TestMachine machine = new();
        const string Leap = """
            addi r3,r3,1
            add r6,r4,r5
            mtspr 9,r4
            xor r4,r4,r5
            bcctr 20,0
            """;
        machine.Put(TestMachine.CodeBase, Leap);
        machine.Put(Physical, Leap, TestMachine.CodeBase + distance);
        machine.Processor.Tlb.Restore(0, TestMachine.CodeBase | ValidPage, TestMachine.CodeBase | Executable, 0);
        machine.Processor.Tlb.Restore(1, (TestMachine.CodeBase + distance) | ValidPage, Physical | Executable, 0);
        machine.State->Msr |= Msr.Ir;
        machine[4] = TestMachine.CodeBase + distance;
        machine[5] = TestMachine.CodeBase ^ (TestMachine.CodeBase + distance);
        using JitEngine engine = new(machine.Processor, new JitOptions { Background = false, Threshold = 100, SkipIdle = false });
        engine.Run(1_000_000);

        Assert.That(machine[3], Is.EqualTo(200_000));
        Assert.That(engine.Statistics.Regions, Is.EqualTo(2));
        Assert.That(engine.Statistics.Figures.Where(figure =>
            figure.Name.StartsWith("exits ", StringComparison.Ordinal)).Sum(figure => figure.Value), Is.LessThan(1000));
    }
}
