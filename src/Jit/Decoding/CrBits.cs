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

    /// <summary>Takes a CR logical instruction apart.</summary>
    /// <returns>
    /// The number of each bit in its field, two bits each from bit 0 on for A, B and the target; from bit 8 on the
    /// truth table, whose bit 2 * A + B says what the target becomes.
    /// </returns>
    public static uint Encode(Op op, uint word)
    {
        uint truth = op switch
        {
            Op.Crand => 0b1000,
            Op.Crandc => 0b0100,
            Op.Creqv => 0b1001,
            Op.Crnand => 0b0111,
            Op.Crnor => 0b0001,
            Op.Cror => 0b1110,
            Op.Crorc => 0b1101,
            Op.Crxor => 0b0110,
            _ => throw new ArgumentException($"{op} is no CR logical instruction.", nameof(op)),
        };
        return (truth << 8) | (uint)((Field.Ba(word) & 3) | ((Field.Bb(word) & 3) << 2) | ((Field.Bt(word) & 3) << 4));
    }

    /// <summary>Carries out a CR logical instruction.</summary>
    /// <param name="target">The field with the target bit.</param>
    /// <param name="a">The field with source bit A.</param>
    /// <param name="b">The field with source bit B.</param>
    /// <param name="operation">What <see cref="Encode"/> made of it.</param>
    /// <returns>The target field with the bit set or cleared.</returns>
    public static long Combine(long target, long a, long b, uint operation)
    {
        int row = (Test(a, (int)operation & 3) ? 2 : 0) + (Test(b, (int)(operation >> 2) & 3) ? 1 : 0);
        uint mask = 8u >> (int)((operation >> 4) & 3);
        uint bits = CrField.Decode(target);
        return CrField.Encode(((operation >> 8 >> row) & 1) != 0 ? bits | mask : bits & ~mask);
    }
}
