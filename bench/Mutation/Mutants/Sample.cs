namespace PpcJit.Mutation.Mutants;

/// <summary>Draws some of many, the same ones for the same seed on every machine.</summary>
internal static class Sample
{
    /// <summary>Draws without putting back; all, in an order by chance, when there are fewer.</summary>
    public static IReadOnlyList<T> Draw<T>(IReadOnlyList<T> all, int count, int seed)
    {
        // splitmix64: the runtime's own numbers need not stay the same.
        ulong state = (ulong)seed;
        T[] items = [.. all];
        count = Math.Min(count, items.Length);
        for (int n = 0; n < count; n++)
        {
            state += 0x9e3779b97f4a7c15;
            ulong mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
            int other = n + (int)((mixed ^ (mixed >> 31)) % (ulong)(items.Length - n));
            (items[n], items[other]) = (items[other], items[n]);
        }

        return items[..count];
    }
}
