using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PpcJit.Machine.Cpu;

/// <summary>
/// One 4-bit field of the condition register held in a signed 64-bit value, so that the result of a compare or of a record form
/// becomes a CR field by one subtraction or sign extension and one exclusive or with <see cref="CpuState.XerSo"/>, and each bit is one host test:
/// LT is the sign; EQ says that the low 32 bits are zero; GT says that the value shifted left by 3 is positive; SO is bit 61 unlike bit 62.
/// </summary>
/// <remarks>
/// The difference of two 32-bit integers lies within 33 signed bits: bits 33 to 63 are copies of its sign, so bits 61
/// and 62 agree (SO = 0), the shift by 3 keeps the sign, and the low half is zero only when the two are equal.
/// </remarks>
public static class CrField
{
    /// <summary>LT in the field's 4-bit form.</summary>
    public const uint Lt = 8;

    /// <summary>GT in the field's 4-bit form.</summary>
    public const uint Gt = 4;

    /// <summary>EQ in the field's 4-bit form.</summary>
    public const uint Eq = 2;

    /// <summary>SO in the field's 4-bit form.</summary>
    public const uint So = 1;

    /// <summary>Exclusive-or this with the encoding of a field whose SO is 0 to set SO.</summary>
    public const long SummaryOverflow = 1L << 61;

    /// <summary>Encodes 4 bits (LT 8, GT 4, EQ 2, SO 1).</summary>
    public static long Encode(uint bits) =>
        ((bits & Lt) != 0 ? 7L << 61 : 0)
        ^ ((bits & So) != 0 ? SummaryOverflow : 0)
        ^ ((bits & Gt) != 0 ? 1L << 33 : 1L << 60)
        ^ ((bits & Eq) != 0 ? 0 : 1);

    /// <summary>Gives the 4 bits (LT 8, GT 4, EQ 2, SO 1) of an encoded field.</summary>
    /// <remarks>Without branches: what a guest does with its fields is as good as random.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Decode(long field) =>
        ((uint)(field >>> 63) << 3)
        | ((field << 3 > 0 ? 1u : 0) << 2)
        | (((uint)field == 0 ? 1u : 0) << 1)
        | ((uint)((field ^ (field >> 1)) >>> 61) & So);

    /// <summary>Gives the 32 bits of eight encoded fields, the first leftmost.</summary>
    public static unsafe uint DecodeAll(long* fields)
    {
        // Four fields at a time, each in its lane; fields n and n + 4 share a lane in the end.
        Vector256<ulong> pairs = (DecodeFour(Vector256.Load(fields)) << 16) | DecodeFour(Vector256.Load(fields + 4));
        return (uint)((pairs[0] << 12) | (pairs[1] << 8) | (pairs[2] << 4) | pairs[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> DecodeFour(Vector256<long> fields)
    {
        Vector256<ulong> bits = fields.AsUInt64();
        Vector256<long> greater = Vector256.GreaterThan(fields << 3, Vector256<long>.Zero);
        Vector256<ulong> equal = Vector256.Equals(bits << 32, Vector256<ulong>.Zero);
        return ((bits >>> 63) << 3)
            | (greater.AsUInt64() & Vector256.Create((ulong)Gt))
            | (equal & Vector256.Create((ulong)Eq))
            | (((bits ^ (bits >>> 1)) >>> 61) & Vector256.Create((ulong)So));
    }

    /// <summary>Encodes the outcome of comparing two signed integers.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="xerSo">XER[SO] as <see cref="CpuState.XerSo"/> holds it.</param>
    public static long Compare(int a, int b, long xerSo) => ((long)a - b) ^ xerSo;

    /// <summary>Encodes the outcome of comparing two unsigned integers.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="xerSo">XER[SO] as <see cref="CpuState.XerSo"/> holds it.</param>
    public static long CompareUnsigned(uint a, uint b, long xerSo) => ((long)a - b) ^ xerSo;
}
