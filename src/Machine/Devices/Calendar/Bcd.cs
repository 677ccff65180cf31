namespace PpcJit.Machine.Devices.Calendar;

/// <summary>Numbers from 0 to 99 as two decimal digits in a byte.</summary>
internal static class Bcd
{
    /// <summary>Gives a number's digits.</summary>
    public static byte From(int value) => (byte)(((value / 10) << 4) | (value % 10));

    /// <summary>Gives the number of digits that may be none at all.</summary>
    public static int ToNumber(int bcd) => (10 * ((bcd >> 4) & 0xf)) + (bcd & 0xf);
}
