using System.Runtime.CompilerServices;

namespace PpcJit.Machine.Cpu;

/// <summary>What an access does, as the protection rules see it.</summary>
public enum AccessKind
{
    /// <summary>A data read.</summary>
    Load,

    /// <summary>A data write.</summary>
    Store,

    /// <summary>An instruction fetch.</summary>
    Fetch,
}

/// <summary>Why an access is not permitted.</summary>
public enum TranslationFault
{
    /// <summary>It is permitted.</summary>
    None,

    /// <summary>No TLB entry matches.</summary>
    TlbMiss,

    /// <summary>The zone denies any access (ZPR field 00 in problem state).</summary>
    Zone,

    /// <summary>The entry lacks EX or WR, or is guarded and fetched from.</summary>
    Protection,

    /// <summary>A store to storage with the U0 attribute while CCR0[U0XE] is set.</summary>
    U0,
}

/// <summary>Storage attributes of a page, or of a 128 MB region in real mode.</summary>
[Flags]
public enum StorageAttributes
{
    /// <summary>Ordinary cached big-endian storage.</summary>
    None = 0,

    /// <summary>W: write-through.</summary>
    WriteThrough = 8,

    /// <summary>I: caching inhibited.</summary>
    CacheInhibited = 4,

    /// <summary>G: guarded.</summary>
    Guarded = 1,

    /// <summary>E: little-endian.</summary>
    LittleEndian = 0x20,

    /// <summary>U0: user-defined.</summary>
    U0 = 0x10,
}

/// <summary>
/// Address translation, protection and storage attributes, decided afresh for every access (PPC405 User's Manual,
/// "Memory Management").
/// </summary>
/// <param name="state">The architected state.</param>
/// <param name="tlb">Its TLB.</param>
public sealed unsafe class Mmu(CpuState* state, Tlb tlb)
{
    /// <summary>CCR0[U0XE]: stores to U0 storage are exceptions.</summary>
    private const uint U0ExceptionEnable = 1u << (31 - 15);

    /// <summary>Translates an address and checks that the access is permitted.</summary>
    /// <param name="effective">The effective address.</param>
    /// <param name="access">What the access does.</param>
    /// <param name="physical">The physical address, when permitted.</param>
    /// <param name="attributes">The storage attributes, when permitted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TranslationFault Translate(uint effective, AccessKind access, out uint physical, out StorageAttributes attributes) =>
        Translate(effective, access, out _, out physical, out attributes);

    /// <summary>The same, and says through which TLB entry.</summary>
    /// <param name="effective">The effective address.</param>
    /// <param name="access">What the access does.</param>
    /// <param name="entry">Index of the TLB entry that matches; -1 when none does, and in real mode.</param>
    /// <param name="physical">The physical address, when permitted.</param>
    /// <param name="attributes">The storage attributes, when permitted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TranslationFault Translate(uint effective, AccessKind access, out int entry, out uint physical, out StorageAttributes attributes)
    {
        bool translated = (state->Msr & (access == AccessKind.Fetch ? Msr.Ir : Msr.Dr)) != 0;
        if (translated)
            return Virtual(effective, access, out entry, out physical, out attributes);
        entry = -1;
        return Real(effective, access, out physical, out attributes);
    }

    /// <summary>Translates an address through a TLB entry that is known to match it, and checks that the access is permitted.</summary>
    /// <param name="entry">Index of the entry.</param>
    /// <param name="effective">The effective address.</param>
    /// <param name="access">What the access does.</param>
    /// <param name="physical">The physical address, when permitted.</param>
    /// <param name="attributes">The storage attributes, when permitted.</param>
    public TranslationFault Through(int entry, uint effective, AccessKind access, out uint physical, out StorageAttributes attributes)
    {
        physical = 0;
        attributes = StorageAttributes.None;
        uint lo = state->TlbLo[entry];
        uint zone = (lo >> 4) & 0xf;
        uint zoneProtection = (state->Zpr >> (30 - (2 * (int)zone))) & 3;
        bool problemState = (state->Msr & Msr.Pr) != 0;
        if (problemState && zoneProtection == 0)
            return TranslationFault.Zone;

        // EX and WR count, except where the zone grants everything: 11 in both states, 10 in supervisor state only.
        bool everything = zoneProtection == 3 || (zoneProtection == 2 && !problemState);
        if (!everything && access == AccessKind.Store && (lo & Tlb.Write) == 0)
            return TranslationFault.Protection;
        if (access == AccessKind.Fetch && ((!everything && (lo & Tlb.Execute) == 0) || (lo & Tlb.Guarded) != 0))
            return TranslationFault.Protection;

        attributes = (StorageAttributes)((lo & (Tlb.WriteThrough | Tlb.CacheInhibited | Tlb.Guarded))
            | (state->TlbHi[entry] & (Tlb.Endian | Tlb.U0)));
        uint mask = state->TlbMask[entry];
        physical = (lo & mask) | (effective & ~mask);
        return CheckU0(access, attributes);
    }

    private static bool Region(uint register, uint effective) => (int)(register << (int)(effective >> 27)) < 0;

    private TranslationFault Virtual(uint effective, AccessKind access, out int entry, out uint physical, out StorageAttributes attributes)
    {
        entry = tlb.Find(effective);
        if (entry >= 0)
            return Through(entry, effective, access, out physical, out attributes);
        physical = 0;
        attributes = StorageAttributes.None;
        return TranslationFault.TlbMiss;
    }

    private TranslationFault Real(uint effective, AccessKind access, out uint physical, out StorageAttributes attributes)
    {
        physical = effective;
        attributes = StorageAttributes.None;
        if (Region(state->Dcwr, effective))
            attributes |= StorageAttributes.WriteThrough;
        if (!Region(access == AccessKind.Fetch ? state->Iccr : state->Dccr, effective))
            attributes |= StorageAttributes.CacheInhibited;
        if (Region(state->Sgr, effective))
            attributes |= StorageAttributes.Guarded;
        if (Region(state->Sler, effective))
            attributes |= StorageAttributes.LittleEndian;
        if (Region(state->Su0r, effective))
            attributes |= StorageAttributes.U0;
        return CheckU0(access, attributes);
    }

    private TranslationFault CheckU0(AccessKind access, StorageAttributes attributes) =>
        access == AccessKind.Store && (attributes & StorageAttributes.U0) != 0 && (state->Ccr0 & U0ExceptionEnable) != 0
            ? TranslationFault.U0
            : TranslationFault.None;
}
