namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Keeps the file of a flash or a disk as the guest changes it: it is written when a second of guest time has gone by without a change, when the run
/// is left to look back, and at the end. Only where no run has been before: doing again what was done writes nothing.
/// </summary>
public abstract class StorageKeeper
{
    private readonly GuestMachine _machine;
    private readonly Action<string> _notice;
    private ulong _savedAt;
    private bool _hasFailed;

    /// <summary>Begins to keep the file.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="isWrittenBack">Whether what the guest changes is written at all.</param>
    /// <param name="notice">Told once, in a sentence, when the file cannot be written during the run.</param>
    protected StorageKeeper(GuestMachine machine, bool isWrittenBack, Action<string> notice)
    {
        (_machine, _notice) = (machine, notice);
        if (!isWrittenBack)
            return;
        machine.SliceDone += Look;
        machine.LeavingFrontier += TrySave;
    }

    /// <summary>The count of completed instructions at the last change.</summary>
    protected abstract ulong ChangedAt { get; }

    /// <summary>Whether the device is about to change.</summary>
    protected abstract bool IsBusy { get; }

    /// <summary>Writes what the device holds at the end of the run.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Complete()
    {
        if (_machine.IsLive)
            Save(isLast: true);
    }

    /// <summary>Writes what the device holds, if the file holds something else.</summary>
    /// <param name="isLast">Whether the run has ended.</param>
    protected abstract void Save(bool isLast);

    private void Look()
    {
        ulong changed = ChangedAt;
        if (changed == _savedAt || IsBusy || !_machine.IsLive || _machine.Count - changed < _machine.Board.Events.InstructionsPerSecond)
            return;
        _savedAt = changed;
        TrySave();
    }

    /// <summary>That it cannot be written ends no run: it is tried again at the end.</summary>
    private void TrySave()
    {
        if (_hasFailed)
            return;
        try
        {
            Save(isLast: false);
        }
        catch (Exception error) when (error is OutputException or InputException)
        {
            _hasFailed = true;
            _notice(error.Message);
        }
    }
}
