namespace PpcJit.Tests.Support;

/// <summary>Operands at which results, carries and overflows change, and some random ones, always the same.</summary>
internal static class Values
{
    public static uint[] Words { get; } =
    [
        0, 1, 2, 0xffffffff, 0xfffffffe, 0x7fffffff, 0x7ffffffe, 0x80000000, 0x80000001, 0x7fff, 0x8000, 0x8001, 0xffff, 0x10000,
        0xffff8000, 0xffff7fff, 0xffff0000, 0x7fff8000, 0x80007fff, 0xaaaaaaaa, 0x55555555, 0x00ff00ff, 0x12345678,
        .. Some(5),
    ];

    /// <summary>Boundary values of a 16-bit immediate or operand.</summary>
    public static uint[] Halfwords { get; } = [0, 1, 2, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff, 0x00ff, 0xff00, 0x5555, 0xaaaa, 0x1234];

    public static Random NewRandom() => new(405);

    public static uint Random(Random random) => (uint)random.NextInt64(1L << 32);

    /// <summary>A boundary value or a random one.</summary>
    public static uint Any(Random random) => random.Next(2) == 0 ? Words[random.Next(Words.Length)] : Random(random);

    private static IEnumerable<uint> Some(int count)
    {
        Random random = NewRandom();
        return Enumerable.Range(0, count).Select(_ => Random(random)).ToArray();
    }
}
