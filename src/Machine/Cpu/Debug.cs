namespace PpcJit.Machine.Cpu;

/// <summary>
/// The debug facilities (PPC405 User's Manual, "Debugging"): events recorded in the DBSR, and in internal debug mode (DBCR0[IDM]) the debug interrupt.
/// IAC, branch-taken and trap events come before the instruction, instruction-complete, DAC and DVC events after it.
/// </summary>
public sealed unsafe class Debug
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

    /// <summary>The DBSR bits that record an event, so that the debug interrupt is pending while one is set.</summary>
    private const uint Events = 0xffec0000;

    private readonly Processor _processor;
    private readonly CpuState* _state;

    internal Debug(Processor processor)
    {
        _processor = processor;
        _state = processor.State;
    }

    /// <summary>Whether any event of instruction execution is enabled, so that each instruction must be watched.</summary>
    public bool Watching =>
        (_state->Dbcr0 & (CompleteEnable | BranchEnable | ExceptionEnable | TrapEnable | InstructionAddressEnables)) != 0
        || (_state->Dbcr1 & DataAddressEnables) != 0;

    /// <summary>Whether the debug interrupt would be taken at once.</summary>
    private bool InterruptEnabled => (_state->Dbcr0 & InternalMode) != 0 && (_state->Msr & Msr.De) != 0;

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

    /// <summary>Asks whether an event stands before the instruction at an address: then the debug interrupt is taken and it does not execute.</summary>
    public bool BeforeInstruction(uint address)
    {
        uint status = InstructionAddressMatches(address);
        return status != 0 && Raise(status);
    }

    /// <summary>Asks the same before a branch that will be taken. Recorded only while it can interrupt.</summary>
    public bool BeforeBranch() => (_state->Dbcr0 & BranchEnable) != 0 && InterruptEnabled && Raise(StatusBranch);

    /// <summary>Asks the same before a trap whose condition holds.</summary>
    public bool BeforeTrap() => (_state->Dbcr0 & TrapEnable) != 0 && Raise(StatusTrap);

    /// <summary>Records that an instruction has completed. Recorded only while it can interrupt.</summary>
    public void InstructionComplete()
    {
        if ((_state->Dbcr0 & CompleteEnable) != 0 && InterruptEnabled)
            Record(StatusComplete);
    }

    /// <summary>Records that an exception other than a critical one was taken.</summary>
    public void ExceptionTaken()
    {
        if ((_state->Dbcr0 & ExceptionEnable) != 0)
            Record(StatusException);
    }

    /// <summary>Records DAC and DVC events of a data access that has been done.</summary>
    /// <param name="effective">Its address.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="value">What was loaded or stored, in the low bytes.</param>
    /// <param name="store">Whether it was a store.</param>
    public void DataAccess(uint effective, int size, uint value, bool store)
    {
        uint control = _state->Dbcr1;
        if ((control & DataAddressEnables) == 0)
            return;
        bool range = (control & (1u << (31 - 8))) != 0;
        for (int n = 0; n < 2; n++)
        {
            uint enable = (store ? 1u << 29 : 1u << 31) >> n;
            if ((control & enable) == 0)
                continue;
            bool match = range ? InDataRange(effective, control) : Compares(effective, size, _state->Dac[n], (int)(control >> (26 - (2 * n))) & 3);
            if (match && ValueMatches(n, effective, size, value, control))
                Record((store ? 1u << (31 - 8) : 1u << (31 - 7)) >> (2 * n));
        }
    }

    /// <summary>Brings the pending debug interrupt in line with DBSR and DBCR0.</summary>
    internal void UpdatePending() =>
        _processor.SetPending(InterruptSource.Debug, (_state->Dbsr & Events) != 0 && (_state->Dbcr0 & InternalMode) != 0);

    /// <summary>DAC compare size: 00 byte, 01 halfword, 10 word, 11 cache line of 32 bytes; an access matches when it touches the unit.</summary>
    private static bool Compares(uint effective, int size, uint compare, int unit)
    {
        uint bytes = unit switch { 0 => 1, 1 => 2, 2 => 4, _ => 32 };
        uint first = compare & ~(bytes - 1);
        return effective - first < bytes || first - effective < (uint)size;
    }

    private bool InDataRange(uint effective, uint control)
    {
        bool inside = effective >= _state->Dac[0] && effective < _state->Dac[1];
        return inside != ((control & (1u << (31 - 9))) != 0);
    }

    /// <summary>DVC: the bytes that DBCR1[DVnBE] enables are compared; DVnM 00 off, 01 all, 10 any, 11 all of either halfword.</summary>
    private bool ValueMatches(int n, uint effective, int size, uint value, uint control)
    {
        int mode = (int)(control >> (18 - (2 * n))) & 3;
        uint enables = (control >> (12 - (4 * n))) & 0xf;
        if (mode == 0 || enables == 0)
            return true;
        uint equal = 0;
        for (int lane = 0; lane < 4; lane++)
        {
            // Byte lane 0 is the one at word address + 0; the access drives the lanes it touches.
            int index = lane - (int)(effective & 3);
            if (index < 0 || index >= size)
                continue;
            byte driven = (byte)(value >> (8 * (size - 1 - index)));
            if (driven == (byte)(_state->Dvc[n] >> (24 - (8 * lane))))
                equal |= 8u >> lane;
        }

        equal &= enables;
        return mode switch
        {
            1 => equal == enables,
            2 => equal != 0,
            _ => HalfMatches(equal, enables, 0xc) || HalfMatches(equal, enables, 0x3),
        };
    }

    private static bool HalfMatches(uint equal, uint enables, uint half) => (enables & half) != 0 && (equal & half) == (enables & half);

    private uint InstructionAddressMatches(uint address)
    {
        uint control = _state->Dbcr0;
        if ((control & InstructionAddressEnables) == 0)
            return 0;
        return PairMatches(address, control, 8, 0, 1u << (31 - 5)) | PairMatches(address, control, 12, 2, 1u << (31 - 12));
    }

    /// <summary>Compares with a pair of IAC registers. In DBCR0 the pair has its bits at <paramref name="bit"/>: first, second, range, exclusive.</summary>
    private uint PairMatches(uint address, uint control, int bit, int first, uint firstStatus)
    {
        bool At(int offset) => (control & (1u << (31 - bit - offset))) != 0;
        bool enableFirst = At(0);
        bool enableSecond = At(1);
        if (At(2))
        {
            bool inside = address >= _state->Iac[first] && address < _state->Iac[first + 1];
            return inside != At(3) ? (enableFirst ? firstStatus : 0) | (enableSecond ? firstStatus >> 1 : 0) : 0;
        }

        return (enableFirst && address == _state->Iac[first] ? firstStatus : 0)
            | (enableSecond && address == _state->Iac[first + 1] ? firstStatus >> 1 : 0);
    }

    /// <summary>Records events; takes the interrupt at once where it is enabled.</summary>
    private bool Raise(uint status)
    {
        Record(status);
        if (!InterruptEnabled)
            return false;
        _processor.Take(ExceptionKind.Debug, _state->Pc);
        return true;
    }

    private void Record(uint status)
    {
        _state->Dbsr |= status | (InterruptEnabled ? 0 : StatusImprecise);
        UpdatePending();
    }
}
