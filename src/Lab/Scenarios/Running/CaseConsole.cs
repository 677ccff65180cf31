using System.Text;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>Keeps what a guest prints and stops the machine at the texts that end a run.</summary>
internal sealed class CaseConsole
{
    private readonly Action<CaseEnd> _stop;
    private readonly GuestMachine _machine;
    private readonly TextMatcher _endMatcher;
    private readonly PanicWatch _watch;
    private readonly KeptText _text = new();
    private TextMatcher _expected = new([]);
    private TextMatcher _mark = new([]);

    /// <summary>Connects a console.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="end">Text that ends the run; null for none.</param>
    /// <param name="panics">Texts that a dying guest prints, besides those that <see cref="PanicWatch"/> knows.</param>
    /// <param name="stop">Stops the machine.</param>
    public CaseConsole(GuestMachine machine, string? end, IReadOnlyList<string> panics, Action<CaseEnd> stop)
    {
        _stop = stop;
        _endMatcher = new TextMatcher(Encoding.UTF8.GetBytes(end ?? ""));
        _watch = new PanicWatch(panics);
        _machine = machine;
        machine.Transmitted += OnTransmitted;
    }

    /// <summary>What was printed; of very much, the beginning and the end, with a line that says how much is left out.</summary>
    public string Text => _text.Text;

    /// <summary>Whether the text of <see cref="Expect"/> was printed.</summary>
    public bool Appeared { get; private set; }

    /// <summary>Looks for a text, however much is printed before it.</summary>
    public void Expect(string text) => _expected = new TextMatcher(Encoding.UTF8.GetBytes(text));

    /// <summary>How many characters were printed.</summary>
    public int Length => _text.Length;

    /// <summary>What the guest's kernel said of its end.</summary>
    public PanicWatch Watch => _watch;

    /// <summary>Stops the machine with <see cref="CaseEnd.Marked"/> when a text is printed.</summary>
    public void Mark(string text) => _mark = new TextMatcher(Encoding.UTF8.GetBytes(text));

    /// <summary>Forgets what was printed after a number of characters.</summary>
    public void Restart(int length)
    {
        _text.Cut(length);
        _watch.Restart();
        _endMatcher.Restart();
    }

    /// <summary>Takes over what another machine of the same past has printed.</summary>
    public void Restart(string text)
    {
        _text.Set(text);
        Restart(text.Length);
    }

    /// <summary>Takes the end of a run as the end of the last line.</summary>
    /// <returns>The end that the kernel's words say; null when they say none.</returns>
    public CaseEnd? End()
    {
        bool waits = !_machine.HasText && _watch.ShowsPromptNow();
        return _watch.Line is not null || _watch.End() || waits ? EndSaid() : null;
    }

    private CaseEnd EndSaid() => _watch switch
    {
        { Line: not null } => CaseEnd.Panic,
        { HaltLine: not null } => CaseEnd.PowerOff,
        _ => CaseEnd.DebuggerPrompt,
    };

    private void OnTransmitted(byte value)
    {
        Appeared |= _expected.Next(value);
        _text.Append((char)value);
        if (_watch.Next(value, PanicWatch.IsByKernel(_machine.Board)) && !(_machine.HasText && EndSaid() != CaseEnd.Panic))
            _stop(EndSaid());
        if (_endMatcher.Next(value))
            _stop(CaseEnd.Console);
        if (_mark.Next(value))
            _stop(CaseEnd.Marked);
    }
}
