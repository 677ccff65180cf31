using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>Looks at some instructions of a run, and never changes it.</summary>
/// <param name="guest">The guest.</param>
internal abstract class InstructionObserver(ObservedGuest guest) : IExecutionObserver
{
    /// <summary>The guest.</summary>
    protected ObservedGuest Guest => guest;

    /// <summary>Whether an instruction sets the MSR, in whole or in part. Exceptions set it as well.</summary>
    protected static bool SetsMsr(uint word) => Decoder.Decode(word) is Op.Mtmsr or Op.Wrtee or Op.Wrteei or Op.Rfi or Op.Rfci;

    /// <summary>Begins to look.</summary>
    public virtual void Begin()
    {
        guest.Processor.Observers.Add(this);
        guest.Processor.Observers.NoteInstructions(null);
    }

    /// <summary>Looks no longer; engines are as fast as before.</summary>
    public virtual void End()
    {
        guest.Processor.Observers.Remove(this);
        guest.Processor.Observers.NoteInstructions(null);
    }

    /// <inheritdoc/>
    public abstract bool Watches(uint address, uint word);

    /// <inheritdoc/>
    public virtual bool BeforeInstruction(uint address, uint word) => true;

    /// <inheritdoc/>
    public virtual void AfterInstruction(uint address, uint word)
    {
    }

    /// <inheritdoc/>
    public void RealModeStore(uint physical, int size, uint value)
    {
    }

    /// <inheritdoc/>
    public void WatchedEntryUsed(int index, uint effective, bool store)
    {
    }
}
