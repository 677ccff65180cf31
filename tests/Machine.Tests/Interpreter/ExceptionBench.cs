using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>What tests of exceptions share.</summary>
internal static class ExceptionBench
{
    /// <summary>A page that no test maps, when translation is on.</summary>
    public const uint Unmapped = 0x4000_0000;

    /// <summary>A physical address at which the test machine has nothing.</summary>
    public const uint Nowhere = 0x2000_0000;

    public static readonly ExceptionKind[] All = Enum.GetValues<ExceptionKind>();

    public static readonly ExceptionKind[] Critical =
        [ExceptionKind.CriticalInput, ExceptionKind.MachineCheck, ExceptionKind.Watchdog, ExceptionKind.Debug];

    public static readonly ExceptionKind[] Noncritical = [.. All.Except(Critical)];

    /// <summary>Puts a branch to itself at each vector, so that steps after an exception do no more harm.</summary>
    public static TestMachine WithHandlers(this TestMachine m)
    {
        foreach (ExceptionKind kind in All)
            m.Assemble(m.Spr(Spr.Evpr) | Processor.Vector(kind), "b 0");
        return m;
    }

    /// <summary>Does what happens between two instructions, and executes none.</summary>
    public static void Boundary(this TestMachine m) => m.Processor.BetweenInstructions(ulong.MaxValue);

    /// <summary>The one exception that was taken.</summary>
    public static ExceptionRecord Only(this TestMachine m)
    {
        Assert.That(m.Exceptions, Has.Count.EqualTo(1));
        return m.Exceptions[0];
    }

    /// <summary>Turns an interrupt source on, as the interrupt controller or the timers do.</summary>
    public static void Raise(this TestMachine m, InterruptSource source) => m.Processor.SetPending(source, true);

    /// <summary>Loads one line, executes it in the present state, and gives the one exception that it took.</summary>
    public static ExceptionRecord Fault(this TestMachine m, string line)
    {
        m.Exceptions.Clear();
        m.Execute(line);
        return m.Only();
    }
}
