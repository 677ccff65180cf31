namespace PpcJit.Machine.Cpu;

/// <content>Taking exceptions (PPC405 User's Manual, "Exception Processing and Interrupts").</content>
public sealed unsafe partial class Processor
{
    /// <summary>Exceptions that a report of a death shows: a screenful.</summary>
    private const int MaxRecent = 16;

    // MCSR (U-Boot's processor.h): a machine check at all, and the bus on which it was
    private const uint MachineCheckSummary = 0x80000000;
    private const uint InstructionBusError = 0x40000000;
    private const uint DataBusError = 0x20000000;

    /// <summary>Exceptions without a completed instruction between them after which the rest can only be a repetition.</summary>
    private const int LoopLimit = 256;

    private static readonly uint[] Vectors =
    [
        0x0100, 0x0200, 0x0300, 0x0400, 0x0500, 0x0600, 0x0700, 0x0c00, 0x1000, 0x1010, 0x1020, 0x1100, 0x1200, 0x2000,
    ];

    private readonly ulong[] _exceptionCounts = new ulong[Vectors.Length];
    private readonly ExceptionRecord[] _recent = new ExceptionRecord[MaxRecent];
    private ExceptionHistory? _history;
    private ulong _exceptionsTaken;
    private ulong _lastExceptionCount = ulong.MaxValue;
    private int _withoutProgress;
    private ExceptionRecord _firstHere;

    /// <summary>Called after an exception was taken: checks and traces listen here.</summary>
    public event ExceptionHandler? ExceptionTaken;

    /// <summary>The last exceptions, oldest first. One that repeats the one before it in everything, its count too, stands once.</summary>
    public IReadOnlyList<ExceptionRecord> RecentExceptions
    {
        get
        {
            int available = (int)Math.Min(_exceptionsTaken, MaxRecent);
            List<ExceptionRecord> records = new(available);
            for (ulong n = _exceptionsTaken - (ulong)available; n < _exceptionsTaken; n++)
                records.Add(_recent[n % MaxRecent]);
            return records;
        }
    }

    /// <summary>
    /// How many exceptions were taken since the last instruction completed, or since <c>sc</c> completed with its own:
    /// with the count of instructions it says exactly where a run stands.
    /// </summary>
    public int ExceptionsHere => _exceptionsTaken > 0 && _lastExceptionCount == State->InstructionCount ? _withoutProgress + 1 : 0;

    /// <summary>Gives the exceptions that were taken so far, which are no part of the machine's state, to be put back together with it.</summary>
    public ExceptionHistory KeepHistory() => new((ulong[])_exceptionCounts.Clone(), (ExceptionRecord[])_recent.Clone(),
        _exceptionsTaken, _lastExceptionCount, _withoutProgress, _firstHere);

    /// <summary>Puts back what <see cref="KeepHistory"/> gave, after the state of that time has been loaded.</summary>
    public void Restore(ExceptionHistory history)
    {
        history.Counts.CopyTo(_exceptionCounts, 0);
        history.Recent.CopyTo(_recent, 0);
        (_exceptionsTaken, _lastExceptionCount, _withoutProgress, _firstHere) =
            (history.Taken, history.LastCount, history.WithoutProgress, history.FirstHere);
    }

    /// <summary>
    /// The first of the exceptions that follow each other without one instruction completing between them: with
    /// <see cref="StopReason.ExceptionLoop"/>, what began the loop, however often its own vector has faulted since.
    /// </summary>
    public ExceptionRecord FirstWithoutProgress => _firstHere;

    /// <summary>How many exceptions came after <see cref="FirstWithoutProgress"/> without one instruction completing.</summary>
    public int MoreWithoutProgress => _withoutProgress;

    /// <summary>Offset of an exception's vector from EVPR.</summary>
    public static uint Vector(ExceptionKind kind) => Vectors[(int)kind];

    /// <summary>How often an exception was taken since the machine was created.</summary>
    public ulong ExceptionCount(ExceptionKind kind) => _exceptionCounts[(int)kind];

