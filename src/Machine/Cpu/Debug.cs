namespace PpcJit.Machine.Cpu;

/// <summary>
/// The debug facilities (PPC405 User's Manual, "Debugging"): events recorded in the DBSR, and in internal debug mode
/// (DBCR0[IDM]) the debug interrupt. IAC, branch-taken, trap and DAC events come before the instruction, which SRR2
/// then names; instruction-complete and DVC events after it, and SRR2 names the next one; the event of an exception
/// comes after it, and SRR2 names its vector.
/// </summary>
/// <remarks>No external debugger is attached: DBCR0[EDM] and MSR[DWE], which hand the processor over to it, are kept and do nothing.</remarks>
public sealed unsafe partial class Debug
{
    /// <summary>DBCR0[IDM]: internal debug mode.</summary>
    public const uint InternalMode = 1u << 30;

    /// <summary>DBSR[IC]: instruction complete.</summary>
    public const uint StatusComplete = 1u << 31;

    /// <summary>DBSR[BT]: branch taken.</summary>
    public const uint StatusBranch = 1u << 30;

    /// <summary>DBSR[EDE]: exception.</summary>
    public const uint StatusException = 1u << 29;

    /// <summary>DBSR[TIE]: trap instruction.</summary>
    public const uint StatusTrap = 1u << 28;

    /// <summary>DBSR[UDE]: unconditional, raised by a debugger.</summary>
    public const uint StatusUnconditional = 1u << 27;

    /// <summary>DBSR[IDE]: an event came while MSR[DE] was 0.</summary>
    public const uint StatusImprecise = 1u << (31 - 11);

    /// <summary>DBSR[MRR]: the most recent reset, as DBCR0[RST] encodes it.</summary>
    public const uint StatusReset = 3u << 8;

    /// <summary>DBCR0[IC]: instruction complete events.</summary>
    public const uint CompleteEnable = 1u << (31 - 4);

    /// <summary>DBCR0[BT]: branch taken events.</summary>
    public const uint BranchEnable = 1u << (31 - 5);

    /// <summary>DBCR0[EDE]: exception events.</summary>
    public const uint ExceptionEnable = 1u << (31 - 6);

    /// <summary>DBCR0[TDE]: trap events.</summary>
    public const uint TrapEnable = 1u << (31 - 7);

    /// <summary>DBCR0[IA1 IA2 IA3 IA4]: any instruction address compare.</summary>
    private const uint InstructionAddressEnables = 0x00cc0000;

    /// <summary>DBCR1[D1R D2R D1W D2W]: any data address compare.</summary>
    private const uint DataAddressEnables = 0xf0000000;

    /// <summary>DBCR0[FT]: the timers stand still while an event is recorded.</summary>
    public const uint FreezeTimers = 1;

    /// <summary>
    /// The DBSR bits that record an event, IDE among them: the debug interrupt is pending while one is set. Sources
    /// disagree on an event bit that is left when software clears IDE alone: the Virtex-II Pro manual says that
    /// clearing IDE prevents another interrupt, the e200z3's that every bit asks for one, IBM's leaves it open. Here
    /// every bit does, so that no event can get lost.
    /// </summary>
    private const uint Events = 0xfffc0000;

    private readonly Processor _processor;
    private readonly CpuState* _state;

    /// <summary>Whether branch-taken and instruction-complete events of the present instruction count; decided before it executes.</summary>
    private bool _everyInstruction;

    /// <summary>DVC events of the present instruction, to be recorded when it completes.</summary>
    private uint _valueEvents;

    internal Debug(Processor processor)
    {
        _processor = processor;
        _state = processor.State;
    }

    /// <summary>Whether any event of instruction execution is enabled, so that each instruction must be watched.</summary>
    public bool Watching =>
        (_state->Dbcr0 & (CompleteEnable | BranchEnable | ExceptionEnable | TrapEnable | InstructionAddressEnables)) != 0
        || (_state->Dbcr1 & DataAddressEnables) != 0;

    private bool Internal => (_state->Dbcr0 & InternalMode) != 0;

    private bool Enabled => (_state->Msr & Msr.De) != 0;

    /// <summary>Writes DBCR0; RST resets the core, chip or system at once.</summary>
    public void WriteControl0(uint value)
    {
        _state->Dbcr0 = value & ~(3u << 28) & 0xffffc001;
        UpdatePending();
        _processor.Reset((value >> 28) & 3);
    }

    /// <summary>Writes the DBSR: ones clear bits.</summary>
    public void WriteStatus(uint value)
    {
        _state->Dbsr &= ~value;
        UpdatePending();
    }

