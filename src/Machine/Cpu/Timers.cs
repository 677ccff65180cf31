using PpcJit.Machine.Time;


namespace PpcJit.Machine.Cpu;

/// <summary>
/// Timebase, programmable interval timer, fixed interval timer and watchdog (PPC405 User's Manual, "Timer Facilities"). All are functions of the
/// instruction count; the queue is asked only for the counts at which something becomes visible by itself.
/// </summary>
public sealed unsafe class Timers
{
    private const uint TcrAutoReload = 1u << (31 - 9);
    private const uint TcrFitEnable = 1u << (31 - 8);
    private const uint TcrPitEnable = 1u << (31 - 5);
    private const uint TcrWatchdogEnable = 1u << (31 - 4);
    private const uint TcrWatchdogReset = 3u << 28;
    private const uint TcrImplemented = 0xffc00000;

    private const uint TsrEnableNextWatchdog = 1u << 31;
    private const uint TsrWatchdog = 1u << 30;
    private const uint TsrPit = 1u << (31 - 4);
    private const uint TsrFit = 1u << (31 - 5);

    private readonly Processor _processor;
    private readonly CpuState* _state;
    private readonly uint _ticksPerInstruction;
    private readonly TimedEvent _pit;
    private readonly TimedEvent _fit;
    private readonly TimedEvent _watchdog;

    internal Timers(Processor processor)
    {
        _processor = processor;
        _state = processor.State;
        _ticksPerInstruction = processor.Model.TicksPerInstruction;
        _pit = processor.Events.Create("PIT", PitExpired);
        _fit = processor.Events.Create("FIT", FitTripped);
        _watchdog = processor.Events.Create("watchdog", WatchdogTripped);
    }

    /// <summary>The 64-bit timebase.</summary>
    public ulong Timebase => Tick + _state->TimebaseOffset;

    /// <summary>The PIT: ticks left until it expires, 0 when it stands still.</summary>
    public uint Pit => _state->PitRunning != 0 && _state->PitZeroTick > Tick ? (uint)(_state->PitZeroTick - Tick) : 0;

    /// <summary>Which reset the watchdog carried out, TSR[WRS]: 0 none, 1 core, 2 chip, 3 system. Software cannot set it.</summary>
    public uint WatchdogResetStatus => (_state->Tsr >> 28) & 3;

    private ulong Tick => IsFrozen ? _state->TimersFrozenAt - 1 : RunningTick;

    private ulong RunningTick => _state->InstructionCount * _ticksPerInstruction;

    private bool IsFrozen => _state->TimersFrozenAt != 0;

    /// <summary>
    /// Weight of the timebase bit whose 0-to-1 transition trips the FIT: TCR[FP] selects periods of 2^9, 2^13, 2^17 and
    /// 2^21 ticks.
    /// </summary>
    private ulong FitBit => 1ul << (8 + (4 * (int)((_state->Tcr >> 24) & 3)));

    /// <summary>Weight of the timebase bit that trips the watchdog: TCR[WP] selects periods of 2^17, 2^21, 2^25 and 2^29 ticks.</summary>
    private ulong WatchdogBit => 1ul << (16 + (4 * (int)((_state->Tcr >> 30) & 3)));

    /// <summary>
    /// Lets the timers stand still, as DBCR0[FT] asks while a debug event is recorded, or go on: timebase, PIT, FIT and
    /// watchdog then have lost the time between the two.
    /// </summary>
    internal void Freeze(bool frozen)
    {
        if (frozen == IsFrozen)
            return;
        if (frozen)
        {
            _state->TimersFrozenAt = RunningTick + 1;
        }
        else
        {
            ulong lost = RunningTick - Tick;
            _state->TimersFrozenAt = 0;
            _state->TimebaseOffset -= lost;
            if (_state->PitRunning != 0)
                _state->PitZeroTick += lost;
        }

        Schedule();
        SchedulePit();
    }

    /// <summary>Writes the whole timebase. A 0-to-1 transition that the write itself makes trips FIT and watchdog like any other.</summary>
    public void WriteTimebase(ulong value)
    {
        ulong rising = ~Timebase & value;
        _state->TimebaseOffset = value - Tick;
        if ((rising & FitBit) != 0)
            SetStatus(TsrFit);
        if ((rising & WatchdogBit) != 0)
            AdvanceWatchdog();
        Schedule();
    }

    /// <summary>Writes the PIT and its reload value: 0 stops it, anything else starts it.</summary>
    public void WritePit(uint value)
    {
        _state->PitReload = value;
        _state->PitRunning = value != 0 ? 1u : 0;
        _state->PitZeroTick = value != 0 ? Tick + value : 0;
        SchedulePit();
    }

