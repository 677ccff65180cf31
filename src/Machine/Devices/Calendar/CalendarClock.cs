using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Calendar;

/// <summary>
/// The counters of a clock chip. They start at 2020-01-01 00:00:00, a Wednesday, when the machine is created and follow
/// guest time, so that every run sees the same dates. Each fourth year is a leap year, as chips have it.
/// </summary>
/// <param name="events">The machine's time.</param>
public sealed class CalendarClock(EventQueue events) : IStateful
{
    private const long SecondsPerDay = 24 * 60 * 60;
    private const long SecondsPerCentury = 36525 * SecondsPerDay; // as 2000 to 2099 have: the chips' rule for leap years
    private static readonly DateTime Epoch = new(2000, 1, 1);
    private static readonly long Start = (long)(new DateTime(2020, 1, 1) - Epoch).TotalSeconds;

    private long _offset = Start; // clock minus guest seconds while it runs; the clock itself while it is stopped
    private int _century = 20;
    private int _weekdayOffset;

    /// <summary>Whether the oscillator is stopped.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>What the counters hold.</summary>
    public CalendarTime Now
    {
        get
        {
            long clock = Seconds;
            DateTime date = Epoch.AddSeconds(Modulo(clock, SecondsPerCentury));
            int century = _century + (int)((clock - Modulo(clock, SecondsPerCentury)) / SecondsPerCentury);
            int weekday = (int)Modulo(Weekday(clock) + _weekdayOffset, 7);
            return new CalendarTime(
                (int)Modulo(century, 100), date.Year - 2000, date.Month, date.Day, date.Hour, date.Minute, date.Second, weekday);
        }
    }

    private long GuestSeconds => (long)(events.Now / events.InstructionsPerSecond);

    /// <summary>Seconds since the start of the century, not wrapped at its end.</summary>
    private long Seconds => IsStopped ? _offset : _offset + GuestSeconds;

    /// <summary>Sets the counters; numbers that no calendar has are taken as the nearest ones that it has.</summary>
    /// <param name="time">The date and time.</param>
    /// <param name="stopped">Whether the oscillator stops.</param>
    public void Set(in CalendarTime time, bool stopped)
    {
        int year = 2000 + Math.Clamp(time.Year, 0, 99);
        int month = Math.Clamp(time.Month, 1, 12);
        DateTime date = new DateTime(year, month, Math.Clamp(time.Day, 1, DateTime.DaysInMonth(year, month)))
            .AddHours(Math.Clamp(time.Hour, 0, 23))
            .AddMinutes(Math.Clamp(time.Minute, 0, 59))
            .AddSeconds(Math.Clamp(time.Second, 0, 59));
        long clock = (long)(date - Epoch).TotalSeconds;
        IsStopped = stopped;
        _century = time.Century;
        _weekdayOffset = time.Weekday - Weekday(clock);
        _offset = stopped ? clock : clock - GuestSeconds;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write((ulong)_offset);
        writer.Write(_century);
        writer.Write(_weekdayOffset);
        writer.Write(IsStopped);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _offset = (long)reader.ReadUInt64();
        _century = reader.ReadInt32();
        _weekdayOffset = reader.ReadInt32();
        IsStopped = reader.ReadBoolean();
    }

    private static long Modulo(long value, long modulus) => ((value % modulus) + modulus) % modulus;

    /// <summary>The day of the week, Sunday being 0.</summary>
    private static int Weekday(long clock) =>
        (int)Modulo(((clock - Modulo(clock, SecondsPerDay)) / SecondsPerDay) + (int)Epoch.DayOfWeek, 7);
}
