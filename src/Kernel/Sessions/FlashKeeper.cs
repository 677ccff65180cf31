using PpcJit.Kernel.Booting;
using PpcJit.Machine.Devices.Flash;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Keeps the file of a flash as the guest programs it: it is written when a second of guest time has gone by without a command, when the
/// run is left to look
/// back, and at the end. Only where no run has been before: doing again what was done writes nothing.
/// </summary>
public sealed class FlashKeeper
{
    private readonly GuestMachine _machine;
    private readonly FlashFile _file;
    private readonly FlashChip _flash;
    private readonly Action<string> _notice;
    private ulong _savedAt;
    private bool _hasFailed;

    /// <summary>Begins to keep the file.</summary>
    /// <param name="machine">The machine; its board has a flash.</param>
    /// <param name="file">What is behind the flash.</param>
    /// <param name="notice">Told once, in a sentence, when the file cannot be written during the run.</param>
    public FlashKeeper(GuestMachine machine, FlashFile file, Action<string> notice)
    {
        (_machine, _file, _notice) = (machine, file, notice);
        _flash = machine.Board.Flash ?? throw new InvalidOperationException("The board has no flash.");
        if (!file.IsWrittenBack)
            return;
        machine.SliceDone += Look;
        machine.LeavingFrontier += TrySave;
    }

    /// <summary>Writes what the flash holds at the end of the run.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Complete()
    {
        if (_machine.IsLive)
            _file.Save(_flash, isLast: true);
    }

    private void Look()
    {
        if (_flash.LastCommandAt == _savedAt || _flash.IsBusy || !_machine.IsLive
            || _machine.Count - _flash.LastCommandAt < _machine.Board.Events.InstructionsPerSecond)
            return;
        _savedAt = _flash.LastCommandAt;
        TrySave();
    }

    /// <summary>That it cannot be written ends no run: it is tried again at the end.</summary>
    private void TrySave()
    {
        if (_hasFailed)
            return;
        try
        {
            _file.Save(_flash, isLast: false);
        }
        catch (Exception error) when (error is OutputException or InputException)
        {
            _hasFailed = true;
            _notice(error.Message);
        }
    }
}
