namespace PpcJit.Inspector.Fuzzing;

/// <summary>What came of the inputs of a kind.</summary>
/// <param name="Format">The kind.</param>
/// <param name="Inputs">How many there were.</param>
/// <param name="Refused">How many of them were refused with a sentence.</param>
/// <param name="Seconds">How long all took.</param>
/// <param name="Slowest">How long the slowest took, in seconds.</param>
/// <param name="PeakBytes">Most resident memory of the process, of looks every few milliseconds.</param>
/// <param name="Finding">What went wrong; null when nothing did.</param>
internal sealed record FuzzTally(string Format, long Inputs, long Refused, double Seconds, double Slowest, long PeakBytes, FuzzFinding? Finding)
{
    /// <summary>Puts two parts of a run together.</summary>
    public FuzzTally With(FuzzTally other) => this with
    {
        Inputs = Inputs + other.Inputs,
        Refused = Refused + other.Refused,
        Seconds = Seconds + other.Seconds,
        Slowest = Math.Max(Slowest, other.Slowest),
        PeakBytes = Math.Max(PeakBytes, other.PeakBytes),
        Finding = Finding ?? other.Finding,
    };
}

/// <summary>An input with which something goes wrong.</summary>
/// <param name="Format">Its kind.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Number">Its number.</param>
/// <param name="Problem">What goes wrong.</param>
/// <param name="Input">Its bytes in hexadecimal.</param>
internal sealed record FuzzFinding(string Format, int Seed, long Number, string Problem, string Input)
{
    private const int MaxShown = 2000;

    /// <summary>For people: what went wrong, and how to have it again.</summary>
    public override string ToString()
    {
        string input = Input.Length > MaxShown ? $"{Input[..MaxShown]}... ({Input.Length / 2} bytes)" : Input;
        return $"{Format}, input {Number} of seed {Seed}: {Problem}\n"
            + $"Again: fuzz-inputs --format {Format} --seed {Seed} --first {Number} --inputs 1\nInput: {input}\n";
    }
}
