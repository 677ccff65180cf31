using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Kernel.Sessions;

/// <summary>Raises interrupts in a machine as pulses, which stay pending until the processor takes them or software acknowledges them.</summary>
/// <param name="board">The machine.</param>
public sealed unsafe class InterruptPulses(Board board)
{
    private const uint TsrPit = 1u << (31 - 4), TsrFit = 1u << (31 - 5), TsrWatchdog = 1u << 30;
    private const uint UicCritical = 3, UicMaskedStatus = 6;

    private readonly Processor _processor = board.Processor;
    private readonly Uic? _uic = board.DevicesOf<Uic>().FirstOrDefault();

    /// <summary>Pulses at the core's external and critical inputs that have not been taken yet, as <see cref="InterruptSource"/> bits.</summary>
    internal uint Outstanding { get; set; }

    /// <summary>Raises an interrupt.</summary>
    /// <param name="source">The core's interrupt; <see cref="InterruptSource.None"/> for an input of the interrupt controller.</param>
    /// <param name="input">The controllers' input, counted on over all of them.</param>
    public void Raise(InterruptSource source, int input)
    {
        switch (source)
        {
            case InterruptSource.Pit: SetTimerStatus(TsrPit); break;
            case InterruptSource.Fit: SetTimerStatus(TsrFit); break;
            case InterruptSource.Watchdog: SetTimerStatus(TsrWatchdog); break;
            case InterruptSource.None: PulseController(input); break;
            case InterruptSource.MachineCheck: _processor.SetPending(InterruptSource.MachineCheck, true); break;
            default:
                Outstanding |= (uint)source;
                _processor.SetPending(source, true);
                break;
        }
    }

    /// <summary>Whether an exception is about to be taken because of a pulse at the core's inputs.</summary>
    public bool IsRaised(ExceptionKind kind) => (Outstanding & (uint)SourceOf(kind)) != 0;

    /// <summary>Ends the pulse that led to an exception, unless the interrupt controller asks for the same.</summary>
    internal void NoteTaken(ExceptionKind kind)
    {
        if (Outstanding == 0)
            return;
        InterruptSource source = SourceOf(kind);
        if ((Outstanding & (uint)source) == 0)
            return;
        Outstanding &= ~(uint)source;
        _processor.SetPending(source, ControllerAsks(source));
    }

    private static InterruptSource SourceOf(ExceptionKind kind) => kind switch
    {
        ExceptionKind.External => InterruptSource.External,
        ExceptionKind.CriticalInput => InterruptSource.CriticalInput,
        _ => InterruptSource.None,
    };

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
        _processor.State->Tsr |= bit;
        _processor.Timers.WriteTsr(0); // What follows from the new bit: a pending interrupt, and the next events
    }

    private void PulseController(int input)
    {
        if (board.InterruptInput(input) is not { Level: false } line)
            return;
        line.Set(true);
        line.Set(false);
    }
}
