namespace PpcJit.Machine.Cpu;

/// <summary>
/// All who look at the execution of one processor. Any number may look at once, and what they watch may change while a
/// guest runs: whoever changes an answer says so, and engines forget the old one.
/// </summary>
public sealed class ExecutionObservers
{
    private IExecutionObserver[] _all = [];

    /// <summary>Whether nobody looks.</summary>
    public bool IsEmpty => _all.Length == 0;

    /// <summary>Whether somebody wants to see stores with translation off.</summary>
    public bool WatchesRealModeStores { get; private set; }

    /// <summary>Whether somebody watches data.</summary>
    public bool WatchesAnyData { get; private set; }

    /// <summary>
    /// Raised when an answer of <see cref="Watches"/> has changed: for the instructions of the 4 KiB page of an
    /// effective address, or for all when it is null.
    /// </summary>
    public event Action<uint?>? InstructionsChanged;

    /// <summary>Raised when an answer of <see cref="WatchesData"/> or <see cref="WatchesRealModeStores"/> has changed.</summary>
    public event Action? DataChanged;

    /// <summary>Adds an observer. If it watches instructions already, <see cref="NoteInstructions"/> must follow.</summary>
    public void Add(IExecutionObserver observer)
    {
        _all = [.. _all, observer];
        if (observer.WatchesAnyData || observer.WatchesRealModeStores)
            NoteData();
    }

    /// <summary>Removes an observer; what engines remember of its answers does no harm.</summary>
    public void Remove(IExecutionObserver observer)
    {
        _all = [.. _all.Where(other => other != observer)];
        if (WatchesAnyData || WatchesRealModeStores)
            NoteData();
    }

    /// <summary>Says that an observer's answers about the instructions of a page have changed.</summary>
    /// <param name="effective">Any effective address in the 4 KiB page; null for all pages.</param>
    public void NoteInstructions(uint? effective) => InstructionsChanged?.Invoke(effective);

    /// <summary>Says that an observer's answers about data have changed.</summary>
    public void NoteData()
    {
        WatchesRealModeStores = _all.Any(observer => observer.WatchesRealModeStores);
        WatchesAnyData = _all.Any(observer => observer.WatchesAnyData);
        DataChanged?.Invoke();
    }

    /// <inheritdoc cref="IExecutionObserver.Watches"/>
    public bool Watches(uint address, uint word)
    {
        foreach (IExecutionObserver observer in _all)
        {
            if (observer.Watches(address, word))
                return true;
        }

        return false;
    }

    /// <inheritdoc cref="IExecutionObserver.WatchesData"/>
    public bool WatchesData(uint effective, uint physical)
    {
        if (!WatchesAnyData)
            return false;
        foreach (IExecutionObserver observer in _all)
        {
            if (observer.WatchesAnyData && observer.WatchesData(effective, physical))
                return true;
        }

        return false;
    }

    /// <inheritdoc cref="IExecutionObserver.BeforeInstruction"/>
    public bool BeforeInstruction(uint address, uint word)
    {
        foreach (IExecutionObserver observer in _all)
        {
            if (observer.Watches(address, word) && !observer.BeforeInstruction(address, word))
                return false;
        }

        return true;
    }

    /// <inheritdoc cref="IExecutionObserver.AfterInstruction"/>
    public void AfterInstruction(uint address, uint word)
    {
        foreach (IExecutionObserver observer in _all)
        {
            if (observer.Watches(address, word))
                observer.AfterInstruction(address, word);
        }
    }

    /// <inheritdoc cref="IExecutionObserver.RealModeStore"/>
    public void RealModeStore(uint physical, int size, uint value)
    {
        foreach (IExecutionObserver observer in _all)
        {
            if (observer.WatchesRealModeStores)
                observer.RealModeStore(physical, size, value);
        }
    }

    /// <inheritdoc cref="IExecutionObserver.WatchedEntryUsed"/>
    public void WatchedEntryUsed(int index, uint effective, bool store)
    {
        foreach (IExecutionObserver observer in _all)
            observer.WatchedEntryUsed(index, effective, store);
    }

    /// <inheritdoc cref="IExecutionObserver.BeforeAccess"/>
    public bool BeforeAccess(uint effective, uint physical, int size, bool store)
    {
        foreach (IExecutionObserver observer in _all)
        {
            if (observer.WatchesAnyData && !observer.BeforeAccess(effective, physical, size, store))
                return false;
        }

        return true;
    }
}
