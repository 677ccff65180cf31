using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>
/// Knows which TLB entries another miss could have replaced: all valid ones but those that the kernel reserves (<c>tlb-reserved</c> in
/// <c>kernel:</c>), and never the one through which the next instruction is fetched, since it is needed now.
/// </summary>
/// <param name="guest">The machine.</param>
internal sealed unsafe class EvictableEntries(GuestView guest)
{
    /// <summary>Finds the entry that maps an address, if it may go.</summary>
    /// <param name="address">The effective address.</param>
    /// <param name="entry">The entry.</param>
    public Attempt Find(Operand address, out int entry)
    {
        entry = -1;
        if (!address.TryEvaluate(guest, out uint effective, out string problem) || !TryCountReserved(out uint reserved, out problem))
            return Attempt.Failed(problem);
        int found = guest.FindTlb(effective);
        if (found < 0)
            return Attempt.Nothing("no TLB entry maps the address");
        if (found == OwnEntry())
            return Attempt.Nothing("the next instruction is fetched through the TLB entry that maps it");
        if ((uint)found < reserved)
            return Attempt.Nothing("the kernel reserves the TLB entry that maps it");
        entry = found;
        return Attempt.Done;
    }

    /// <summary>Gives all entries that may go.</summary>
    /// <param name="used">
    /// Effective addresses that were used last, the last one first. The entry of the first one that may be missing stays: since then no miss came.
    /// </param>
    /// <param name="problem">Why it is not known which they are; empty when it is.</param>
    public IReadOnlyList<int> All(IEnumerable<uint> used, out string problem)
    {
        if (!TryCountReserved(out uint reserved, out problem))
            return [];
        int own = OwnEntry();
        int last = used.Select(guest.FindTlb).FirstOrDefault(entry => entry < 0 || (uint)entry >= reserved, -1);
        List<int> entries = [];
        for (int n = (int)Math.Min(reserved, CpuState.TlbEntries); n < CpuState.TlbEntries; n++)
        {
            if (n != own && n != last && (guest.State->TlbHi[n] & Tlb.Valid) != 0)
                entries.Add(n);
        }

        return entries;
    }

    private bool TryCountReserved(out uint count, out string problem)
    {
        (count, problem) = (0, "");
        if (guest.ReservedTlbEntries is { } said)
            return said.TryEvaluate(guest, out count, out problem);
        if (guest.Kernel.ReservedTlbEntries is not { } word || guest.TryReadWord(word, out count))
            return true;
        problem = $"the count of reserved TLB entries at 0x{word:x8} cannot be read";
        return false;
    }

    private int OwnEntry() => (guest.State->Msr & Msr.Ir) != 0 ? guest.FindTlb(guest.State->Pc) : -1;
}
