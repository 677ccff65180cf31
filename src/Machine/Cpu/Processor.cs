using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Cpu;

/// <summary>One 405 core: owns the architected state and everything that changes it other than the execution of ordinary instructions.</summary>
public sealed unsafe partial class Processor : IStateful, IDisposable
{
    /// <summary>The kind of reset that follows power-on, as DBCR0[RST] encodes it.</summary>
    private const uint SystemReset = 3;

    private const uint CoreReset = 1;

    private readonly NativeBlock _stateBlock = new(CpuState.Size);

    /// <summary>Creates a core in its reset state.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="memory">The physical address space behind the core.</param>
    /// <param name="dcr">The device control registers.</param>
    /// <param name="log">Where odd things are reported.</param>
    public Processor(ProcessorModel model, PhysicalAddressSpace memory, DcrBus dcr, HardwareLog log)
    {
        Model = model;
        Memory = memory;
        Dcr = dcr;
        Log = log;
        State = (CpuState*)_stateBlock.Start;
        Events = new EventQueue(() => State->InstructionCount, model.InstructionsPerSecond);
        Tlb = new Tlb(State);
        Mmu = new Mmu(State, Tlb);
        DataCache = new DataCache(memory, model.DataCacheBytes, log);
        memory.AddLastResort(DataCache);
        Timers = new Timers(this);
        Debug = new Debug(this);
        SetResetState();
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

    /// <summary>The translation look-aside buffer.</summary>
    public Tlb Tlb { get; }

    /// <summary>Address translation.</summary>
    public Mmu Mmu { get; }

    /// <summary>The lines that only the data cache holds.</summary>
    public DataCache DataCache { get; }

    /// <summary>Timebase, PIT, FIT and watchdog.</summary>
    public Timers Timers { get; }

    /// <summary>The debug facilities.</summary>
    public Debug Debug { get; }

    /// <summary>Who looks at execution.</summary>
    public ExecutionObservers Observers { get; } = new();

    /// <summary>Why the machine no longer runs; engines return as soon as this is set.</summary>
    public StopReason StopReason { get; set; }

    /// <summary>Raised when an interrupt source begins to ask, enabled or not; for observers.</summary>
    public event Action<InterruptSource>? InterruptRaised;

    /// <summary>Raised when an interrupt source asks no longer; for observers.</summary>
    public event Action<InterruptSource>? InterruptLowered;

    /// <summary>Raises or lowers an interrupt source; it is taken at the next instruction boundary at which the MSR enables it.</summary>
    public void SetPending(InterruptSource source, bool pending)
    {
        bool rises = pending && (State->PendingInterrupts & (uint)source) == 0;
        bool falls = !pending && (State->PendingInterrupts & (uint)source) != 0;
        if (rises)
            InterruptRaised?.Invoke(source);
        if (falls)
            InterruptLowered?.Invoke(source);
        if (pending)
            State->PendingInterrupts |= (uint)source;
        else
            State->PendingInterrupts &= ~(uint)source;
    }

    /// <summary>
    /// Carries out a reset for all but the core, between two instructions: 1 core, 2 chip, 3 system. It returns false where there is
    /// nothing to go on with, and
    /// the machine stops. Null where every reset stops it, at once.
    /// </summary>
    public Func<uint, bool>? Resetting { get; set; }

    /// <summary>Carries out a reset request as DBCR0[RST] and TCR[WRC] encode it: 0 none, 1 core, 2 chip, 3 system.</summary>
    public void Reset(uint kind)
    {
        if (kind == 0)
            return;
        Debug.NoteReset(kind);
        if (Resetting is null)
            StopFor(kind);
        else
            State->PendingInterrupts |= (uint)InterruptSource.Reset;
    }

    /// <summary>Whether <see cref="BetweenInstructions"/> has anything to do before the next instruction.</summary>
    public bool NeedsAttention =>
        Events.NextDue <= State->InstructionCount || State->PendingInterrupts != 0 || (State->Msr & Cpu.Msr.We) != 0;

    /// <summary>Whether nothing is scheduled and nothing pending: a waiting processor (MSR[WE]) then waits for the world outside.</summary>
    public bool HasNothingToDo => Events.NextDue == ulong.MaxValue && State->PendingInterrupts == 0;

    /// <summary>
    /// Does what happens between two instructions: runs due events, lets a waiting processor (MSR[WE]) jump to the next event,
    /// and takes an interrupt.
    /// </summary>
    /// <param name="until">The count at which the engine must stop; a waiting processor does not jump beyond it.</param>
    /// <returns>Whether an instruction may execute now.</returns>
    public bool BetweenInstructions(ulong until)
    {
        CpuState* s = State;
        if (Events.NextDue <= s->InstructionCount)
            Events.RunDue();

        // Taking an interrupt can make another one pending, the debug interrupt of its EDE event above all: that one
        // comes before the first instruction of the handler. A reset, or an end of the loop of exceptions, leaves
        // nothing more to take.
        while (s->PendingInterrupts != 0 && StopReason == StopReason.None && TakePendingInterrupt())
        {
        }

        if ((s->Msr & Cpu.Msr.We) == 0 || StopReason != StopReason.None)
            return StopReason == StopReason.None;

        if (Events.NextDue == ulong.MaxValue)
            StopReason = StopReason.WaitsForever;
        else
            s->InstructionCount = Math.Max(s->InstructionCount, Math.Min(Events.NextDue, until));
        return false;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        CpuState* s = State;
        writer.Write(new ReadOnlySpan<uint>(s->Gpr, 32));
        writer.Write((ReadOnlySpan<uint>)[s->CrBits, s->Xer, s->Lr, s->Ctr, s->Pc, s->Msr, s->Pid, s->Zpr, s->PendingInterrupts, s->Reservation]);
        writer.Write(s->InstructionCount);
        SavePlain(writer);
        writer.Write(s->PitZeroTick);
        writer.Write(s->TimebaseOffset);
        writer.Write(s->TimersFrozenAt);
        Span<uint> entries = stackalloc uint[3 * CpuState.TlbEntries];
        for (int index = 0; index < CpuState.TlbEntries; index++)
            (entries[3 * index], entries[(3 * index) + 1], entries[(3 * index) + 2]) = (s->TlbHi[index], s->TlbLo[index], s->TlbTid[index]);
        writer.Write(entries);
        if (Model.HasMachineCheckSyndrome)
            writer.Write(s->Mcsr);
        Events.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        CpuState* s = State;
        TranslationRules before = TranslationRules.Of(s);
        reader.ReadWords(new Span<uint>(s->Gpr, 32));
        s->CrBits = reader.ReadUInt32();
        s->Xer = reader.ReadUInt32();
        s->Lr = reader.ReadUInt32();
        s->Ctr = reader.ReadUInt32();
        s->Pc = reader.ReadUInt32();
        s->Msr = reader.ReadUInt32();
        s->Pid = reader.ReadUInt32();
        s->Zpr = reader.ReadUInt32();
        s->PendingInterrupts = reader.ReadUInt32();
        s->Reservation = reader.ReadUInt32();
        s->InstructionCount = reader.ReadUInt64();
        LoadPlain(reader);
        s->PitZeroTick = reader.ReadUInt64();
        s->TimebaseOffset = reader.ReadUInt64();
        s->TimersFrozenAt = reader.ReadUInt64();
        if (before != TranslationRules.Of(s))
            TranslationRulesChanged();
        LoadTlb(reader);
        if (Model.HasMachineCheckSyndrome)
            s->Mcsr = reader.ReadUInt32();
        Events.Load(reader);
        StopReason = StopReason.None;
        (_withoutProgress, _lastExceptionCount, _history) = (0, ulong.MaxValue, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _stateBlock.Dispose();

    /// <summary>The registers from <see cref="CpuState.Srr0"/> to <see cref="CpuState.Dvc"/> are saved as the words that they are.</summary>
    private static ReadOnlySpan<int> PlainRanges => [0x100, 0x150, 0x160, 0x1ac];

    private void SavePlain(StateWriter writer)
    {
        for (int range = 0; range < PlainRanges.Length; range += 2)
            writer.Write(new ReadOnlySpan<uint>((byte*)State + PlainRanges[range], (PlainRanges[range + 1] - PlainRanges[range]) / sizeof(uint)));
    }

    private void LoadPlain(StateReader reader)
    {
        for (int range = 0; range < PlainRanges.Length; range += 2)
            reader.ReadWords(new Span<uint>((byte*)State + PlainRanges[range], (PlainRanges[range + 1] - PlainRanges[range]) / sizeof(uint)));
    }

    /// <summary>Loads the TLB. What engines derived from entries that stay as they are is kept: trials go back thousands of times a second.</summary>
    private void LoadTlb(StateReader reader)
    {
        Span<uint> words = stackalloc uint[3 * CpuState.TlbEntries];
        reader.ReadWords(words);
        for (int index = 0; index < CpuState.TlbEntries; index++)
        {
            (uint hi, uint lo, uint tid) = (words[3 * index], words[(3 * index) + 1], words[(3 * index) + 2]);
            if (hi == State->TlbHi[index] && lo == State->TlbLo[index] && tid == State->TlbTid[index])
                continue;
            Tlb.Observer?.TlbEntryChanging(index);
            Tlb.Restore(index, hi, lo, tid);
            Tlb.Observer?.TlbEntryChanged(index);
        }
    }

    private void StopFor(uint kind) =>
        StopReason = kind switch { CoreReset => StopReason.CoreReset, 2 => StopReason.ChipReset, _ => StopReason.SystemReset };

    /// <summary>
    /// Takes the reset that is pending (PPC405 User's Manual, "Reset and Initialization"): the registers that reset defines get their
    /// values, and execution goes on
    /// at 0xfffffffc. What the manual calls undefined stays as it was: GPRs, TLB, timebase. TSR keeps what the watchdog did.
    /// </summary>
    private void TakeReset()
    {
        CpuState* s = State;
        uint kind = Debug.LastReset;
        s->PendingInterrupts &= ~(uint)InterruptSource.Reset;
        if (Resetting?.Invoke(kind) != true)
        {
            StopFor(kind);
            return;
        }

        s->PendingInterrupts &= kind == CoreReset ? (uint)(InterruptSource.External | InterruptSource.CriticalInput) : 0;
        (s->Msr, s->Esr, s->Reservation) = (0, 0, 0);
        (s->Dccr, s->Iccr, s->Dcwr, s->Sler, s->Su0r) = (0, 0, 0, 0, 0);
        (s->Dbcr0, s->Dbcr1, s->Tcr, s->Mcsr) = (0, 0, 0, 0);
        Debug.UpdatePending();
        SetDefined();
        DataCache.Clear();
        Timers.Restart();
        TranslationRulesChanged();
    }

    private void SetDefined()
    {
        State->Pc = 0xfffffffc;
        State->Sgr = 0xffffffff;
        State->Ccr0 = 0x00700000;
    }

    /// <summary>The registers beside the TLB on which translation and storage attributes depend.</summary>
    private readonly record struct TranslationRules(uint Zpr, uint Ccr0, uint Dccr, uint Dcwr, uint Iccr, uint Sgr, uint Sler, uint Su0r)
    {
        public static TranslationRules Of(CpuState* s) => new(s->Zpr, s->Ccr0, s->Dccr, s->Dcwr, s->Iccr, s->Sgr, s->Sler, s->Su0r);
    }

    /// <summary>Registers that reset gives a value; all others are zero, which the manual leaves open.</summary>
    private void SetResetState()
    {
        SetDefined();
        Debug.NoteReset(SystemReset);
        State->CrBits = 0;
        for (int index = 0; index < CpuState.TlbEntries; index++)
            Tlb.Restore(index, 0, 0, 0);
        Timers.Reset();
    }
}