    /// <summary>Writes the TCR. WRC bits once set stay until a reset.</summary>
    public void WriteTcr(uint value)
    {
        _state->Tcr = (value & TcrImplemented) | (_state->Tcr & TcrWatchdogReset);
        UpdatePending();
        Schedule();
    }

    /// <summary>Writes the TSR: ones clear bits.</summary>
    public void WriteTsr(uint value)
    {
        _state->Tsr &= ~value;
        UpdatePending();
        Schedule();
    }

    private void PitExpired()
    {
        if ((_state->Tcr & TcrAutoReload) != 0 && _state->PitReload != 0)
        {
            // The moment of expiry is a multiple of the period, even where one instruction lasts several ticks.
            do
                _state->PitZeroTick += _state->PitReload;
            while (_state->PitZeroTick <= Tick);
        }
        else
        {
            _state->PitRunning = 0;
            _state->PitZeroTick = 0;
        }

        SetStatus(TsrPit);
        SchedulePit();
    }

    private void FitTripped()
    {
        SetStatus(TsrFit);
        Schedule();
    }

    private void WatchdogTripped()
    {
        AdvanceWatchdog();
        Schedule();
    }

    /// <summary>The watchdog's state machine: first ENW, then WIS (an interrupt), then the reset that TCR[WRC] names.</summary>
    private void AdvanceWatchdog()
    {
        if ((_state->Tsr & TsrEnableNextWatchdog) == 0)
        {
            SetStatus(TsrEnableNextWatchdog);
        }
        else if ((_state->Tsr & TsrWatchdog) == 0)
        {
            SetStatus(TsrWatchdog);
        }
        else
        {
            uint reset = (_state->Tcr & TcrWatchdogReset) >> 28;
            _state->Tcr &= ~TcrWatchdogReset;
            SetStatus(reset << 28);
            _processor.Reset(reset);
        }
    }

    private void SetStatus(uint bits)
    {
        _state->Tsr |= bits;
        UpdatePending();
    }

    private void UpdatePending()
    {
        uint tsr = _state->Tsr;
        uint tcr = _state->Tcr;
        _processor.SetPending(InterruptSource.Pit, (tsr & TsrPit) != 0 && (tcr & TcrPitEnable) != 0);
        _processor.SetPending(InterruptSource.Fit, (tsr & TsrFit) != 0 && (tcr & TcrFitEnable) != 0);
        _processor.SetPending(InterruptSource.Watchdog, (tsr & TsrWatchdog) != 0 && (tcr & TcrWatchdogEnable) != 0);
    }

    /// <summary>
    /// Schedules the next transitions that change something. The status bits stay set until software clears them, so a
    /// transition that finds its bit set is invisible, and a kernel that does not use the FIT is not stopped every 512
    /// ticks for it.
    /// </summary>
    private void Schedule()
    {
        _fit.ScheduleAt((_state->Tsr & TsrFit) == 0 ? CountOfRise(FitBit) : ulong.MaxValue);
        bool watchdogMoves = (_state->Tsr & (TsrEnableNextWatchdog | TsrWatchdog)) != (TsrEnableNextWatchdog | TsrWatchdog)
            || (_state->Tcr & TcrWatchdogReset) != 0;
        _watchdog.ScheduleAt(watchdogMoves ? CountOfRise(WatchdogBit) : ulong.MaxValue);
    }

    private void SchedulePit() => _pit.ScheduleAt(_state->PitRunning != 0 && !IsFrozen ? CountOfTick(_state->PitZeroTick) : ulong.MaxValue);

    /// <summary>The count at which a bit of the timebase next goes from 0 to 1.</summary>
    private ulong CountOfRise(ulong bit)
    {
        if (IsFrozen)
            return ulong.MaxValue;
        ulong period = bit << 1;
        ulong phase = (Timebase - bit) & (period - 1);
        return CountOfTick(Tick + (period - phase));
    }

    private ulong CountOfTick(ulong tick) => (tick + _ticksPerInstruction - 1) / _ticksPerInstruction;

    /// <summary>Puts the timers into the state after reset; the FIT and the watchdog run from the start.</summary>
    internal void Reset() => Schedule();

    /// <summary>Does what a reset does while the machine runs: the PIT stands still, and of the status only WRS stays.</summary>
    internal void Restart()
    {
        _state->Tsr &= TcrWatchdogReset;
        (_state->PitReload, _state->PitRunning, _state->PitZeroTick) = (0, 0, 0);
        _pit.Cancel();
        Schedule();
    }
}
