using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs what the guest does to hardware that is not there.</summary>
internal sealed unsafe class GuestErrorLog(ObservedGuest guest, LogLines lines) : ILogSource
{
    /// <inheritdoc/>
    public void Begin() => guest.Board.Log.Reported += Note;

    /// <inheritdoc/>
    public void End() => guest.Board.Log.Reported -= Note;

    private void Note(string message)
    {
        if (lines.Begin("error     "u8, guest.State->Pc) is not { } line)
            return;
        line.Add(TerminalText.Line(message));
        lines.End();
    }
}