    /// <summary>
    /// Asks whether an event stands before the instruction at an address: then the debug interrupt is taken and it does
    /// not execute. To be called before each instruction while <see cref="Watching"/>.
    /// </summary>
    public bool BeforeInstruction(uint address)
    {
        // An rfci to an instruction that is to be stepped must not count as the step itself, so MSR[DE] from before the instruction decides.
        _everyInstruction = !Internal || Enabled;
        _valueEvents = 0;
        uint status = InstructionAddressMatches(address);
        return status != 0 && Raise(status);
    }

    /// <summary>
    /// Takes the debug interrupt if an IAC event stands before the next instruction: it precedes every interrupt but a
    /// machine check.
    /// </summary>
    internal bool PrecedesInterrupt() =>
        Internal && Enabled && (_state->Dbcr0 & InstructionAddressEnables) != 0 && (_state->Msr & Msr.We) == 0 && BeforeInstruction(_state->Pc);

    /// <summary>Asks the same before a branch that will be taken. In internal debug mode there is no such event while MSR[DE] is 0.</summary>
    public bool BeforeBranch() => (_state->Dbcr0 & BranchEnable) != 0 && _everyInstruction && Raise(StatusBranch);

    /// <summary>Asks the same before a trap whose condition holds.</summary>
    public bool BeforeTrap() => (_state->Dbcr0 & TrapEnable) != 0 && Raise(StatusTrap);

    /// <summary>Records that an instruction has completed. In internal debug mode there is no such event while MSR[DE] is 0.</summary>
    public void InstructionComplete()
    {
        uint status = _valueEvents;
        if ((_state->Dbcr0 & CompleteEnable) != 0 && _everyInstruction)
            status |= StatusComplete;
        if (status != 0)
            Record(status);
    }

    /// <summary>Records that an exception was taken; in internal debug mode the critical ones are no events.</summary>
    /// <param name="critical">Whether it saved its state in SRR2 and SRR3.</param>
    public void ExceptionTaken(bool critical)
    {
        if ((_state->Dbcr0 & ExceptionEnable) != 0 && !(critical && Internal))
            Record(StatusException);
    }

    /// <summary>Which reset came last, DBSR[MRR]: 1 core, 2 chip, 3 system.</summary>
    internal uint LastReset => (_state->Dbsr & StatusReset) >> 8;

    /// <summary>Notes in DBSR[MRR] which reset came last.</summary>
    internal void NoteReset(uint kind) => _state->Dbsr = (_state->Dbsr & ~StatusReset) | (kind << 8);

    /// <summary>Brings the pending debug interrupt, and whether the timers stand still, in line with DBSR and DBCR0.</summary>
    internal void UpdatePending()
    {
        bool recorded = (_state->Dbsr & Events) != 0;
        _processor.SetPending(InterruptSource.Debug, recorded && Internal);
        _processor.Timers.Freeze(recorded && (_state->Dbcr0 & FreezeTimers) != 0);
    }

    private uint InstructionAddressMatches(uint address)
    {
        if ((_state->Dbcr0 & InstructionAddressEnables) == 0)
            return 0;
        return PairMatches(address, 8, 16, 0, 1u << (31 - 5)) | PairMatches(address, 12, 17, 2, 1u << (31 - 12));
    }

    /// <summary>
    /// Compares with a pair of IAC registers. In DBCR0 the pair has its bits at <paramref name="bit"/>: first, second,
    /// range, exclusive. A range begins with the first address and ends before the second; its event is reported for
    /// each of the two that is enabled, and turns the range inside out if the toggle bit asks for that.
    /// </summary>
    private uint PairMatches(uint address, int bit, int toggle, int first, uint firstStatus)
    {
        uint control = _state->Dbcr0;
        bool At(int position) => (control & (1u << (31 - position))) != 0;
        bool enableFirst = At(bit);
        bool enableSecond = At(bit + 1);
        if (!At(bit + 2))
        {
            return (enableFirst && address == _state->Iac[first] ? firstStatus : 0)
                | (enableSecond && address == _state->Iac[first + 1] ? firstStatus >> 1 : 0);
        }

        bool inside = address >= _state->Iac[first] && address < _state->Iac[first + 1];
        if (inside == At(bit + 3) || !(enableFirst || enableSecond) || (At(toggle) && Internal && !Enabled))
            return 0;
        if (At(toggle))
            _state->Dbcr0 ^= 1u << (31 - (bit + 3));
        return (enableFirst ? firstStatus : 0) | (enableSecond ? firstStatus >> 1 : 0);
    }

    /// <summary>Records events; takes the interrupt at once where it is enabled.</summary>
    private bool Raise(uint status)
    {
        Record(status);
        if (!Internal || !Enabled)
            return false;
        _processor.Take(ExceptionKind.Debug, _state->Pc);
        return true;
    }

    private void Record(uint status)
    {
        _state->Dbsr |= status | (Enabled ? 0 : StatusImprecise);
        UpdatePending();
    }
}
