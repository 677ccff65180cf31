using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs what is printed, line by line at the moment of its end, and what is typed.</summary>
internal sealed unsafe class ConsoleLog : ILogSource
{
    private readonly ObservedGuest _guest;
    private readonly LogLines _lines;
    private readonly ConsoleLines _printed;

    public ConsoleLog(ObservedGuest guest, LogLines lines)
    {
        (_guest, _lines) = (guest, lines);
        _printed = new ConsoleLines(guest, line => Note("printed "u8, line));
    }

    /// <inheritdoc/>
    public void Begin()
    {
        _printed.Begin();
        _guest.Machine.Received += OnReceived;
    }

    /// <inheritdoc/>
    public void End()
    {
        _printed.End();
        _guest.Machine.Received -= OnReceived;
    }

    private void OnReceived(byte value) => Note("received "u8, TerminalText.Line(TerminalText.Decode([value])));

    private void Note(ReadOnlySpan<byte> what, string text)
    {
        if (_lines.Begin("console   "u8, _guest.State->Pc) is not { } line)
            return;
        line.Add(what).Add(text);
        _lines.End();
    }
}
