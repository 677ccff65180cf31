using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using PpcJit.Bench;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Counting;

/// <summary>Counts that are not to rise.</summary>
/// <param name="Runtime">The version of the runtime whose compiler made the code.</param>
/// <param name="Settings">The runtime's settings that fix the host's instruction set.</param>
/// <param name="HostPerGuest">Host instructions in regions for each guest instruction, by the name of the subject.</param>
internal sealed record CountBounds(string Runtime, IReadOnlyList<string> Settings, SortedDictionary<string, double> HostPerGuest)
{
    /// <summary>What a count may be over its bound.</summary>
    private const double MaxRise = 1.01;

    /// <summary>A count so far below its bound is worth a word: the bound can be lowered.</summary>
    private const double Lower = 0.99;

    private const int Digits = 3;

    /// <summary>The text of its file.</summary>
    public string ToText() => JsonText.Of(this);

    /// <summary>Reads a file.</summary>
    /// <exception cref="BenchException">It cannot be read, or has no bounds.</exception>
    public static CountBounds Read(string path)
    {
        try
        {
            CountBounds? bounds = JsonSerializer.Deserialize<CountBounds>(File.ReadAllText(path), JsonText.StrictForm);
            return bounds is { HostPerGuest.Count: > 0 } ? bounds : throw new BenchException($"--check {path}: no bounds.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BenchException($"--check {path}: {error.Message}");
        }
    }

    /// <summary>Makes bounds of what was counted.</summary>
    public static CountBounds Of(IEnumerable<SubjectCount> counts) => new(Environment.Version.ToString(), Counter.HostSettings,
        new(counts.ToDictionary(count => count.Name, count => Math.Round(count.HostPerGuest, Digits)), StringComparer.Ordinal));

    /// <summary>Why nothing can be compared here; null when it can.</summary>
    public string? WhyNot()
    {
        if (Runtime != Environment.Version.ToString())
            return $"the bounds are those of .NET {Runtime}, and this is {Environment.Version}. --update gives new ones.";
        return Avx2.IsSupported && Bmi2.IsSupported ? null : "this host lacks AVX2 or BMI2, which the counted code uses.";
    }

    /// <summary>Compares, and says each that does not hold, and how many do.</summary>
    /// <returns>Whether all hold that were counted.</returns>
    public bool Check(IReadOnlyList<SubjectCount> counts, TextWriter output)
    {
        int held = 0;
        foreach (SubjectCount count in counts)
        {
            if (!HostPerGuest.TryGetValue(count.Name, out double bound))
                output.WriteLine($"count: {count.Name} has no bound. --update gives it one.");
            else if (count.HostPerGuest > bound * MaxRise)
                Say(output, count, bound, "RISEN");
            else
                held++;
            if (count.HostPerGuest < bound * Lower)
                Say(output, count, bound, "fallen; --update lowers its bound");
        }

        output.WriteLine($"count: {held} of {counts.Count} hold.");
        return held == counts.Count;
    }

    private static void Say(TextWriter output, SubjectCount count, double bound, string what) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"count: {count.Name} is {count.HostPerGuest:F3}, its bound {bound:F3}: {what}"));
}
