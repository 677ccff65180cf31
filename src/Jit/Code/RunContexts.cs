using PpcJit.Jit.Settings;
using PpcJit.Jit.SoftPages;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Code;

/// <summary>
/// Which contexts the processor runs in: it selects the soft page table and the jump cache, and does what changes them
/// for regions and for the dispatcher.
/// </summary>
/// <param name="processor">The processor.</param>
/// <param name="tables">The soft page tables.</param>
/// <param name="cache">The code.</param>
/// <param name="options">Switches.</param>
internal sealed unsafe class RunContexts(Processor processor, SoftPageTables tables, CodeCache cache, JitOptions options)
{
    private readonly CpuState* _state = processor.State;

    /// <summary>MSR and PID for which the contexts are selected.</summary>
    private uint _selectedMsr = uint.MaxValue;
    private uint _selectedPid = uint.MaxValue;

    /// <summary>Selects the soft page table and the jump cache of the present MSR and PID.</summary>
    /// <returns>Whether they changed.</returns>
    public bool Select()
    {
        uint msr = _state->Msr & (Msr.Pr | Msr.Ir | Msr.Dr);
        if (msr == _selectedMsr && _state->Pid == _selectedPid)
            return false;
        (_selectedMsr, _selectedPid) = (msr, _state->Pid);
        tables.Select();
        cache.Select();
        return true;
    }

    /// <summary>Writes a TLB entry for a region.</summary>
    /// <returns>Whether code mappings went with it.</returns>
    public bool WriteTlb(int index, uint value, bool hi)
    {
        int before = cache.MappingsForgotten;
        if (hi)
            processor.Tlb.WriteHi(index, value);
        else
            processor.Tlb.WriteLo(index, value);
        return cache.MappingsForgotten != before;
    }

    /// <summary>The timebase at the present count.</summary>
    public ulong Timebase => processor.Timers.Timebase;

    /// <summary>Takes the exception of sc for a region.</summary>
    public void TakeSystemCall(uint next) => processor.Take(ExceptionKind.SystemCall, next);

    /// <summary>Whether events, interrupts or debug events must be looked at before the next instruction.</summary>
    public bool NeedsAttention() =>
        processor.StopReason != StopReason.None
            || processor.Events.NextDue < EngineState.Of(_state)->Deadline || processor.Debug.Watching
        || (_state->Msr & Msr.We) != 0
        || (_state->PendingInterrupts != 0 && (_state->PendingInterrupts & processor.EnabledInterrupts) != 0);

    /// <summary>
    /// Enters the page of the TLB miss that was taken last into the present soft page table, if it was missed there and
    /// has a translation now.
    /// </summary>
    public void FillAhead()
    {
        if (!options.FillAhead || !tables.TryTakeMiss())
            return;
        TlbMiss miss = tables.Miss;
        int entry = miss.FindEntry(processor.Tlb);
        if (entry < 0)
            return;
        FillAhead(entry, miss.Address, miss.Access);
        if (miss.IsMixed)
            FillAhead(entry, miss.Address, AccessKind.Store);
    }

    private void FillAhead(int entry, uint address, AccessKind access)
    {
        if (processor.Mmu.Through(entry, address, access, out uint physical, out StorageAttributes attributes) == TranslationFault.None
            && !IsObserved(entry, address, physical, access))
            tables.TryFill(address, physical, attributes, entry, access);
    }

    /// <summary>
    /// Whether an observer is to see an access: a store with translation off if it asks for those, an access through an
    /// entry that it watches, or one of a page whose data it watches. Such accesses never become fast.
    /// </summary>
    /// <param name="entry">The TLB entry that translates the access; -1 in real mode.</param>
    /// <param name="effective">The address.</param>
    /// <param name="physical">Its translation.</param>
    /// <param name="access">Load or store.</param>
    public bool IsObserved(int entry, uint effective, uint physical, AccessKind access)
    {
        if (processor.Observers.IsEmpty)
            return false;
        bool byEntry = entry < 0 ? access == AccessKind.Store
            && processor.Observers.WatchesRealModeStores : (processor.Tlb.Watched >> entry & 1) != 0;
        return byEntry || processor.Observers.WatchesData(effective, physical);
    }
}
