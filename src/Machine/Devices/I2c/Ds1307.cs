using PpcJit.Machine.Devices.Calendar;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>
/// A DS1307 (and its like) at address 0x68: a clock in registers 0 to 6, a control register, and 56 bytes of memory.
/// The first byte of a write is the register's number. The clock is read as it was at the start condition, and set when
/// the transfer ends.
/// </summary>
public sealed class Ds1307 : II2cTarget
{
    private const int Registers = 64;
    private const int ClockRegisters = 7;
    private const byte StopBit = 0x80;
    private const byte TwelveHoursBit = 0x40;
    private const byte AfternoonBit = 0x20;
    private readonly CalendarClock _clock;
    private readonly byte[] _registers = new byte[Registers];
    private byte _pointer;
    private bool _expectsPointer;
    private bool _clockWritten;

    /// <summary>Creates the chip with a running clock.</summary>
    /// <param name="events">The machine's time.</param>
    public Ds1307(EventQueue events)
    {
        _clock = new CalendarClock(events);
        _registers[ClockRegisters] = 0x03; // control: square wave off, rate as after power-on
    }

    /// <inheritdoc/>
    public byte Address => 0x68;

    /// <inheritdoc/>
    public void Start(bool isRead)
    {
        _expectsPointer = !isRead;
        LatchClock();
    }

    /// <inheritdoc/>
    public bool Write(byte value)
    {
        if (_expectsPointer)
        {
            _pointer = (byte)(value % Registers);
            _expectsPointer = false;
            return true;
        }

        _clockWritten |= _pointer < ClockRegisters;
        _registers[_pointer] = value;
        Step();
        return true;
    }

    /// <inheritdoc/>
    public byte Read()
    {
        byte value = _registers[_pointer];
        Step();
        return value;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        if (_clockWritten)
            SetClock();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        _clock.Save(writer);
        writer.Write(_registers);
        writer.Write(_pointer);
        writer.Write(_expectsPointer);
        writer.Write(_clockWritten);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _clock.Load(reader);
        reader.ReadBytes(_registers);
        _pointer = (byte)(reader.ReadByte() % Registers);
        _expectsPointer = reader.ReadBoolean();
        _clockWritten = reader.ReadBoolean();
    }

    private void Step() => _pointer = (byte)((_pointer + 1) % Registers);

    private void LatchClock()
    {
        if (_clockWritten)
            return;
        CalendarTime now = _clock.Now;
        bool twelve = (_registers[2] & TwelveHoursBit) != 0;
        _registers[0] = (byte)(Bcd.From(now.Second) | (_clock.IsStopped ? StopBit : 0));
        _registers[1] = Bcd.From(now.Minute);
        _registers[2] = twelve
            ? (byte)(TwelveHoursBit | (now.Hour >= 12 ? AfternoonBit : 0) | Bcd.From(((now.Hour + 11) % 12) + 1))
            : Bcd.From(now.Hour);
        _registers[3] = (byte)(1 + now.Weekday);
        _registers[4] = Bcd.From(now.Day);
        _registers[5] = Bcd.From(now.Month);
        _registers[6] = Bcd.From(now.Year);
    }

    /// <summary>
    /// Sets the clock. A date that no calendar has stays in the registers until software has written the rest of it: 31
    /// February on its way to March.
    /// </summary>
    private void SetClock()
    {
        byte hours = _registers[2];
        int hour = (hours & TwelveHoursBit) == 0
            ? Bcd.ToNumber(hours & 0x3f)
            : (Bcd.ToNumber(hours & 0x1f) % 12) + ((hours & AfternoonBit) != 0 ? 12 : 0);
        CalendarTime time = new(
            _clock.Now.Century,
            Bcd.ToNumber(_registers[6]),
            Bcd.ToNumber(_registers[5] & 0x1f),
            Bcd.ToNumber(_registers[4] & 0x3f),
            hour,
            Bcd.ToNumber(_registers[1] & 0x7f),
            Bcd.ToNumber(_registers[0] & 0x7f),
            (_registers[3] & 7) - 1);
        if (!time.IsDate)
            return;
        _clockWritten = false;
        _clock.Set(time, stopped: (_registers[0] & StopBit) != 0);
    }
}
