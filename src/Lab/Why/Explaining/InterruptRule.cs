using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>Says that an interrupt came, and what asked for it.</summary>
internal static class InterruptRule
{
    /// <summary>Makes the statement.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kind">Which exception.</param>
    /// <param name="at">The moment before it.</param>
    /// <param name="pc">Where it came.</param>
    public static Statement Say(ExplainedRun run, ExceptionKind kind, Moment at, uint pc)
    {
        run.Timeline.GoTo(at);
        string? task = run.Names.Kernel?.RunningLabel;
        string devices = kind is ExceptionKind.External or ExceptionKind.CriticalInput
            ? new DeviceSources(run.Timeline.Machine).Asking(kind == ExceptionKind.CriticalInput) : "";
        string asked = run.Timeline.Machine.Pulses.IsRaised(kind) ? "; it was raised by hand" : devices.Length > 0 ? $"; {devices} asked for it" : "";
        return run.Say(StatementKind.Interrupt, at, pc, $"{kind} came ahead of '{run.Instruction(pc) ?? "?"}'{asked}.") with
        {
            Exception = kind, Task = task,
        };
    }
}
