using PpcJit.Machine.Devices.Calendar;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.Flash;
using PpcJit.Machine.Devices.Fpga;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.Input;
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
    private const uint Never = 4;

    private readonly Board _board;
    private readonly (IStateful Device, byte[] State)[] _started;

    /// <summary>The events of the devices: others, of those who type for example, come later.</summary>
    private readonly IReadOnlyList<TimedEvent> _events;

    /// <summary>Notes the state in which a machine starts.</summary>
    public BoardReset(Board board)
    {
        _board = board;
        _events = [.. board.Events.OfMachine.Where(one => one != board.Flash?.Done)];
        _started = [.. board.Devices.Select(entry => (entry.Device, StateOf(entry.Device)))];
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
        foreach (TimedEvent cancelled in _events)
            cancelled.Cancel();
        foreach ((IStateful device, byte[] state) in _started)
        {
            if (kind < LeastReset(device))
                continue;
            if (device is FlashChip flash)
                flash.Reset();
            else
                device.Load(new StateReader(state));
        }

        return true;
    }

    /// <summary>Which resets concern a device.</summary>
    private static uint LeastReset(IStateful device) => device switch
    {
        Timekeeper or II2cTarget => Never,
        FlashChip or MiiPhy or Ref405epFpga or WalnutFpga or KeyboardController => SystemReset,
        _ => ChipReset,
    };

    private static byte[] StateOf(IStateful device)
    {
        StateWriter writer = new();
        device.Save(writer);
        return writer.Written.ToArray();
    }
}
