namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>
/// Which instructions an observer wants to see. Each costs about a tenth of a microsecond when it executes; all others
/// cost nothing on the fast engine.
/// </summary>
public sealed class WatchList
{
    private readonly HashSet<uint> _addresses = [];
    private readonly HashSet<int> _sprs = [];

    /// <summary>Whether instructions that set r1 to something other than itself plus a constant are shown.</summary>
    public bool WatchesStackSwitches { get; private set; }

    /// <summary>Whether stwu and stwux on r1 are shown.</summary>
    public bool WatchesStackGrowth { get; private set; }

    /// <summary>Effective addresses at which <see cref="GuestEventKind.Reached"/> is raised.</summary>
    public IReadOnlySet<uint> Addresses => _addresses;

    /// <summary>Special registers of which reads and writes are shown.</summary>
    public IReadOnlySet<int> Sprs => _sprs;

    /// <summary>Asks for <see cref="GuestEventKind.Reached"/> at an address.</summary>
    public void Reach(uint address) => _addresses.Add(address & ~3u);

    /// <summary>
    /// Asks for <see cref="GuestEventKind.SprRead"/> and <see cref="GuestEventKind.SprWritten"/> of some registers.
    /// </summary>
    public void Spr(params ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers)
            _sprs.Add(number);
    }

    /// <summary>Asks for <see cref="GuestEventKind.StackSwitched"/>.</summary>
    public void StackSwitches() => WatchesStackSwitches = true;

    /// <summary>Asks for <see cref="GuestEventKind.StackGrown"/>.</summary>
    public void StackGrowth() => WatchesStackGrowth = true;
}
