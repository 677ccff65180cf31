using System.Numerics;
using System.Runtime.Intrinsics;
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
    /// <summary>The entries that differed when they were compared last.</summary>
    private ulong _stale;

    /// <summary>At which count each of them was seen to differ first; null as long as none was.</summary>
    private ulong[]? _since;

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
    public bool Sees(GuestEventKind kind) => kind == GuestEventKind.WatchedEntryUsed || HandlerTracker.Follows(kind);

    /// <inheritdoc/>
    public ICheck Fork() => new StaleTranslationCheck { _stale = _stale, _since = _stale == 0 ? null : [.. _since!] };

    private ulong StaleEntries(GuestView guest)
    {
        ulong stale = 0;
        for (ulong rest = TagsInTable(guest.State, guest.Kernel); rest != 0; rest &= rest - 1)
        {
            int index = BitOperations.TrailingZeroCount(rest);
            if (IsInTable(index, guest.State, guest.Kernel) && IsStale(index, guest))
                stale |= 1ul << index;
        }

        for (ulong rest = stale & ~_stale; rest != 0; rest &= rest - 1)
            (_since ??= new ulong[CpuState.TlbEntries])[BitOperations.TrailingZeroCount(rest)] = guest.Count;
        return _stale = stale;
    }

    /// <summary>The entries whose tags lie in the kernel's page table. Few do, and all are asked at each exception.</summary>
    private static ulong TagsInTable(CpuState* state, KernelDescription kernel)
    {
        ulong found = 0;
        if (kernel.PageTable is { Size: > 0 } table)
            found |= TagsIn(state, table.Virtual, table.Size - 1);
        if (kernel.PageTree is { } tree)
            found |= TagsIn(state, tree.Virtual, uint.MaxValue - tree.Virtual);
        return found;
    }

    private static ulong TagsIn(CpuState* state, uint first, uint reach)
    {
        ulong found = 0;
        for (int index = 0; index < CpuState.TlbEntries; index += Vector256<uint>.Count)
        {
            Vector256<uint> offsets = Vector256.Load(state->TlbTag + index) - Vector256.Create(first);
            found |= (ulong)Vector256.LessThanOrEqual(offsets, Vector256.Create(reach)).ExtractMostSignificantBits() << index;
        }

        return found;
    }

    /// <summary>Whether an entry is for addresses of the kernel's page table.</summary>
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
        ulong since = (_stale & (1ul << used.Number)) != 0 ? _since![used.Number] : 0;
        guest.Report(new Finding(Name, $"{Name}: {at}", summary, used.Count, used.Pc, new WrongValue(ValuePlace.TlbData(used.Number)))
        {
            Known = [new CausalStep(since, 0, "at the latest, the kernel's page table differs from the entry")],
        });
    }
}
