namespace PpcJit.Kernel.Files;

/// <summary>How large an input may be, which is known before it is read.</summary>
/// <param name="Bytes">Most bytes.</param>
/// <param name="Why">Where the number comes from, for people: "which is what the board's memory holds".</param>
public sealed record InputLimit(long Bytes, string Why)
{
    /// <summary>Tells by how a file begins that the limit does not concern it; then only that of all files does.</summary>
    public Func<ReadOnlyMemory<byte>, bool> Exempts { get; init; } = _ => false;

    /// <summary>What to say of a larger file.</summary>
    internal InputException Exceeded(string path) => new($"{path} is larger than {Bytes} bytes ({Bytes >> 20} MB), {Why}.");
}
