namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Recognises on the console that a kernel gives up or waits in its debugger: Linux's <c>Kernel panic - not syncing</c> and <c>Kernel panic: </c>, and
/// <c>panic: </c> of the BSDs, wherever they stand in a line that the kernel itself prints; and prompts such as <c>db&gt; </c> and <c>kdb&gt; </c>.
/// </summary>
public sealed class PanicWatch
{
    private const int MaxCharacters = 512;
    private const char Escape = '\x1b';
    private const string Bsd = "panic: ";
    private static readonly string[] Anywhere = ["Kernel panic - not syncing", "Kernel panic: "];
    private readonly char[] _line = new char[MaxCharacters];
    private int _length;
    private int _kernelStart;
    private EscapeState _escape;

    private enum EscapeState
    {
        None,
        Begun,
        Sequence,
    }

    /// <summary>The words with which the kernel gave up, to the end of their line; null while none did.</summary>
    public string? Line { get; private set; }

    /// <summary>The line that shows a kernel debugger's prompt or entry; null while there was none.</summary>
    public string? DebuggerLine { get; private set; }

    /// <summary>Takes the next byte that the guest transmitted.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="byKernel">Whether the kernel itself prints it: what a program prints is no panic, whatever it says.</param>
    /// <param name="isInPanic">Asks, where the words are right and it is unclear who prints them, whether the kernel's panic function is running; null for no.</param>
    /// <returns>True when it ends the line of a panic, or the prompt of a debugger.</returns>
    public bool Next(byte value, bool byKernel = true, Func<bool>? isInPanic = null)
    {
        if (value is (byte)'\n')
            return EndLine(isInPanic);
        if (IsOfEscapeSequence((char)value) || value == (byte)'\r')
            return false;
        if (_length == MaxCharacters)
            ForgetBeginning();
        _line[_length++] = (char)value;
        if (!byKernel)
            _kernelStart = _length;
        return value == (byte)' ' && ShowsDebuggerPrompt(_line.AsSpan(_kernelStart, _length - _kernelStart));
    }

    /// <summary>Colours and the like stand between words without belonging to them.</summary>
    private bool IsOfEscapeSequence(char value)
    {
        EscapeState before = _escape;
        _escape = (before, value) switch
        {
            (_, Escape) => EscapeState.Begun,
            (EscapeState.Begun, '[') => EscapeState.Sequence,
            (EscapeState.Sequence, < '@' or > '~') => EscapeState.Sequence,
            _ => EscapeState.None,
        };
        return before != EscapeState.None || value == Escape;
    }

    /// <summary>"db> " of the BSDs, also with the processor's number, and "kdb> " of Linux after it.</summary>
    private bool ShowsDebuggerPrompt(ReadOnlySpan<char> line)
    {
        if (!line.EndsWith("> "))
            return false;
        ReadOnlySpan<char> name = line[..^2].TrimStart();
        int bracket = name.StartsWith("[") ? name.IndexOf(']') : -1;
        name = name[(bracket + 1)..];
        int brace = name.IndexOf('{');
        if (brace > 0 && name.EndsWith("}") && !name[(brace + 1)..^1].ContainsAnyExceptInRange('0', '9'))
            name = name[..brace];
        if (name is not ("db" or "ddb" or "kdb"))
            return false;
        DebuggerLine = line.Trim().ToString();
        return true;
    }

    private void ForgetBeginning()
    {
        const int Kept = MaxCharacters / 2;
        _line.AsSpan(MaxCharacters - Kept).CopyTo(_line);
        (_length, _kernelStart) = (Kept, Math.Max(0, _kernelStart - (MaxCharacters - Kept)));
    }

    private bool EndLine(Func<bool>? isInPanic)
    {
        ReadOnlySpan<char> line = _line.AsSpan(_kernelStart, _length - _kernelStart);
        ReadOnlySpan<char> whole = _line.AsSpan(0, _length);
        (_length, _kernelStart, _escape) = (0, 0, EscapeState.None);
        int at = Find(line);
        if (at < 0 && Find(whole) is var said and >= 0 && isInPanic?.Invoke() == true)
        {
            line = whole;
            at = said;
        }

        if (at >= 0)
            Line = line[at..].ToString();
        return at >= 0;
    }

    private static int Find(ReadOnlySpan<char> line)
    {
        foreach (string wording in Anywhere)
        {
            if (line.IndexOf(wording, StringComparison.Ordinal) is var found and >= 0)
                return found;
        }

        int at = line.IndexOf(Bsd, StringComparison.Ordinal);
        return at >= 0 && IsBoundary(line[..at]) ? at : -1;
    }

    /// <summary>Whether a sentence may begin after a text: nothing, a time stamp, a level, a prompt, but not other words.</summary>
    private static bool IsBoundary(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd();
        return before.IsEmpty || "#$>%:?])".Contains(before[^1]);
    }
}
