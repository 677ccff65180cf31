using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>What tests of the timers share.</summary>
internal static class TimerBench
{
    public const uint PitEnable = 0x0400_0000, FitEnable = 0x0080_0000, WatchdogEnable = 0x0800_0000, AutoReload = 0x0040_0000;

    public const uint Enw = 0x8000_0000, Wis = 0x4000_0000, Wrs = 0x3000_0000, Pis = 0x0800_0000, Fis = 0x0400_0000;

    /// <summary>A machine that does nothing but let time pass.</summary>
    public static TestMachine Idle(uint ticks = 1) => new TestMachine(ticks).WithHandlers().Load("b 0");

    /// <summary>Sets the 64-bit timebase without passing through other values.</summary>
    public static void SetTimebase(this TestMachine m, ulong value) => m.Processor.Timers.WriteTimebase(value);

    /// <summary>
    /// Runs until TSR has a bit, and gives the count at which it appeared; null when it does not within a number of
    /// instructions.
    /// </summary>
    public static ulong? CountOf(this TestMachine m, uint tsr, ulong limit)
    {
        for (ulong end = m.Count + limit; m.Count <= end; m.Engine.Step())
        {
            m.Boundary();
            if ((m.Spr(Spr.Tsr) & tsr) != 0)
                return m.Count;
        }

        return null;
    }
}
