using System.Runtime.CompilerServices;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.SoftPages;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Cold;

/// <content>Accesses through the soft page tables.</content>
internal sealed unsafe partial class ColdTier
{
    /// <summary>Loads rT.</summary>
    /// <returns>False, with nothing done, if the soft page table cannot serve the access.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Load<TCell>(CpuState* s, DecodedInstruction* i, uint effective)
        where TCell : struct, ICell
    {
        long addend = Addend(EngineState.Of(s)->ReadTable, effective, TCell.SizeLog);
        if (addend == 0)
            return false;
        R(s)[i->T] = TCell.Read((byte*)(addend + effective));
        return true;
    }

    /// <summary>Stores rS.</summary>
    /// <returns>False, with nothing done, if the soft page table cannot serve the access.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Store<TCell>(CpuState* s, DecodedInstruction* i, uint effective)
        where TCell : struct, ICell
    {
        long addend = Addend(EngineState.Of(s)->WriteTable, effective, TCell.SizeLog);
        if (addend == 0)
            return false;
        TCell.Write((byte*)(addend + effective), R(s)[i->T]);
        return true;
    }

    /// <summary>What to add to the address of an access that the soft page table can serve, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Addend(long* table, uint effective, int sizeLog)
    {
        long addend = table[effective >> 12];
        return (effective & 0xfff) > 0x1000 - (1u << sizeLog) ? 0 : addend;
    }

    /// <summary>Host address of a word for lwarx and stwcx., which must be aligned, else null.</summary>
    private static byte* AlignedHost(long* table, uint effective) =>
        (effective & 3) != 0 ? null : HostOfWords(table, effective, 1);

    /// <summary>Host address of a run of words within one page, else null.</summary>
    private static byte* HostOfWords(long* table, uint effective, int words)
    {
        long addend = table[effective >> 12];
        return addend == 0 || (effective & 0xfff) + (4 * words) > 0x1000 ? null : (byte*)(addend + effective);
    }

    /// <summary>Host address of a cache line that dcbz may clear, else null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Line(long* table, uint effective)
    {
        long addend = table[DataContext.ClearBase + (effective >> 12)];
        return addend == 0 ? null : (byte*)(addend + (effective & ~31u));
    }
}
