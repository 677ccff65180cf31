namespace PpcJit.Machine.Cpu;

/// <summary>
/// Looks at chosen instructions, at accesses to chosen data and at stores with translation off while an engine
/// executes. All engines call it for the same things at the same counts; what it does not watch runs at full speed.
/// </summary>
public interface IExecutionObserver
{
    /// <summary>Whether the observer wants to see stores with MSR[DR] = 0.</summary>
    bool WatchesRealModeStores => false;

    /// <summary>Whether <see cref="WatchesData"/> is true of anything now.</summary>
    bool WatchesAnyData => false;

    /// <summary>
    /// Whether the observer wants to see an instruction. Engines remember the answer; when it changes, <see cref="ExecutionObservers"/> must be told.
    /// </summary>
    /// <param name="address">Effective address.</param>
    /// <param name="word">The instruction.</param>
    bool Watches(uint address, uint word);

    /// <summary>
    /// Called ahead of such an instruction, which is at the PC and has been fetched, when every interrupt that is due
    /// before it has been taken. An instruction that faults is seen once more when it is tried again.
    /// </summary>
    /// <returns>Whether it is to execute now; false when the observer moved the PC, raised an interrupt or stopped the machine.</returns>
    bool BeforeInstruction(uint address, uint word);

    /// <summary>Called when such an instruction has completed, before anything else happens.</summary>
    void AfterInstruction(uint address, uint word);

    /// <summary>Called after a store with MSR[DR] = 0, while the PC is still the storing instruction's.</summary>
    /// <param name="physical">Where it went.</param>
    /// <param name="size">Bytes: 1, 2 or 4; a multiple store comes word by word.</param>
    /// <param name="value">What was stored, in the low bytes.</param>
    void RealModeStore(uint physical, int size, uint value);

    /// <summary>
    /// Called when a data access is translated by an entry of <see cref="Tlb.Watched"/>, before it is done, while the
    /// PC is still its instruction's.
    /// </summary>
    /// <param name="index">The entry.</param>
    /// <param name="effective">The address; of an access to several words, each.</param>
    /// <param name="store">Whether it is a store.</param>
    void WatchedEntryUsed(int index, uint effective, bool store);

    /// <summary>
    /// Whether the observer wants to see accesses to the 4 KiB page of an address. Engines remember the answer; when it changes,
    /// <see cref="ExecutionObservers"/> must be told.
    /// </summary>
    /// <param name="effective">An effective address.</param>
    /// <param name="physical">Its translation.</param>
    bool WatchesData(uint effective, uint physical) => false;

    /// <summary>
    /// Called when a data access is permitted and about to be done, while anybody watches data, for each access to a
    /// watched page and perhaps for others.
    /// </summary>
    /// <param name="effective">The address; of an access to several words, each.</param>
    /// <param name="physical">Its translation.</param>
    /// <param name="size">Bytes: 1, 2 or 4, or 32 when a cache block is cleared.</param>
    /// <param name="store">Whether it is a store.</param>
    /// <returns>Whether it is to be done now; false when the observer stopped the machine. The instruction is then begun anew later.</returns>
    bool BeforeAccess(uint effective, uint physical, int size, bool store) => true;
}
