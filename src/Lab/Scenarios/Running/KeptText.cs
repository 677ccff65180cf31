using System.Text;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>Keeps what a guest prints: all of it, or of very much the beginning and the end.</summary>
internal sealed class KeptText
{
    /// <summary>Characters of the beginning that are kept.</summary>
    public const int MaxStart = 1 << 20;

    /// <summary>Characters of the end that are kept at least.</summary>
    public const int MinEnd = 1 << 16;

    private readonly StringBuilder _start = new();
    private readonly StringBuilder _end = new();
    private long _leftOut;

    /// <summary>What was printed, with a line that says how much is left out.</summary>
    public string Text => _leftOut == 0 ? $"{_start}{_end}" : $"{_start}\n[{_leftOut} characters are left out here]\n{_end}";

    /// <summary>How many characters of the beginning there are.</summary>
    public int Length => _start.Length;

    /// <summary>Appends a character.</summary>
    public void Append(char value)
    {
        if (_start.Length < MaxStart)
        {
            _start.Append(value);
            return;
        }

        _end.Append(value);
        if (_end.Length < 2 * MinEnd)
            return;
        _end.Remove(0, MinEnd);
        _leftOut += MinEnd;
    }

    /// <summary>Forgets what was printed after a number of characters.</summary>
    public void Cut(int length)
    {
        _start.Length = Math.Min(length, _start.Length);
        _end.Clear();
        _leftOut = 0;
    }

    /// <summary>Takes over another text.</summary>
    public void Set(string text)
    {
        Cut(0);
        _start.Append(text);
    }
}
