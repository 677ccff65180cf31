using PpcJit.Kernel;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>How memory is shown: gdb's <c>/COUNT FORMAT SIZE</c>, such as <c>/8xw</c>.</summary>
/// <param name="Count">How many units.</param>
/// <param name="Letter">x and z hexadecimal, d signed, u unsigned, o octal, t binary, a address, c character, s text, i instruction.</param>
/// <param name="Size">Bytes of a unit: 1, 2, 4 or 8.</param>
internal sealed record MemoryFormat(int Count, char Letter, int Size)
{
    private const string Letters = "xduotacsiz";
    private const int MaxCount = 65536;

    /// <summary>Takes a format from the start of what follows a word.</summary>
    /// <param name="arguments">The format, if there is one, and the rest.</param>
    /// <param name="word">The word, for errors.</param>
    /// <param name="rest">What follows the format.</param>
    /// <exception cref="InputException">It is not one.</exception>
    public static MemoryFormat Take(string arguments, string word, out string rest)
    {
        if (!arguments.StartsWith('/'))
        {
            rest = arguments;
            return new MemoryFormat(1, 'x', 4);
        }

        int end = arguments.AsSpan().IndexOfAny(' ', '\t');
        string text = end < 0 ? arguments[1..] : arguments[1..end];
        rest = end < 0 ? "" : arguments[end..].Trim();
        string letters = text.TrimStart([.. "0123456789"]);
        string digits = text[..^letters.Length];
        int count = 1;
        if (digits.Length > 0 && (!int.TryParse(digits, out count) || count is 0 or > MaxCount))
            throw new InputException($"{word}: {digits} units cannot be shown; 1 to {MaxCount} can.");
        (char letter, int size) = ('x', 0);
        foreach (char one in letters)
        {
            if ("bhwg".Contains(one))
                size = 1 << "bhwg".IndexOf(one);
            else if (Letters.Contains(one))
                letter = one;
            else
                throw new InputException($"{word}: there is no format '{one}': a count, then one of "
                    + $"{string.Join(' ', Letters.ToCharArray())}, then a size b h w g, as in /8xw.");
        }

        if (size == 0)
            size = letter is 'c' or 's' ? 1 : 4;
        return new MemoryFormat(count, letter, letter is 'a' or 'i' ? 4 : size);
    }
}
