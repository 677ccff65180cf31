namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Recognises on the console that a kernel gives up: a line that begins with Linux's <c>Kernel panic - not syncing</c>, also behind a time stamp, or
/// with NetBSD's <c>panic: </c>.
/// </summary>
public sealed class PanicWatch
{
    private const int MaxCharacters = 512;
    private static readonly string[] Wordings = ["Kernel panic - not syncing", "panic: "];
    private readonly char[] _line = new char[MaxCharacters];
    private int _length;

    /// <summary>The line with which the kernel gave up, without its end; null while none did.</summary>
    public string? Line { get; private set; }

    /// <summary>Takes the next byte that the guest transmitted.</summary>
    /// <returns>True when it ends the line of a panic.</returns>
    public bool Next(byte value)
    {
        if (value is (byte)'\n')
            return EndLine();
        if (value != (byte)'\r' && _length < MaxCharacters)
            _line[_length++] = (char)value;
        return false;
    }

    private static ReadOnlySpan<char> WithoutTimeStamp(ReadOnlySpan<char> line)
    {
        int end = line.StartsWith("[") ? line.IndexOf("] ") : -1;
        return end > 0 ? line[(end + 2)..] : line;
    }

    private bool EndLine()
    {
        ReadOnlySpan<char> line = WithoutTimeStamp(_line.AsSpan(0, _length));
        _length = 0;
        foreach (string wording in Wordings)
        {
            if (!line.StartsWith(wording, StringComparison.Ordinal))
                continue;
            Line = line.ToString();
            return true;
        }

        return false;
    }
}