    /// <summary>
    /// Takes an exception: saves the return address and the MSR in SRR0/SRR1 (SRR2/SRR3 for the critical ones), clears the MSR bits that it clears,
    /// and continues at its vector. ESR and DEAR are the caller's.
    /// </summary>
    /// <param name="kind">Which exception.</param>
    /// <param name="returnAddress">Where the handler is to return to.</param>
    public void Take(ExceptionKind kind, uint returnAddress)
    {
        CpuState* s = State;
        uint saved = s->Msr;
        switch (kind)
        {
            case ExceptionKind.CriticalInput or ExceptionKind.Watchdog or ExceptionKind.Debug:
                (s->Srr2, s->Srr3) = (returnAddress, saved);
                s->Msr = saved & Cpu.Msr.Me;
                break;
            case ExceptionKind.MachineCheck:
                (s->Srr2, s->Srr3) = (returnAddress, saved);
                s->Msr = 0;
                break;
            default:
                (s->Srr0, s->Srr1) = (returnAddress, saved);
                s->Msr = saved & (Cpu.Msr.Ce | Cpu.Msr.Me | Cpu.Msr.De);
                break;
        }

        if (kind != ExceptionKind.Debug)
            Debug.ExceptionTaken(critical: kind is ExceptionKind.CriticalInput or ExceptionKind.Watchdog or ExceptionKind.MachineCheck);

        s->Pc = s->Evpr | Vectors[(int)kind];
        Record(new ExceptionRecord(s->InstructionCount, kind, returnAddress, saved, s->Esr, s->Dear));
    }

    /// <summary>Takes a program exception for the instruction at the PC.</summary>
    /// <param name="cause"><see cref="Esr.Pil"/>, <see cref="Esr.Ppr"/> or <see cref="Esr.Ptr"/>.</param>
    public void TakeProgram(uint cause)
    {
        SetEsr(cause);
        Take(ExceptionKind.Program, State->Pc);
    }

    /// <summary>Takes an alignment exception for the instruction at the PC.</summary>
    public void TakeAlignment(uint effective)
    {
        State->Dear = effective;
        Take(ExceptionKind.Alignment, State->Pc);
    }

    /// <summary>Takes the exception of a data access by the instruction at the PC that is not permitted.</summary>
    public void TakeData(TranslationFault fault, uint effective, bool store)
    {
        uint cause = fault switch
        {
            TranslationFault.Zone => Esr.Diz,
            TranslationFault.U0 => Esr.U0f,
            _ => 0,
        };
        SetEsr(cause | (store ? Esr.Dst : 0));
        State->Dear = effective;
        Take(fault == TranslationFault.TlbMiss ? ExceptionKind.DataTlbMiss : ExceptionKind.DataStorage, State->Pc);
    }

    /// <summary>Takes the exception of an instruction fetch at the PC that is not permitted.</summary>
    public void TakeFetch(TranslationFault fault)
    {
        if (fault == TranslationFault.TlbMiss)
        {
            Take(ExceptionKind.InstructionTlbMiss, State->Pc);
            return;
        }

        SetEsr(fault == TranslationFault.Zone ? Esr.Diz : 0);
        Take(ExceptionKind.InstructionStorage, State->Pc);
    }

    /// <summary>
    /// Takes the machine check of an instruction fetch from an address where no memory answers; ESR[MCI] replaces the
    /// rest of the ESR. With MSR[ME] = 0 it cannot be taken, and MCI joins the rest: what the bus returned is executed,
    /// which is never an instruction, so a program exception follows.
    /// </summary>
    public void TakeFetchBusError()
    {
        NoteSyndrome(InstructionBusError);
        if ((State->Msr & Cpu.Msr.Me) != 0)
        {
            State->Esr = Esr.Mci;
            Take(ExceptionKind.MachineCheck, State->Pc);
        }
        else
        {
            State->Esr |= Esr.Mci;
            TakeProgram(Esr.Pil);
        }
    }

    /// <summary>Reports a bus error on a data access: a machine check at the next instruction boundary if MSR[ME] is set, else nothing.</summary>
    public void ReportDataBusError()
    {
        NoteSyndrome(DataBusError);
        if ((State->Msr & Cpu.Msr.Me) != 0)
            SetPending(InterruptSource.MachineCheck, true);
    }

    /// <summary>Notes the cause of a machine check where a register is for it, also while none can be taken (U-Boot clears it before).</summary>
    private void NoteSyndrome(uint cause)
    {
        if (Model.HasMachineCheckSyndrome)
            State->Mcsr |= MachineCheckSummary | cause;
    }

