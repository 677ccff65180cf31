namespace PpcJit.Cli.Terminal;

/// <summary>Recognises the keys that are meant for the emulator and not for the guest; they begin with Ctrl-A, as in QEMU.</summary>
/// <param name="help">Called when the person asks for help.</param>
/// <param name="monitor">Takes keys while they are the monitor's; null when there is none.</param>
public sealed class EscapeKeys(Action help, Action<byte>? monitor = null)
{
    /// <summary>What Ctrl-A H shows.</summary>
    public const string Help = "Ctrl-A H: this help.  Ctrl-A X: leave PpcJit.  Ctrl-A A: send Ctrl-A to the guest.";

    /// <summary>What it shows too where there is a monitor.</summary>
    public const string MonitorHelp = "  Ctrl-A C: look at the guest, and go on.";

    /// <summary>What the monitor gets for Ctrl-A C: it ends what is typed there, as Ctrl-D does.</summary>
    private const byte EndOfInput = 4;

    private const byte CtrlA = 1;
    private bool _escaped;
    private volatile bool _isMonitors;

    /// <summary>Whether there is a monitor to which Ctrl-A C leads.</summary>
    public bool OffersMonitor { get; set; }

    /// <summary>Whether keys are the monitor's; Ctrl-A C makes them so.</summary>
    public bool IsMonitors
    {
        get => _isMonitors;
        set => _isMonitors = value;
    }

    /// <summary>Whether the person asked to leave.</summary>
    public bool LeaveRequested { get; private set; }

    /// <summary>Removes the emulator's keys from typed characters.</summary>
    /// <param name="typed">What was typed; what is meant for the guest moves to its start.</param>
    /// <returns>How many characters are meant for the guest.</returns>
    public int Filter(Span<byte> typed)
    {
        int kept = 0;
        foreach (byte key in typed)
        {
            if (_escaped)
            {
                _escaped = false;
                if (Obey(key))
                    continue;
                typed[kept++] = CtrlA;
            }
            else if (key == CtrlA)
            {
                _escaped = true;
            }
            else if (IsMonitors)
            {
                monitor?.Invoke(key);
            }
            else
            {
                typed[kept++] = key;
            }
        }

        return kept;
    }

    /// <summary>Does what the key after Ctrl-A asks for; false when Ctrl-A itself is meant for the guest.</summary>
    private bool Obey(byte key)
    {
        switch ((char)key)
        {
            case 'a' or 'A' or (char)CtrlA:
                return IsMonitors;
            case 'c' or 'C' when IsMonitors:
                monitor?.Invoke(EndOfInput);
                break;
            case 'c' or 'C' when OffersMonitor:
                IsMonitors = true;
                break;
            case 'x' or 'X':
                LeaveRequested = true;
                break;
            default:
                help();
                break;
        }

        return true;
    }
}
