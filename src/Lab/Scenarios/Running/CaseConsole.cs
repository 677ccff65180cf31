using System.Text;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Machine.Devices.Serial;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>Keeps what a guest prints and stops the machine at the texts that end a run.</summary>
internal sealed class CaseConsole
{
    private const int MaxCharacters = 1 << 20;

    private readonly Action<CaseEnd> _stop;
    private readonly byte[][] _panics;
    private readonly byte[] _end;
    private readonly StringBuilder _text = new();
    private TextMatcher[] _panicMatchers = [];
    private TextMatcher _endMatcher = new([]);
    private TextMatcher _mark = new([]);

    /// <summary>Connects a console.</summary>
    /// <param name="uart">The guest's console; null when the board has none.</param>
    /// <param name="end">Text that ends the run; null for none.</param>
    /// <param name="panics">Texts that a dying guest prints.</param>
    /// <param name="stop">Stops the machine.</param>
    public CaseConsole(Uart16550? uart, string? end, IReadOnlyList<string> panics, Action<CaseEnd> stop)
    {
        _stop = stop;
        _end = Encoding.UTF8.GetBytes(end ?? "");
        _panics = [.. panics.Select(Encoding.UTF8.GetBytes)];
        if (uart is not null)
            uart.Transmitted = OnTransmitted;
        Restart(0);
    }

    /// <summary>All that was printed.</summary>
    public string Text => _text.ToString();

    /// <summary>How many characters were printed.</summary>
    public int Length => _text.Length;

    /// <summary>Whether a text of a dying guest was printed: the machine stops at the end of its line, which says why.</summary>
    public bool IsDying { get; private set; }

    /// <summary>The last line that is not empty.</summary>
    public string LastLine => Text.Split('\n', '\r').LastOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "";

    /// <summary>Stops the machine with <see cref="CaseEnd.Marked"/> when a text is printed.</summary>
    public void Mark(string text) => _mark = new TextMatcher(Encoding.UTF8.GetBytes(text));

    /// <summary>Forgets what was printed after so many characters.</summary>
    public void Restart(int length)
    {
        _text.Length = Math.Min(length, _text.Length);
        _panicMatchers = [.. _panics.Select(panic => new TextMatcher(panic))];
        _endMatcher = new TextMatcher(_end);
        IsDying = false;
    }

    /// <summary>Takes over what another machine of the same past has printed.</summary>
    public void Restart(string text)
    {
        _text.Clear().Append(text);
        Restart(text.Length);
    }

    private void OnTransmitted(byte value)
    {
        if (_text.Length < MaxCharacters)
            _text.Append((char)value);
        foreach (TextMatcher panic in _panicMatchers)
            IsDying |= panic.Next(value);
        if (IsDying && value == '\n')
            _stop(CaseEnd.Panic);
        if (_endMatcher.Next(value))
            _stop(CaseEnd.Console);
        if (_mark.Next(value))
            _stop(CaseEnd.Marked);
    }
}
