using System.Runtime.CompilerServices;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>Logic on single CR bits, for both tiers.</summary>
internal static class CrBits
{
    /// <summary>Whether a bit of an encoded field is set.</summary>
    /// <param name="field">The field.</param>
    /// <param name="bit">Its bit: 0 LT, 1 GT, 2 EQ, 3 SO.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Test(long field, int bit) => bit switch
    {
        0 => field < 0,
        1 => field << 3 > 0,
        2 => (uint)field == 0,
        _ => (CrField.Decode(field) & CrField.So) != 0,
    };

    /// <summary>Carries out a CR logical instruction.</summary>
    /// <param name="target">The field with the target bit.</param>
    /// <param name="a">The field with source bit A.</param>
    /// <param name="b">The field with source bit B.</param>
    /// <param name="word">The instruction.</param>
    /// <returns>The target field with the bit set or cleared.</returns>
    public static long Combine(long target, long a, long b, uint word)
    {
        bool bitA = Test(a, Field.Ba(word) & 3);
        bool bitB = Test(b, Field.Bb(word) & 3);
        bool result = Decoder.Decode(word) switch
        {
            Op.Crand => bitA && bitB,
            Op.Crandc => bitA && !bitB,
            Op.Creqv => bitA == bitB,
            Op.Crnand => !(bitA && bitB),
            Op.Crnor => !(bitA || bitB),
            Op.Cror => bitA || bitB,
            Op.Crorc => bitA || !bitB,
            _ => bitA != bitB,
        };
        uint mask = 8u >> (Field.Bt(word) & 3);
        uint bits = CrField.Decode(target);
        return CrField.Encode(result ? bits | mask : bits & ~mask);
    }
}
