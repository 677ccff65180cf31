using PpcJit.Machine.Devices;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Cpu;

/// <summary>One 405 core: owns the architected state and everything that changes it other than the execution of ordinary instructions.</summary>
public sealed unsafe partial class Processor : IStateful, IDisposable
{
    private readonly NativeBlock _stateBlock = new(CpuState.Size);

    /// <summary>Creates a core in its reset state.</summary>
    public Processor(ProcessorModel model, PhysicalAddressSpace memory, DcrBus dcr, HardwareLog log)
    {
        Model = model;
        Memory = memory;
        Dcr = dcr;
        Log = log;
        State = (CpuState*)_stateBlock.Start;
        Events = new EventQueue(() => State->InstructionCount, model.InstructionsPerSecond);
    }

    /// <summary>The chip.</summary>
    public ProcessorModel Model { get; }

    /// <summary>The architected state.</summary>
    public CpuState* State { get; }

    /// <summary>The physical address space behind the core.</summary>
    public PhysicalAddressSpace Memory { get; }

    /// <summary>The device control registers.</summary>
    public DcrBus Dcr { get; }

    /// <summary>Where odd things are reported.</summary>
    public HardwareLog Log { get; }

    /// <summary>All that is scheduled in the machine.</summary>
    public EventQueue Events { get; }

    /// <summary>Why the machine no longer runs; engines return as soon as this is set.</summary>
    public StopReason StopReason { get; set; }

    /// <summary>Raises or lowers an interrupt source; it is taken at the next instruction boundary at which the MSR enables it.</summary>
    public void SetPending(InterruptSource source, bool pending)
    {
        if (pending)
            State->PendingInterrupts |= (uint)source;
        else
            State->PendingInterrupts &= ~(uint)source;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _stateBlock.Dispose();
}
