namespace PpcJit.Machine.Cpu;

/// <summary>
/// Looks at chosen instructions and at stores with translation off while an engine executes. All engines call it for the same instructions at the same
/// counts; what it does not watch runs at full speed.
/// </summary>
public interface IExecutionObserver
{
    /// <summary>Whether the observer wants to see an instruction. Engines remember the answer, so for an address and a word it must always be the same.</summary>
    /// <param name="address">Effective address.</param>
    /// <param name="word">The instruction.</param>
    bool Watches(uint address, uint word);

    /// <summary>
    /// Called ahead of such an instruction, which is at the PC and has been fetched, when every interrupt that is due before it has been taken. An instruction
    /// that faults is seen once more when it is tried again.
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

    /// <summary>Called when a data access is translated by an entry of <see cref="Tlb.Watched"/>, before it is done, while the PC is still its instruction's.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="effective">The address; of an access to several words, each.</param>
    /// <param name="store">Whether it is a store.</param>
    void WatchedEntryUsed(int index, uint effective, bool store);
}
