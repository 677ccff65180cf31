using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>Raises interrupts in a machine as pulses, and knows where the architecture could take one.</summary>
/// <param name="board">The machine.</param>
internal sealed unsafe class InterruptRaiser(Board board)
{
    private const uint TsrPit = 1u << (31 - 4), TsrFit = 1u << (31 - 5), TsrWatchdog = 1u << 30;
    private const uint TcrWatchdogEnable = 1u << (31 - 4), TcrPitEnable = 1u << (31 - 5), TcrFitEnable = 1u << (31 - 8);
    private const uint UicEnable = 2, UicCritical = 3, UicMaskedStatus = 6;

    private readonly Processor _processor = board.Processor;
    private readonly Uic? _uic = board.Devices.Select(device => device.Device).OfType<Uic>().FirstOrDefault();

    /// <summary>
    /// Pulses at the core's external and critical inputs that have not been taken yet, as <see cref="InterruptSource"/>
    /// bits.
    /// </summary>
    public uint Outstanding { get; set; }

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

    /// <summary>Raises an interrupt.</summary>
    public void Raise(InterruptChoice choice)
    {
        switch (choice.Source)
        {
            case InterruptSource.Pit: SetTimerStatus(TsrPit); break;
            case InterruptSource.Fit: SetTimerStatus(TsrFit); break;
            case InterruptSource.Watchdog: SetTimerStatus(TsrWatchdog); break;
            case InterruptSource.None: PulseController(choice.Input); break;
            case InterruptSource.MachineCheck: _processor.SetPending(InterruptSource.MachineCheck, true); break;
            default:
                Outstanding |= (uint)choice.Source;
                _processor.SetPending(choice.Source, true);
                break;
        }
    }

    /// <summary>Ends the pulse that led to an exception, unless the interrupt controller asks for the same.</summary>
    public void NoteTaken(ExceptionKind kind)
    {
        InterruptSource source = kind switch
        {
            ExceptionKind.External => InterruptSource.External,
            ExceptionKind.CriticalInput => InterruptSource.CriticalInput,
            _ => InterruptSource.None,
        };
        if ((Outstanding & (uint)source) == 0)
            return;
        Outstanding &= ~(uint)source;
        _processor.SetPending(source, ControllerAsks(source));
    }

    private bool Enabled(uint bit) => (State->Msr & bit) != 0;

    private bool IsTakeable(int input)
    {
        if (_uic is null)
            return false;
        uint bit = 0x80000000u >> input;
        bool critical = (Register(UicCritical) & bit) != 0;
        return (Register(UicEnable) & bit) != 0 && Enabled(critical ? Msr.Ce : Msr.Ee);
    }

    private bool ControllerAsks(InterruptSource source)
    {
        if (_uic is null)
            return false;
        uint critical = Register(UicCritical);
        return (Register(UicMaskedStatus) & (source == InterruptSource.CriticalInput ? critical : ~critical)) != 0;
    }

    private uint Register(uint number) => _uic!.ReadDcr(_uic.First + number);

    private void SetTimerStatus(uint bit)
    {
        State->Tsr |= bit;
        _processor.Timers.WriteTsr(0); // What follows from the new bit: a pending interrupt, and the next events
    }

    private void PulseController(int input)
    {
        if (_uic?.Input(input) is not { Level: false } line)
            return;
        line.Set(true);
        line.Set(false);
    }
}
