using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.SoftPages;

/// <summary>
/// What was filled from which TLB entry. Nearly all entries fill one page and go, so the fill made last stands by
/// itself in a small array, and a list is looked at only for more.
/// </summary>
internal sealed class EntryFills
{
    /// <summary>
    /// Most fills that are noted for one entry, 256 KiB of numbers; more (refills of the same pages) start anew.
    /// </summary>
    private const int MaxFills = 1 << 16;

    /// <summary>Set in each fill, so that none is zero.</summary>
    private const uint Made = 1u << 30;

    private readonly uint[] _last = new uint[CpuState.TlbEntries + 1];
    private readonly bool[] _hasOthers = new bool[CpuState.TlbEntries + 1];
    private readonly FillList[] _others = new FillList[CpuState.TlbEntries + 1];

    public EntryFills()
    {
        for (int entry = 0; entry < _others.Length; entry++)
            _others[entry] = new FillList();
    }

    /// <summary>Whether an entry must be forgotten before more is added.</summary>
    public bool IsFull(int entry) => _hasOthers[entry] && _others[entry].Items.Length >= MaxFills;

    /// <summary>Notes a fill: any number without bit 30.</summary>
    public void Add(int entry, uint fill)
    {
        ref uint last = ref _last[entry];
        if (last != 0)
        {
            _others[entry].Add(last);
            _hasOthers[entry] = true;
        }

        last = fill | Made;
    }

    /// <summary>Takes one of an entry's fills out.</summary>
    /// <returns>False when there is none left.</returns>
    public bool TryTake(int entry, out uint fill)
    {
        ref uint last = ref _last[entry];
        fill = last & ~Made;
        if (last == 0)
            return false;
        if (!_hasOthers[entry])
        {
            last = 0;
            return true;
        }

        last = _others[entry].RemoveLast();
        _hasOthers[entry] = !_others[entry].Items.IsEmpty;
        return true;
    }
}
