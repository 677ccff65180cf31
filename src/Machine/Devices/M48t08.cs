using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices;

/// <summary>
/// An M48T08: 8 KB of battery-backed memory whose last eight bytes are a clock. The clock starts at 2020-01-01 00:00:00, a
/// Wednesday, when the machine is created and follows guest time, so that every run sees the same dates.
/// </summary>
/// <param name="events">The machine's time.</param>
public sealed class M48t08(EventQueue events) : ByteDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x2000;

    private const uint FirstClockRegister = 0x1ff8;
    private const int Control = 0;
    private const int Seconds = 1;
    private const int ClockRegisters = 8;
    private const byte WriteBit = 0x80;
    private const byte ReadBit = 0x40;
    private const byte StopBit = 0x80;
    private const byte FrequencyTestBit = 0x40;
    private const long SecondsPerDay = 24 * 60 * 60;
    private const long Century = 36525 * SecondsPerDay; // 2000 to 2099: the year has two digits
    private static readonly DateTime s_epoch = new(2000, 1, 1);
    private static readonly long s_start = (long)(new DateTime(2020, 1, 1) - s_epoch).TotalSeconds;

    private readonly byte[] _memory = new byte[FirstClockRegister];
    private readonly byte[] _latches = new byte[ClockRegisters];
    private long _offset = s_start; // clock minus guest seconds while it runs; the clock itself while it is stopped
    private int _weekdayOffset;
    private bool _isStopped;

    private long GuestSeconds => (long)(events.Now / events.InstructionsPerSecond);

    /// <summary>Seconds since the epoch, not wrapped at the end of the century.</summary>
    private long ClockSeconds => _isStopped ? _offset : _offset + GuestSeconds;

    private bool IsFrozen => (_latches[Control] & (WriteBit | ReadBit)) != 0;

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write(_memory);
        writer.Write(_latches);
        writer.Write((ulong)_offset);
        writer.Write(_weekdayOffset);
        writer.Write(_isStopped);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        reader.ReadBytes(_memory);
        reader.ReadBytes(_latches);
        _offset = (long)reader.ReadUInt64();
        _weekdayOffset = reader.ReadInt32();
        _isStopped = reader.ReadBoolean();
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

    private static long Modulo(long value, long modulus) => ((value % modulus) + modulus) % modulus;

    /// <summary>The day of the week, Sunday being 0; the chip counts days and knows nothing of the century.</summary>
    private static int Weekday(long clock) => (int)Modulo(((clock - Modulo(clock, SecondsPerDay)) / SecondsPerDay) + (int)s_epoch.DayOfWeek, 7);

    private static byte Bcd(int value) => (byte)(((value / 10) << 4) | (value % 10));

    private static int FromBcd(int bcd, int least, int most) => Math.Clamp((10 * (bcd >> 4)) + (bcd & 0xf), least, most);

    /// <summary>Copies the running clock into the registers that software reads.</summary>
    private void LatchClock()
    {
        long clock = ClockSeconds;
        DateTime now = s_epoch.AddSeconds(Modulo(clock, Century));
        _latches[Seconds] = (byte)(Bcd(now.Second) | (_isStopped ? StopBit : 0));
        _latches[2] = Bcd(now.Minute);
        _latches[3] = Bcd(now.Hour);
        byte weekday = (byte)(1 + Modulo(Weekday(clock) + _weekdayOffset, 7));
        _latches[4] = (byte)((_latches[4] & FrequencyTestBit) | weekday);
        _latches[5] = Bcd(now.Day);
        _latches[6] = Bcd(now.Month);
        _latches[7] = Bcd(now.Year - 2000);
    }

    /// <summary>Starts the clock from what software wrote; values that no clock has are taken as the nearest ones.</summary>
    private void SetClock()
    {
        int year = 2000 + FromBcd(_latches[7], 0, 99);
        int month = FromBcd(_latches[6] & 0x1f, 1, 12);
        int day = FromBcd(_latches[5] & 0x3f, 1, DateTime.DaysInMonth(year, month));
        DateTime set = new DateTime(year, month, day)
            .AddHours(FromBcd(_latches[3] & 0x3f, 0, 23))
            .AddMinutes(FromBcd(_latches[2] & 0x7f, 0, 59))
            .AddSeconds(FromBcd(_latches[Seconds] & 0x7f, 0, 59));
        _isStopped = (_latches[Seconds] & StopBit) != 0;
        long clock = (long)(set - s_epoch).TotalSeconds;
        _weekdayOffset = (_latches[4] & 7) - 1 - Weekday(clock);
        _offset = _isStopped ? clock : clock - GuestSeconds;
    }
}
