namespace PpcJit.Machine.Devices.Calendar;

/// <summary>A date and time as clock chips count them.</summary>
/// <param name="Century">The first two digits of the year: 20.</param>
/// <param name="Year">The last two digits of the year.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="Second">0 to 59.</param>
/// <param name="Weekday">0 to 6; which day is 0 is for software to say.</param>
public readonly record struct CalendarTime(int Century, int Year, int Month, int Day, int Hour, int Minute, int Second, int Weekday)
{
    /// <summary>Whether a calendar has this date and a day this time.</summary>
    public bool IsDate =>
        Year is >= 0 and <= 99 && Month is >= 1 and <= 12 && Day >= 1 && Day <= DateTime.DaysInMonth(2000 + Year, Month)
        && Hour is >= 0 and <= 23 && Minute is >= 0 and <= 59 && Second is >= 0 and <= 59;
}
