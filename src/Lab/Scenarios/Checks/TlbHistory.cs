using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>Remembers by what, and when, pages were last replaced in the TLB.</summary>
internal sealed class TlbHistory
{
    /// <summary>How many replacements are remembered: twice round the TLB.</summary>
    private const int MaxEntries = 2 * CpuState.TlbEntries;

    private readonly uint[] _present = new uint[CpuState.TlbEntries];
    private readonly Replacement[] _replaced = new Replacement[MaxEntries];
    private long _count;

    /// <summary>Follows an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="running">The handler that runs: usually that of the miss for which an entry is replaced.</param>
    public void Observe(in GuestEvent happened, Handler? running)
    {
        if (happened.Kind != GuestEventKind.TlbWritten || happened.Number < 0 || _present[happened.Number] == happened.Address)
            return;
        _replaced[_count++ % MaxEntries] = new Replacement(happened, _present[happened.Number], running);
        _present[happened.Number] = happened.Address;
    }

    /// <summary>Finds the last replacement of an entry that mapped an address; null when it is too long ago.</summary>
    public Replacement? LastOf(uint effective)
    {
        for (long n = _count - 1; n >= 0 && n >= _count - MaxEntries; n--)
        {
            Replacement replaced = _replaced[n % MaxEntries];
            if ((replaced.Before & Tlb.Valid) != 0 && ((replaced.Before ^ effective) & Tlb.PageMask(replaced.Before)) == 0)
                return replaced;
        }

        return null;
    }

    /// <summary>Gives a history of the same past.</summary>
    public TlbHistory Fork()
    {
        TlbHistory fork = new() { _count = _count };
        _present.CopyTo(fork._present, 0);
        _replaced.CopyTo(fork._replaced, 0);
        return fork;
    }

    /// <summary>A replacement.</summary>
    /// <param name="Written">The write of the entry.</param>
    /// <param name="Before">TLBHI of the entry before it.</param>
    /// <param name="Running">The handler that did it; null outside of handlers.</param>
    internal readonly record struct Replacement(GuestEvent Written, uint Before, Handler? Running);
}