    /// <summary>
    /// Takes the highest interrupt that is pending and enabled, if any, between two instructions. The order is the
    /// manual's: machine check, debug, critical input, watchdog, external, FIT, PIT; an IAC event at the next
    /// instruction comes after the machine check alone.
    /// </summary>
    /// <remarks>
    /// Table 5-1 of the core's manual, taken as one list, would put the instruction's own exceptions (ITLB miss,
    /// program, data TLB miss) before the external, FIT and PIT interrupts, and critical input and watchdog before IC
    /// and BT events. But asynchronous interrupts are recognised between two instructions: an instruction that has not
    /// begun has no exceptions yet, and an IC or BT event belongs to what came before the boundary. The manual's text
    /// on precise handling says so; the table orders what one instruction causes.
    /// </remarks>
    /// <returns>Whether one was taken.</returns>
    public bool TakePendingInterrupt()
    {
        uint pending = State->PendingInterrupts & EnabledInterrupts;
        if (pending == 0)
            return false;
        if ((pending & (uint)InterruptSource.Reset) != 0)
        {
            TakeReset();
            return true;
        }

        ExceptionKind kind;
        if ((pending & (uint)InterruptSource.MachineCheck) != 0)
        {
            kind = ExceptionKind.MachineCheck;
            SetPending(InterruptSource.MachineCheck, false);
        }
        else if (Debug.PrecedesInterrupt())
        {
            return true;
        }
        else if ((pending & (uint)InterruptSource.Debug) != 0)
        {
            kind = ExceptionKind.Debug;
        }
        else if ((pending & (uint)InterruptSource.CriticalInput) != 0)
        {
            kind = ExceptionKind.CriticalInput;
        }
        else if ((pending & (uint)InterruptSource.Watchdog) != 0)
        {
            kind = ExceptionKind.Watchdog;
        }
        else if ((pending & (uint)InterruptSource.External) != 0)
        {
            kind = ExceptionKind.External;
        }
        else
        {
            kind = (pending & (uint)InterruptSource.Fit) != 0 ? ExceptionKind.Fit : ExceptionKind.Pit;
        }

        Take(kind, State->Pc);
        return true;
    }

    /// <summary>
    /// Sources whose interrupts come later than they could, as <see cref="InterruptSource"/> bits: they ask, and nothing is taken. It is no part
    /// of the machine's state, but of an experiment with it.
    /// </summary>
    public uint HeldInterrupts { get; set; }

    /// <summary>The interrupt sources that the MSR enables now, and nobody holds.</summary>
    public uint EnabledInterrupts
    {
        get
        {
            uint msr = State->Msr;
            uint enabled = (uint)InterruptSource.Reset
                | ((msr & Cpu.Msr.Ee) != 0 ? (uint)(InterruptSource.External | InterruptSource.Pit | InterruptSource.Fit) : 0)
                | ((msr & Cpu.Msr.Ce) != 0 ? (uint)(InterruptSource.CriticalInput | InterruptSource.Watchdog) : 0)
                | ((msr & Cpu.Msr.De) != 0 ? (uint)InterruptSource.Debug : 0)
                | ((msr & Cpu.Msr.Me) != 0 ? (uint)InterruptSource.MachineCheck : 0);
            return enabled & ~HeldInterrupts;
        }
    }

    /// <summary>Each exception with a syndrome replaces the ESR; only MCI stays until software clears it.</summary>
    private void SetEsr(uint cause) => State->Esr = (State->Esr & Esr.Mci) | cause;

    private void Record(in ExceptionRecord record)
    {
        _history = null;
        _exceptionCounts[(int)record.Kind]++;
        if (record.Count != _lastExceptionCount)
        {
            (_withoutProgress, _lastExceptionCount, _firstHere) = (0, record.Count, record);
            _recent[_exceptionsTaken++ % MaxRecent] = record;
        }
        else
        {
            NoteWithoutProgress(record);
        }

        ExceptionTaken?.Invoke(in record);
    }

    /// <summary>Notes an exception that came before another instruction completed.</summary>
    private void NoteWithoutProgress(in ExceptionRecord record)
    {
        // A loop must not push out what led to it.
        if (_exceptionsTaken == 0 || record != _recent[(_exceptionsTaken - 1) % MaxRecent])
            _recent[_exceptionsTaken++ % MaxRecent] = record;
        if (++_withoutProgress >= LoopLimit)
            StopReason = StopReason.ExceptionLoop;
    }
}
