using System.Globalization;

namespace PpcJit.Kernel;

/// <summary>Reads the numbers that people write on the command line and in files: decimal, hexadecimal with 0x, and with a unit.</summary>
public static class Numbers
{
    /// <summary>Reads a count of instructions: <c>250000000</c>, <c>250M</c>, <c>1.5G</c> or <c>0x1000</c>; K, M and G are powers of 1000.</summary>
    /// <exception cref="InputException">It is not one.</exception>
    public static ulong Count(string option, string text)
    {
        if (TryCount(text, out ulong value))
            return value;
        throw new InputException($"{option} {text}: '{text}' is not a count of instructions such as 250000000 or 250M.");
    }

    /// <summary>Reads counts of instructions separated by commas.</summary>
    /// <exception cref="InputException">One is not a number.</exception>
    public static IReadOnlyList<ulong> Counts(string option, string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => Count(option, part))];

    /// <summary>Reads a size in bytes: <c>128M</c>; K, M and G are powers of 1024, also as <c>128MB</c> or <c>128MiB</c>.</summary>
    /// <exception cref="InputException">It is not one, or 4 GB or more.</exception>
    public static uint Size(string option, string text)
    {
        if (TrySize(text, out uint value))
            return value;
        throw new InputException($"{option} {text}: '{text}' is not a size below 4 GB such as 128M.");
    }

    /// <summary>Reads a 32-bit address: hexadecimal, with or without 0x.</summary>
    /// <exception cref="InputException">It is not one.</exception>
    public static uint Address(string option, string text)
    {
        if (uint.TryParse(IsHexadecimal(text) ? text[2..] : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
            return value;
        throw new InputException($"{option} {text}: '{text}' is not a 32-bit hexadecimal address such as 0x400000.");
    }

    /// <summary>Reads a count as <see cref="Count"/> does; false when it is not one.</summary>
    public static bool TryCount(string text, out ulong value)
    {
        bool valid = TryWithUnit(text, 1000, out decimal number) && number <= ulong.MaxValue;
        value = valid ? (ulong)number : 0;
        return valid;
    }

    /// <summary>Reads a size as <see cref="Size"/> does; false when it is not one.</summary>
    public static bool TrySize(string text, out uint value)
    {
        string unit = text.EndsWith("iB", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text.TrimEnd('b', 'B');
        bool valid = TryWithUnit(unit.Length == 0 || IsHexadecimal(text) ? text : unit, 1024, out decimal number) && number <= uint.MaxValue;
        value = valid ? (uint)number : 0;
        return valid;
    }

    private static bool IsHexadecimal(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    private static bool TryWithUnit(string text, decimal step, out decimal value)
    {
        value = 0;
        if (IsHexadecimal(text))
        {
            bool valid = ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number);
            value = number;
            return valid;
        }

        int power = text.Length == 0 ? 0 : "kmg".IndexOf(char.ToLowerInvariant(text[^1])) + 1;
        string digits = (power > 0 ? text[..^1] : text).Replace("_", "");
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) || value > ulong.MaxValue)
            return false;
        for (; power > 0; power--)
            value *= step;
        return value == decimal.Truncate(value);
    }
}
