using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>What kind of thing happened in a guest.</summary>
public enum GuestEventKind
{
    /// <summary>
    /// An exception was taken. Number: the <see cref="ExceptionKind"/>; Address and Value: the saved PC and MSR; Dear:
    /// DEAR after it. The PC is the vector's.
    /// </summary>
    ExceptionTaken,

    /// <summary>rfi completed. Address and Value: the PC and MSR that it went to; the PC is the rfi's own.</summary>
    ReturnedFromInterrupt,

    /// <summary>rfci completed. Address and Value as for rfi.</summary>
    ReturnedFromCritical,

    /// <summary>
    /// mfspr completed. Number: the SPR; Value: what was read; Address: number of the register that got it.
    /// </summary>
    SprRead,

    /// <summary>mtspr completed. Number: the SPR; Value: what was written.</summary>
    SprWritten,

    /// <summary>
    /// A TLB entry was written or evicted. Number: its index, -1 for all after tlbia; Address and Value: TLBHI and
    /// TLBLO as they are now; Dear: TLBHI before.
    /// </summary>
    TlbWritten,

    /// <summary>
    /// A store was done with MSR[DR] = 0. Address: the real address; Value: what was stored; Number: bytes. Ordinary ones
    /// (<see cref="GuestView.IsOrdinaryRealStore"/>) are not kept among the recent events.
    /// </summary>
    RealModeStore,

    /// <summary>
    /// r1 was set to something other than itself plus a constant. Address: the new r1; Value: the one before.
    /// </summary>
    StackSwitched,

    /// <summary>
    /// stwu or stwux has made a stack frame. Address: the new r1; Value: the one before. It is not kept among the
    /// recent events.
    /// </summary>
    StackGrown,

    /// <summary>
    /// A data access used a TLB entry that a check watches (<see cref="Tlb.Watch"/>). Number: the entry; Address: the
    /// effective address; Value: 1 for a store.
    /// </summary>
    WatchedEntryUsed,

    /// <summary>The instruction at a watched address is about to execute. Address: the address.</summary>
    Reached,

    /// <summary>
    /// An access went to a physical address where the board has nothing. Address: it; Number: 1 for a store.
    /// </summary>
    Unanswered,

    /// <summary>
    /// A watched range of memory is about to be read or written. Number: 1 for a store, 2 for one that the processor does not do (DMA, or an
    /// injection); Address: the first byte; Value: how many bytes; Dear: the physical address. It is not kept among the recent events.
    /// </summary>
    DataAccessed,

    /// <summary>
    /// The instruction in which a check asked for it (<see cref="GuestView.LookAgain"/>) has completed, and nothing else has begun. It is not kept
    /// among the recent events.
    /// </summary>
    Boundary,

    /// <summary>
    /// An interrupt begins to be asked for. Number: the <see cref="InterruptSource"/>. It is not kept among the recent events.
    /// </summary>
    InterruptRaised,

    /// <summary>An interrupt is asked for no longer. Number as above. It is not kept among the recent events.</summary>
    InterruptLowered,

    /// <summary>MSR[EE] may have changed by wrtee, wrteei or mtmsr. It is not kept among the recent events.</summary>
    MsrWritten,

    /// <summary>
    /// A scenario or a search changed something here. Number: which injection; Address: what it was about.
    /// </summary>
    Injected,
}

/// <summary>Something that happened in a guest, as checks and reports see it.</summary>
/// <param name="Kind">What; it says what the other members mean.</param>
/// <param name="Count">Instructions completed before it, or with it for instructions that have completed.</param>
/// <param name="Pc">Effective address of the instruction that did it, unless the kind says otherwise.</param>
/// <param name="Msr">The MSR at that time.</param>
/// <param name="StackPointer">r1 at that time.</param>
/// <param name="Number">See the kind.</param>
/// <param name="Address">See the kind.</param>
/// <param name="Value">See the kind.</param>
/// <param name="Dear">See the kind.</param>
public readonly record struct GuestEvent(
    GuestEventKind Kind, ulong Count, uint Pc, uint Msr, uint StackPointer, int Number = 0, uint Address = 0, uint Value = 0, uint Dear = 0)
{
    /// <summary>Which exception was taken.</summary>
    public ExceptionKind Exception => (ExceptionKind)Number;

    /// <summary>Whether it is an rfi or rfci that leads to a place, with a certain r1 there.</summary>
    public bool ReturnsTo(uint pc, uint stackPointer) =>
        Kind is GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical && (Address, StackPointer) == (pc, stackPointer);

    /// <summary>Whether it is the taking of a certain exception.</summary>
    public bool Takes(ExceptionKind kind) => Kind == GuestEventKind.ExceptionTaken && Exception == kind;
}
