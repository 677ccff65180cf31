using System.Runtime.InteropServices;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs what is printed, line by line at the moment of its end, and what is typed.</summary>
internal sealed unsafe class ConsoleLog(ObservedGuest guest, LogLines lines) : ILogSource
{
    private const int MaxLine = 1024;
    private readonly List<byte> _line = [];

    /// <inheritdoc/>
    public void Begin()
    {
        guest.Machine.Transmitted += OnTransmitted;
        guest.Machine.Received += OnReceived;
    }

    /// <inheritdoc/>
    public void End()
    {
        Flush();
        guest.Machine.Transmitted -= OnTransmitted;
        guest.Machine.Received -= OnReceived;
    }

    private void OnTransmitted(byte value)
    {
        if (value == '\n' || _line.Count == MaxLine)
            Flush();
        else if (value != '\r')
            _line.Add(value);
    }

    private void OnReceived(byte value)
    {
        if (lines.Begin("console   "u8, guest.State->Pc) is not { } line)
            return;
        line.Add("received "u8).Add(TerminalText.Line(TerminalText.Decode([value])));
        lines.End();
    }

    private void Flush()
    {
        if (_line.Count == 0)
            return;
        if (lines.Begin("console   "u8, guest.State->Pc) is { } line)
        {
            line.Add("printed "u8).Add(TerminalText.Line(TerminalText.Decode(CollectionsMarshal.AsSpan(_line))));
            lines.End();
        }

        _line.Clear();
    }
}
