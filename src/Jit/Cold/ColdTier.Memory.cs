using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using PpcJit.Jit.SoftPages;

namespace PpcJit.Jit.Cold;

/// <content>Accesses through the soft page tables.</content>
internal sealed unsafe partial class ColdTier
{
    /// <summary>What to add to the address of an access that the soft page table can serve, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Addend(long* table, uint effective, int sizeLog)
    {
        long addend = table[effective >> 12];
        return (effective & 0xfff) > 0x1000 - (1u << sizeLog) ? 0 : addend;
    }

    /// <summary>Host address of a word for lwarx and stwcx., which must be aligned, else null.</summary>
    private static byte* AlignedHost(long* table, uint effective) => (effective & 3) != 0 ? null : HostOfWords(table, effective, 1);

    /// <summary>Host address of a run of words within one page, else null.</summary>
    private static byte* HostOfWords(long* table, uint effective, int words)
    {
        long addend = table[effective >> 12];
        return addend == 0 || (effective & 0xfff) + (4 * words) > 0x1000 ? null : (byte*)(addend + effective);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(byte* host) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(host));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Half(byte* host) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(host));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetWord(byte* host, uint value) => Unsafe.WriteUnaligned(host, BinaryPrimitives.ReverseEndianness(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetHalf(byte* host, uint value) => Unsafe.WriteUnaligned(host, BinaryPrimitives.ReverseEndianness((ushort)value));

    /// <summary>Host address of a cache line that dcbz may clear, else null.</summary>
    private static byte* Line(long* table, uint effective)
    {
        long addend = table[DataContext.ClearBase + (effective >> 12)];
        return addend == 0 ? null : (byte*)(addend + (effective & ~31u));
    }
}
