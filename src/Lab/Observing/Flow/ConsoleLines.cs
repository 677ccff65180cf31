using System.Runtime.InteropServices;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>Puts the bytes that a guest prints together to lines.</summary>
/// <param name="guest">The guest.</param>
/// <param name="printed">Told of each line at the moment of its end, as text that a terminal bears.</param>
internal sealed class ConsoleLines(ObservedGuest guest, Action<string> printed)
{
    /// <summary>Bytes after which a line ends by itself.</summary>
    private const int MaxLine = 1024;
    private readonly List<byte> _line = [];

    /// <summary>Begins to listen.</summary>
    public void Begin() => guest.Machine.Transmitted += OnTransmitted;

    /// <summary>Tells of what is left, and listens no longer.</summary>
    public void End()
    {
        Flush();
        guest.Machine.Transmitted -= OnTransmitted;
    }

    private void OnTransmitted(byte value)
    {
        if (value == '\n' || _line.Count == MaxLine)
            Flush();
        else if (value != '\r')
            _line.Add(value);
    }

    private void Flush()
    {
        if (_line.Count > 0)
            printed(TerminalText.Line(TerminalText.Decode(CollectionsMarshal.AsSpan(_line))));
        _line.Clear();
    }
}
