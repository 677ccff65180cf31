using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PpcJit.Machine.Cpu;

/// <summary>
/// The unified, fully associative, software-managed TLB of 64 entries (PPC405 User's Manual, "Memory Management"). Where several
/// entries match, which is a programming error and undefined on the chip, the one with the lowest index wins.
/// </summary>
/// <param name="state">The architected state, which holds the entries.</param>
public sealed unsafe class Tlb(CpuState* state)
{
    /// <summary>TLBHI[V]: the entry is valid.</summary>
    public const uint Valid = 0x40;

    /// <summary>TLBHI[E]: the page is little-endian.</summary>
    public const uint Endian = 0x20;

    /// <summary>TLBHI[U0]: user-defined attribute.</summary>
    public const uint U0 = 0x10;

    /// <summary>TLBLO[EX]: instructions may be fetched.</summary>
    public const uint Execute = 0x200;

    /// <summary>TLBLO[WR]: stores are permitted.</summary>
    public const uint Write = 0x100;

    /// <summary>TLBLO[W]: write-through.</summary>
    public const uint WriteThrough = 8;

    /// <summary>TLBLO[I]: caching inhibited.</summary>
    public const uint CacheInhibited = 4;

    /// <summary>TLBLO[G]: guarded.</summary>
    public const uint Guarded = 1;

    private const uint HiImplemented = 0xfffffff0;
    private const uint InvalidTag = 1;

    /// <summary>Told about each change of the entries; the fast engine forgets what it derived from them.</summary>
    public ITranslationObserver? Observer { get; set; }

    /// <summary>
    /// Raised with the index when one half of an entry was written by <c>tlbwe</c> or the entry was evicted; with -1
    /// after <c>tlbia</c>.
    /// </summary>
    public event Action<int>? Written;

    /// <summary>The entries whose use for data accesses an <see cref="IExecutionObserver"/> wants to see, bit n for entry n.</summary>
    public ulong Watched { get; private set; }

    /// <summary>Sets <see cref="Watched"/>; engines let the interpreter do such accesses.</summary>
    public void Watch(ulong entries)
    {
        for (ulong added = entries & ~Watched; added != 0; added &= added - 1)
            Observer?.TlbEntryChanging(BitOperations.TrailingZeroCount(added));
        Watched = entries;
    }

    /// <summary>Finds the entry that translates an address under the present PID.</summary>
    /// <returns>The index of the entry, or -1 when none matches.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(uint effective)
    {
        // Each lane asks one entry whether the EPN under SIZE is equal; the few that say yes are asked for TID = 0 or TID = PID.
        Vector256<uint> address = Vector256.Create(effective);
        for (int first = 0; first < CpuState.TlbEntries; first += 2 * Vector256<uint>.Count)
        {
            int second = first + Vector256<uint>.Count;
            Vector256<uint> equal = Vector256.Equals(address & Vector256.Load(state->TlbMask + first), Vector256.Load(state->TlbTag + first));
            Vector256<uint> following = Vector256.Equals(address & Vector256.Load(state->TlbMask + second), Vector256.Load(state->TlbTag + second));
            if ((equal | following) == Vector256<uint>.Zero)
                continue;
            uint matches = equal.ExtractMostSignificantBits() | (following.ExtractMostSignificantBits() << Vector256<uint>.Count);
            for (; matches != 0; matches &= matches - 1)
            {
                int index = first + BitOperations.TrailingZeroCount(matches);
                uint tid = state->TlbTid[index];
                if (tid == 0 || tid == state->Pid)
                    return index;
            }
        }

        return -1;
    }

    /// <summary>
    /// Whether an entry matches an address under the present PID. It need not be the one that translates it: one with a
    /// lower index may match too.
    /// </summary>
    public bool Matches(int index, uint effective) =>
        (effective & state->TlbMask[index]) == state->TlbTag[index] && (state->TlbTid[index] == 0 || state->TlbTid[index] == state->Pid);

    /// <summary>Writes TLBHI of an entry; its TID becomes the PID (<c>tlbwe</c> with WS = 0).</summary>
    public void WriteHi(int index, uint value)
    {
        Observer?.TlbEntryChanging(index);
        SetHi(index, value, state->Pid);
        Observer?.TlbEntryChanged(index);
        Written?.Invoke(index);
    }

    /// <summary>Invalidates an entry, as if software had replaced it; all else in it stays.</summary>
    public void Evict(int index)
    {
        Observer?.TlbEntryChanging(index);
        SetHi(index, state->TlbHi[index] & ~Valid, state->TlbTid[index]);
        Written?.Invoke(index);
    }

    /// <summary>Writes TLBLO of an entry (<c>tlbwe</c> with WS = 1).</summary>
    public void WriteLo(int index, uint value)
    {
        Observer?.TlbEntryChanging(index);
        state->TlbLo[index] = value;
        Written?.Invoke(index);
    }

    /// <summary>Invalidates all entries (<c>tlbia</c>); all else in them stays.</summary>
    public void InvalidateAll()
    {
        for (int index = 0; index < CpuState.TlbEntries; index++)
            SetHi(index, state->TlbHi[index] & ~Valid, state->TlbTid[index]);
        Observer?.AllTranslationsChanged();
        Written?.Invoke(-1);
    }

    /// <summary>Restores an entry from a snapshot.</summary>
    public void Restore(int index, uint hi, uint lo, uint tid)
    {
        state->TlbLo[index] = lo;
        SetHi(index, hi, tid);
    }

    /// <summary>Mask of the effective address bits that an entry compares, from TLBHI[SIZE]: pages of 1 KB times 4 to the power of SIZE.</summary>
    public static uint PageMask(uint hi) => uint.MaxValue << (10 + (2 * ((int)(hi >> 7) & 7)));

    private void SetHi(int index, uint value, uint tid)
    {
        state->TlbHi[index] = value & HiImplemented;
        state->TlbTid[index] = tid;
        state->TlbMask[index] = PageMask(value);
        state->TlbTag[index] = (value & Valid) != 0 ? value & PageMask(value) : InvalidTag;
    }
}
