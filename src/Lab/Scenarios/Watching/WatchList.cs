namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>
/// Which instructions an observer wants to see. Each costs about a tenth of a microsecond when it executes; all others
/// cost nothing on the fast engine.
/// </summary>
public sealed class WatchList
{
    private readonly HashSet<uint> _addresses = [];
    private readonly HashSet<int> _sprs = [];

    private readonly List<DataRange> _ranges = [];

    /// <summary>The ranges of memory of which accesses are shown.</summary>
    public IReadOnlyList<DataRange> Ranges => _ranges;

    /// <summary>Whether wrtee, wrteei and mtmsr are shown.</summary>
    public bool WatchesMsr { get; private set; }

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

    /// <summary>Asks for <see cref="GuestEventKind.DataAccessed"/>. All accesses to the pages of the range become slow.</summary>
    public void Data(DataRange range) => _ranges.Add(range);

    /// <summary>Asks for <see cref="GuestEventKind.MsrWritten"/>.</summary>
    public void MsrWrites() => WatchesMsr = true;

    /// <summary>Asks for <see cref="GuestEventKind.StackSwitched"/>.</summary>
    public void StackSwitches() => WatchesStackSwitches = true;

    /// <summary>Asks for <see cref="GuestEventKind.StackGrown"/>.</summary>
    public void StackGrowth() => WatchesStackGrowth = true;
}

/// <summary>A range of memory that is watched.</summary>
/// <param name="First">Effective address of its first byte.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Physical">Physical address of the same byte, for who comes there otherwise; null where that makes no difference.</param>
/// <param name="Reads">Whether reads are shown.</param>
/// <param name="Writes">Whether writes are shown.</param>
public readonly record struct DataRange(uint First, uint Size, uint? Physical, bool Reads, bool Writes)
{
    private const uint PageMask = 0xfff;

    /// <summary>All of memory.</summary>
    public static DataRange All { get; } = new(0, uint.MaxValue, null, Reads: true, Writes: true);

    /// <summary>Whether an access touches it.</summary>
    public bool Touches(uint effective, uint physical, int size) =>
        Overlaps(First, effective, size) || (Physical is { } real && Overlaps(real, physical, size));

    /// <summary>Whether it has a part in the 4 KiB page of an address.</summary>
    public bool IsInPage(uint effective, uint physical) => Touches(effective & ~PageMask, physical & ~PageMask, (int)PageMask + 1);

    private bool Overlaps(uint first, uint address, int size) => address - first < Size || first - address < (uint)size;
}
