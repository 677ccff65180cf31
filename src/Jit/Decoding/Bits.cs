namespace PpcJit.Jit.Decoding;

/// <summary>Helpers of the translator.</summary>
internal static class Bits
{
    /// <summary>Ones from bit mb to bit me (bit 0 is the most significant), wrapping around when mb is greater.</summary>
    public static uint Mask(int mb, int me)
    {
        uint fromMb = uint.MaxValue >> mb;
        uint toMe = uint.MaxValue << (31 - me);
        return mb <= me ? fromMb & toMe : fromMb | toMe;
    }
}
