using PpcJit.Kernel;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds data accesses through a TLB entry that the kernel's page table does not hold any more: the page was unmapped
/// or moved, and the entry was not invalidated. At each exception and each return from one, entries are compared with
/// the table; the use of those that differ is watched until they change.
/// </summary>
internal sealed unsafe class StaleTranslationCheck : ICheck
{
    private readonly ulong[] _since = new ulong[CpuState.TlbEntries];

    /// <inheritdoc/>
    public string Name => "stale-translation";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        if (!guest.Kernel.HasPageTable)
            throw new InputException($"the check {Name} needs the format of the kernel's page table: 'page-table' in 'kernel:'");
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        switch (happened.Kind)
        {
            case GuestEventKind.ExceptionTaken or GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical:
                guest.Board.Processor.Tlb.Watch(StaleEntries(guest));
                break;
            case GuestEventKind.WatchedEntryUsed when IsInTable(happened.Number, guest.State, guest.Kernel) && IsStale(happened.Number, guest):
                Report(happened, guest);
                break;
        }
    }

    /// <inheritdoc/>
    public ICheck Fork()
    {
        StaleTranslationCheck fork = new();
        _since.CopyTo(fork._since, 0);
        return fork;
    }

    private ulong StaleEntries(GuestView guest)
    {
        ulong stale = 0;
        KernelDescription kernel = guest.Kernel;
        for (int index = 0; index < CpuState.TlbEntries; index++)
        {
            if (!IsInTable(index, guest.State, kernel) || !IsStale(index, guest))
            {
                _since[index] = 0;
                continue;
            }

            stale |= 1ul << index;
            if (_since[index] == 0)
                _since[index] = guest.Count;
        }

        return stale;
    }

    /// <summary>Whether an entry is for addresses of the kernel's page table. Few are, and all are asked at each exception.</summary>
    private static bool IsInTable(int index, CpuState* state, KernelDescription kernel)
    {
        uint tag = state->TlbTag[index];
        return (tag & ~state->TlbMask[index]) == 0 && kernel.IsInPageTable(tag)
            && !(kernel.KernelPid is { } pid && state->TlbTid[index] is not 0 and uint tid && tid != pid);
    }

    private static bool IsStale(int index, GuestView guest)
    {
        CpuState* state = guest.State;
        return !guest.TryTranslateByKernel(state->TlbTag[index], out uint physical)
            || physical != (state->TlbLo[index] & state->TlbMask[index]);
    }

    private void Report(in GuestEvent used, GuestView guest)
    {
        GuestSymbols symbols = guest.Symbols;
        CpuState* state = guest.State;
        string at = symbols.Name(used.Pc);
        uint mask = state->TlbMask[used.Number];
        uint physical = (state->TlbLo[used.Number] & mask) | (used.Address & ~mask);
        string now = guest.TryTranslateByKernel(used.Address, out uint meant) ? $"now maps it to 0x{meant:x8}" : "no longer maps it";
        string verb = used.Value != 0 ? "stores to" : "loads from";
        string summary = $"{at} {verb} {guest.DescribeStack(used.Address)} through TLB entry {used.Number}, which leads to physical 0x{physical:x8}; "
            + $"the kernel's page table {now}, and the entry was not invalidated.";
        guest.Report(new Finding(Name, $"{Name}: {at}", summary, used.Count, used.Pc, new WrongValue(ValuePlace.TlbData(used.Number)))
        {
            Known = [new CausalStep(_since[used.Number], 0, "at the latest, the kernel's page table differs from the entry")],
        });
    }
}
