using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using PpcJit.Jit.Translation;

namespace PpcJit.Jit.Cold;

/// <content>Accesses through the soft page tables.</content>
internal sealed unsafe partial class ColdTier
{
    /// <summary>Host address of an aligned access that the soft page table can serve, else null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Host(long* table, uint effective, int sizeLog)
    {
        long addend = table[BitOperations.RotateRight(effective, sizeLog) >> (12 - sizeLog)];
        return addend == 0 ? null : (byte*)(addend + effective);
    }

    /// <summary>Host address of a run of words within one page, else null.</summary>
    private static byte* HostOfWords(long* table, uint effective, int words) =>
        (effective & 0xfff) + (4 * words) > 0x1000 ? null : Host(table, effective, 2);

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
