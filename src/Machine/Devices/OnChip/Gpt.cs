using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// The general purpose timers of the 405EP and 405EX: a free-running 32-bit time base at the OPB clock and five or seven compare timers,
/// each of which sets its status bit at the ticks at which the time base equals COMPn in the bits that MASKn selects.
/// The compare output pins are not connected.
/// </summary>
public sealed class Gpt : WordDevice, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0xd4;

    /// <summary>Number of compare timers of the 405EP.</summary>
    public const int TimerCount = 5;

    /// <summary>Number of bytes of the window of the 405EX.</summary>
    public const uint LargeWindowSize = 0xdc;

    private const uint TimeBase = 0x00;
    private const uint InterruptMask = 0x18;
    private const uint InterruptStatusSet = 0x1c;
    private const uint InterruptStatusClear = 0x20;
    private const uint InterruptEnable = 0x24;
    private const uint Compare0 = 0x80;
    private const uint Mask0 = 0xc0;
    private const uint FirstTimer = 0x00008000;
    private const uint FirstOutput = 0x80000000;

    private readonly EventQueue _events;
    private readonly uint _clockHz;
    private readonly InterruptLine[] _interrupts;
    private readonly RegisterFile _registers;
    private readonly TimedEvent _match;
    private uint _timeBaseOffset;
    private ulong _scannedTick;

    /// <summary>Creates the timers in their reset state.</summary>
    /// <param name="events">The machine's time.</param>
    /// <param name="interrupts">The line of each compare timer: there are as many timers.</param>
    /// <param name="clockHz">Rate of the time base.</param>
    /// <param name="log">Where accesses to absent registers are reported.</param>
    public Gpt(EventQueue events, IReadOnlyList<InterruptLine> interrupts, uint clockHz, HardwareLog log)
    {
        _events = events;
        _clockHz = Math.Max(clockHz, 1);
        _interrupts = [.. interrupts];
        _match = events.Create("GPT compare", OnMatch);
        List<Register> registers =
        [
            new(0x10, "OE", Writable: BitsFrom(FirstOutput)),
            new(0x14, "OL", Writable: BitsFrom(FirstOutput)),
            new(InterruptMask, "IM", Writable: BitsFrom(FirstTimer)),
            new(InterruptStatusSet, "ISS", Writable: 0),
            new(InterruptEnable, "IE", Writable: BitsFrom(FirstTimer)),
        ];
        for (uint n = 0; n < _interrupts.Length; n++)
        {
            registers.Add(new Register(Compare0 + (4 * n), $"COMP{n}"));
            registers.Add(new Register(Mask0 + (4 * n), $"MASK{n}"));
        }

        _registers = new RegisterFile("GPT0", log, [.. registers]);
    }

    /// <summary>A bit for each timer, beginning with that of the first.</summary>
    private uint BitsFrom(uint first) => (first << 1) - (first >> (_interrupts.Length - 1));

    private ulong Tick => (ulong)((UInt128)_events.Now * _clockHz / _events.InstructionsPerSecond);

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters =>
        [new("TBC", TimeBase), .. _registers.NamedRegisters, new("ISC", InterruptStatusClear)];

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        _registers.Save(writer);
        writer.Write(_timeBaseOffset);
        writer.Write(_scannedTick);
        foreach (InterruptLine line in _interrupts)
            writer.Write(line.Level);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        _registers.Load(reader);
        _timeBaseOffset = reader.ReadUInt32();
        _scannedTick = reader.ReadUInt64();
        foreach (InterruptLine line in _interrupts)
            line.Restore(reader.ReadBoolean());
    }

    /// <inheritdoc/>
    protected override uint ReadWord(uint offset) => offset switch
    {
        TimeBase => (uint)Tick + _timeBaseOffset,
        InterruptStatusClear => _registers[InterruptStatusSet],
        _ => _registers.Read(offset),
    };

    /// <inheritdoc/>
    protected override void WriteWord(uint offset, uint value, uint lanes)
    {
        NoteMatches();
        switch (offset)
        {
            case TimeBase:
                uint timeBase = (uint)Tick + _timeBaseOffset;
                _timeBaseOffset = ((timeBase & ~lanes) | value) - (uint)Tick;
                break;
            case InterruptStatusSet:
                _registers[InterruptStatusSet] |= value & BitsFrom(FirstTimer);
                break;
            case InterruptStatusClear:
                _registers[InterruptStatusSet] &= ~value;
                break;
            default:
                _registers.Write(offset, value, lanes);
                break;
        }

        Update();
    }

    private static uint Bit(uint timer) => 0x00008000u >> (int)timer;

    /// <summary>The number of ticks, at least 1, until the time base equals a value in the bits of a mask.</summary>
    private static ulong TicksUntilMatch(uint timeBase, uint compare, uint mask)
    {
        uint first = timeBase + 1;
        uint wanted = compare & mask;
        if ((first & mask) == wanted)
            return 1;

        // The smallest later value shares the bits above some bit k with `first`, is greater at k, and smallest below it.
        for (int k = 0; k < 32; k++)
        {
            uint bit = 1u << k;
            uint above = ~(bit | (bit - 1));
            bool canRise = (first & bit) == 0 && ((mask & bit) == 0 || (wanted & bit) != 0);
            if (canRise && (first & mask & above) == (wanted & above))
                return ((first & above) | bit | (wanted & (bit - 1))) - (ulong)first + 1;
        }

        return (1UL << 32) - first + wanted + 1; // after the time base wraps, which leaves all free bits 0
    }

    private void OnMatch()
    {
        NoteMatches();
        Update();
    }

    /// <summary>Sets the status of every timer that matched since the last look.</summary>
    private void NoteMatches()
    {
        ulong tick = Tick;
        uint scanned = (uint)_scannedTick + _timeBaseOffset;
        for (uint n = 0; n < _interrupts.Length; n++)
        {
            ulong ticks = TicksUntilMatch(scanned, _registers[Compare0 + (4 * n)], _registers[Mask0 + (4 * n)]);
            if ((_registers[InterruptEnable] & Bit(n)) != 0 && ticks <= tick - _scannedTick)
                _registers[InterruptStatusSet] |= Bit(n);
        }

        _scannedTick = tick;
    }

    private void Update()
    {
        uint status = _registers[InterruptStatusSet];
        ulong next = ulong.MaxValue;
        for (uint n = 0; n < _interrupts.Length; n++)
        {
            _interrupts[n].Set((status & _registers[InterruptMask] & Bit(n)) != 0);

            // A timer whose status is set already has nothing to tell: matching every tick costs one event for each
            // time a status is cleared.
            if ((_registers[InterruptEnable] & ~status & Bit(n)) != 0)
            {
                ulong ticks = TicksUntilMatch(
                    (uint)_scannedTick + _timeBaseOffset, _registers[Compare0 + (4 * n)], _registers[Mask0 + (4 * n)]);
                next = Math.Min(next, _scannedTick + ticks);
            }
        }

        if (next == ulong.MaxValue)
            _match.Cancel();
        else
            _match.ScheduleAt(CountOfTick(next));
    }

    /// <summary>The first count at which <see cref="Tick"/> has reached a value.</summary>
    private ulong CountOfTick(ulong tick) =>
        (ulong)((((UInt128)tick * _events.InstructionsPerSecond) + _clockHz - 1) / _clockHz);
}
