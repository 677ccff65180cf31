namespace PpcJit.Machine.Buses;

/// <summary>
/// One wire from a device to an input of an interrupt controller. It carries a level; the controller decides what an
/// edge is.
/// </summary>
public sealed class InterruptLine
{
    private readonly Action<bool> _changed;

    /// <summary>Creates a line at level 0.</summary>
    /// <param name="changed">Called with the new level at each change.</param>
    public InterruptLine(Action<bool> changed) => _changed = changed;

    /// <summary>A line that leads nowhere, for devices whose interrupt a board does not connect.</summary>
    public static InterruptLine Unconnected => new(static _ => { });

    /// <summary>The present level.</summary>
    public bool Level { get; private set; }

    /// <summary>Drives the line to a level.</summary>
    public void Set(bool level)
    {
        if (Level == level)
            return;
        Level = level;
        _changed(level);
    }

    /// <summary>
    /// Sets the level without telling the controller: for restoring a snapshot, in which the controller has saved its
    /// own state.
    /// </summary>
    public void Restore(bool level) => Level = level;
}
