using PpcJit.Machine.Devices.Flash;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Boards;

/// <summary>
/// Carries out resets on a board whose flash holds firmware (405GP User's Manual, "Reset and Initialization"): a core reset leaves all
/// devices alone, a chip
/// reset brings those on the chip into the state in which the machine started, and a system reset those beside it too. Memories, flash,
/// NVRAM, clocks and
/// serial EEPROMs keep what they hold.
/// </summary>
internal sealed class BoardReset
{
    private const uint ChipReset = 2;
    private const uint SystemReset = 3;

    private readonly Board _board;
    private readonly (BoardDevice Plugged, byte[] State)[] _started;

    /// <summary>The events of the devices: others, of those who type for example, come later.</summary>
    private readonly IReadOnlyList<TimedEvent> _events;

    /// <summary>Notes the state in which a machine starts.</summary>
    public BoardReset(Board board)
    {
        _board = board;
        _events = [.. board.Events.OfMachine.Where(one => one != board.Flash?.Done)];
        _started = [.. board.Devices.Select(entry => (entry, StateOf(entry.Device)))];
    }

    /// <summary>Carries out a reset for all but the core.</summary>
    /// <param name="kind">1 core, 2 chip, 3 system.</param>
    /// <returns>Whether there is firmware to go on with.</returns>
    public bool Execute(uint kind)
    {
        if (!_board.HasFirmware)
            return false;
        if (kind < ChipReset)
            return true;
        _board.NoteReset();
        foreach (TimedEvent cancelled in _events)
            cancelled.Cancel();
        foreach ((BoardDevice plugged, byte[] state) in _started)
        {
            if (plugged.Reset == ResetBy.Nothing || (plugged.Reset == ResetBy.System && kind < SystemReset))
                continue;
            if (plugged.Device is FlashChip flash)
                flash.Reset();
            else
                plugged.Device.Load(new StateReader(state));
        }

        return true;
    }

    private static byte[] StateOf(IStateful device)
    {
        StateWriter writer = new();
        device.Save(writer);
        return writer.Written.ToArray();
    }
}
