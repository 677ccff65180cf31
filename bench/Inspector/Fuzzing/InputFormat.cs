namespace PpcJit.Inspector.Fuzzing;

/// <summary>A kind of input that comes from outside.</summary>
/// <param name="Name">Its name, on the command line and in reports.</param>
/// <param name="Samples">Inputs of this kind that are right.</param>
/// <param name="Read">
/// Takes an input as PpcJit does, and does with it what is done with inputs of this kind; refuses it with an <see cref="Kernel.InputException"/>.
/// </param>
internal sealed record InputFormat(string Name, IReadOnlyList<byte[]> Samples, Action<byte[]> Read)
{
    /// <summary>A kind with one sample.</summary>
    public InputFormat(string name, byte[] sample, Action<byte[]> read)
        : this(name, [sample], read)
    {
    }

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<InputFormat> All { get; } =
        [.. ImageFormats.All, .. RunFormats.All, .. StateFormats.All, .. TextFormats.All, .. DebuggerFormats.All];

    /// <summary>Gives an input: the samples first, then what <see cref="Mutator"/> makes of them. It depends on its arguments alone.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="number">The input's number in the run.</param>
    public byte[] Input(int seed, long number)
    {
        if (number < Samples.Count)
            return Samples[(int)number];
        Random random = new(unchecked((seed * 1_000_003) ^ (int)number ^ (int)(number >> 31)));
        return Mutator.Mutate(Samples[random.Next(Samples.Count)], Samples[random.Next(Samples.Count)], random);
    }
}
