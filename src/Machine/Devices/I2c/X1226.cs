using PpcJit.Machine.Devices.Calendar;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>
/// The clock of a Xicor X1226 at address 0x6f: control registers, alarms that never ring, and a clock, at addresses of
/// two bytes from 0x0000 to 0x003f. Only after software has set WEL and then RWEL in the status register does it take a
/// write. The chip's EEPROM answers at another address.
/// </summary>
/// <param name="events">The machine's time.</param>
public sealed class X1226(EventQueue events) : II2cTarget
{
    private const int Registers = 64;
    private const int PageMask = 7;
    private const int FirstClock = 0x30;
    private const int LastClock = 0x37;
    private const int Status = 0x3f;
    private const byte WriteEnableLatch = 0x02;
    private const byte RegisterWriteEnableLatch = 0x04;
    private const byte Latches = WriteEnableLatch | RegisterWriteEnableLatch;
    private const byte MilitaryBit = 0x80;
    private const byte AfternoonBit = 0x20;

    private readonly CalendarClock _clock = new(events);
    private readonly byte[] _registers = new byte[Registers];
    private byte _pointer;
    private int _addressBytesExpected;
    private bool _clockWritten;

    /// <inheritdoc/>
    public byte Address => 0x6f;

    /// <inheritdoc/>
    public void Start(bool isRead)
    {
        _addressBytesExpected = isRead ? 0 : 2;
        LatchClock();
    }

    /// <inheritdoc/>
    public bool Write(byte value)
    {
        if (_addressBytesExpected > 0)
        {
            _addressBytesExpected--;
            _pointer = (byte)(value % Registers); // the second byte counts; no bit of the first one selects anything here
            return true;
        }

        if (_pointer == Status)
            WriteStatus(value);
        else if ((_registers[Status] & Latches) == Latches)
            WriteRegister(value);
        else
            return false;
        _pointer = (byte)((_pointer & ~PageMask) | ((_pointer + 1) & PageMask));
        return true;
    }

    /// <inheritdoc/>
    public byte Read()
    {
        byte value = _registers[_pointer];
        _pointer = (byte)((_pointer + 1) % Registers);
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
        writer.Write(_addressBytesExpected);
        writer.Write(_clockWritten);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _clock.Load(reader);
        reader.ReadBytes(_registers);
        _pointer = (byte)(reader.ReadByte() % Registers);
        _addressBytesExpected = reader.ReadInt32();
        _clockWritten = reader.ReadBoolean();
    }

    /// <summary>RWEL can only be set while WEL is set already; clearing WEL clears both.</summary>
    private void WriteStatus(byte value)
    {
        bool mayUnlock = (_registers[Status] & WriteEnableLatch) != 0;
        byte allowed = mayUnlock ? Latches : WriteEnableLatch;
        _registers[Status] = (value & WriteEnableLatch) == 0 ? (byte)0 : (byte)(value & allowed);
    }

    private void WriteRegister(byte value)
    {
        _clockWritten |= _pointer is >= FirstClock and <= LastClock;
        _registers[_pointer] = value;
    }

    private void LatchClock()
    {
        if (_clockWritten)
            return;
        CalendarTime now = _clock.Now;
        Span<byte> clock = _registers.AsSpan(FirstClock);
        clock[0] = Bcd.From(now.Second);
        clock[1] = Bcd.From(now.Minute);
        clock[2] = (byte)(Bcd.From(now.Hour) | MilitaryBit);
        clock[3] = Bcd.From(now.Day);
        clock[4] = Bcd.From(now.Month);
        clock[5] = Bcd.From(now.Year);
        clock[6] = (byte)now.Weekday;
        clock[7] = Bcd.From(now.Century);
    }

    /// <summary>
    /// Sets the clock. A date that no calendar has stays in the registers until software has written the rest of it: 31
    /// February on its way to March.
    /// </summary>
    private void SetClock()
    {
        ReadOnlySpan<byte> clock = _registers.AsSpan(FirstClock);
        int hour = (clock[2] & MilitaryBit) != 0
            ? Bcd.ToNumber(clock[2] & 0x3f)
            : (Bcd.ToNumber(clock[2] & 0x1f) % 12) + ((clock[2] & AfternoonBit) != 0 ? 12 : 0);
        CalendarTime time = new(
            Bcd.ToNumber(clock[7] & 0x3f),
            Bcd.ToNumber(clock[5]),
            Bcd.ToNumber(clock[4] & 0x1f),
            Bcd.ToNumber(clock[3] & 0x3f),
            hour,
            Bcd.ToNumber(clock[1] & 0x7f),
            Bcd.ToNumber(clock[0] & 0x7f),
            clock[6] & 7);
        if (!time.IsDate)
            return;
        _clockWritten = false;
        _clock.Set(time, stopped: false);
    }
}
