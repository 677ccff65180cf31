using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>Knows where the architecture could take an interrupt.</summary>
/// <param name="board">The machine.</param>
internal sealed unsafe class InterruptChance(Board board)
{
    private const uint TcrWatchdogEnable = 1u << (31 - 4), TcrPitEnable = 1u << (31 - 5), TcrFitEnable = 1u << (31 - 8);
    private const uint UicEnable = 2, UicCritical = 3;

    private readonly Processor _processor = board.Processor;

    private CpuState* State => _processor.State;

    /// <summary>Whether an interrupt that is raised now would be taken before the next instruction.</summary>
    public bool IsTakeable(InterruptChoice choice)
    {
        uint tcr = State->Tcr;
        return choice.Source switch
        {
            InterruptSource.External => Enabled(Msr.Ee),
            InterruptSource.CriticalInput => Enabled(Msr.Ce),
            InterruptSource.Pit => Enabled(Msr.Ee) && (tcr & TcrPitEnable) != 0,
            InterruptSource.Fit => Enabled(Msr.Ee) && (tcr & TcrFitEnable) != 0,
            InterruptSource.Watchdog => Enabled(Msr.Ce) && (tcr & TcrWatchdogEnable) != 0,
            InterruptSource.MachineCheck => Enabled(Msr.Me),
            _ => IsTakeable(choice.Input),
        };
    }

    private bool Enabled(uint bit) => (State->Msr & bit) != 0;

    private bool IsTakeable(int input)
    {
        if (board.ControllerOf(input) is not { } uic)
            return false;
        uint bit = 0x80000000u >> (input % Uic.InputCount);
        bool critical = (uic.ReadDcr(uic.First + UicCritical) & bit) != 0;
        if ((uic.ReadDcr(uic.First + UicEnable) & bit) == 0)
            return false;

        // A controller behind the first one reaches the core through that
        return uic.Cascade is { } cascade ? IsTakeable(critical ? cascade + 1 : cascade) : Enabled(critical ? Msr.Ce : Msr.Ee);
    }
}
