using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>Looks at some instructions of a run, and never changes it.</summary>
/// <param name="guest">The guest.</param>
internal abstract class InstructionObserver(ObservedGuest guest) : IExecutionObserver
{
    /// <summary>The guest.</summary>
    protected ObservedGuest Guest => guest;

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
