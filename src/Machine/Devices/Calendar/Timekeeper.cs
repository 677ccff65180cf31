using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Calendar;

/// <summary>Which of the chips that differ only in a few bits of the clock's registers.</summary>
public enum TimekeeperModel
{
    /// <summary>ST's M48T08: the control register has calibration bits beside the read and write bits.</summary>
    M48T08,

    /// <summary>
    /// Dallas's DS1743: the control register has the century beside them, and the day register says that the battery is
    /// good.
    /// </summary>
    Ds1743,
}

/// <summary>8 KB of battery-backed memory whose last eight bytes are a clock.</summary>
/// <param name="events">The machine's time.</param>
/// <param name="model">Which chip.</param>
public sealed class Timekeeper(EventQueue events, TimekeeperModel model) : ByteDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x2000;

    private const uint FirstClockRegister = 0x1ff8;
    private const int Control = 0;
    private const int Seconds = 1;
    private const int Weekday = 4;
    private const int ClockRegisters = 8;
    private const byte WriteBit = 0x80;
    private const byte ReadBit = 0x40;
    private const byte StopBit = 0x80;
    private const byte FrequencyTestBit = 0x40;
    private const byte BatteryGoodBit = 0x80;

    private readonly byte[] _memory = new byte[FirstClockRegister];
    private readonly byte[] _latches = new byte[ClockRegisters];
    private readonly CalendarClock _clock = new(events);

    private bool HasCentury => model == TimekeeperModel.Ds1743;

    private bool IsFrozen => (_latches[Control] & (WriteBit | ReadBit)) != 0;

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write(_memory);
        writer.Write(_latches);
        _clock.Save(writer);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        reader.ReadBytes(_memory);
        reader.ReadBytes(_latches);
        _clock.Load(reader);
    }

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset)
    {
        if (offset < FirstClockRegister)
            return _memory[offset];
        if (!IsFrozen)
            LatchClock();
        return _latches[offset - FirstClockRegister];
    }

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        if (offset < FirstClockRegister)
        {
            _memory[offset] = value;
            return;
        }

        if (!IsFrozen)
            LatchClock();
        bool wasWriting = (_latches[Control] & WriteBit) != 0;
        _latches[offset - FirstClockRegister] = value;
        if (wasWriting && (_latches[Control] & WriteBit) == 0)
            SetClock();
    }

    /// <summary>Copies the running clock into the registers that software reads.</summary>
    private void LatchClock()
    {
        CalendarTime now = _clock.Now;
        if (HasCentury)
            _latches[Control] = (byte)((_latches[Control] & (WriteBit | ReadBit)) | (Bcd.From(now.Century) & 0x3f));
        _latches[Seconds] = (byte)(Bcd.From(now.Second) | (_clock.IsStopped ? StopBit : 0));
        _latches[2] = Bcd.From(now.Minute);
        _latches[3] = Bcd.From(now.Hour);
        _latches[Weekday] = (byte)((_latches[Weekday] & FrequencyTestBit) | (1 + now.Weekday) | (HasCentury ? BatteryGoodBit : 0));
        _latches[5] = Bcd.From(now.Day);
        _latches[6] = Bcd.From(now.Month);
        _latches[7] = Bcd.From(now.Year);
    }

    /// <summary>Starts the clock from what software wrote.</summary>
    private void SetClock()
    {
        CalendarTime time = new(
            HasCentury ? Bcd.ToNumber(_latches[Control] & 0x3f) : _clock.Now.Century,
            Bcd.ToNumber(_latches[7]),
            Bcd.ToNumber(_latches[6] & 0x1f),
            Bcd.ToNumber(_latches[5] & 0x3f),
            Bcd.ToNumber(_latches[3] & 0x3f),
            Bcd.ToNumber(_latches[2] & 0x7f),
            Bcd.ToNumber(_latches[Seconds] & 0x7f),
            (_latches[Weekday] & 7) - 1);
        _clock.Set(time, stopped: (_latches[Seconds] & StopBit) != 0);
    }
}
