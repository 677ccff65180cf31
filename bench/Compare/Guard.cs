using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PpcJit.Bench;
using PpcJit.Compare.Contest;
using PpcJit.Kernel.Texts;

namespace PpcJit.Compare;

/// <summary>
/// A ratio that must hold: the contender <c>Of</c> is at least <c>AtLeast</c> times as good as <c>Over</c>. Ratios of
/// the same run are the only figures that mean the same on every machine.
/// </summary>
internal sealed record Bound(string Measure, string Of, string Over, double AtLeast);

/// <summary>Compares the ratios with committed bounds, so that a change that makes things slow is noticed.</summary>
internal static class Guard
{
    private static readonly JsonSerializerOptions Form =
        new(JsonText.Form) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads a file of bounds.</summary>
    /// <exception cref="BenchException">It cannot be read.</exception>
    public static IReadOnlyList<Bound> Read(string path)
    {
        try
        {
            Bound[]? bounds = JsonSerializer.Deserialize<Bound[]>(File.ReadAllText(path), Form);
            return bounds is { Length: > 0 }
                && bounds.All(bound => bound is { Measure: not null, Of: not null, Over: not null, AtLeast: > 0 })
                ? bounds
                : throw new BenchException(
                    $"--guard {path}: no bounds; a bound is {{\"measure\": \"bench_int\", \"of\": \"jit\", \"over\": \"qemu\", \"atLeast\": 0.5}}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BenchException($"--guard {path}: {error.Message}");
        }
    }

    /// <summary>Checks bounds and says how each one stands.</summary>
    /// <returns>
    /// Whether all that could be checked hold. A contender that did not take part is said, and fails nothing.
    /// </returns>
    public static bool Check(IReadOnlyList<Bound> bounds, Outcome outcome, TextWriter output)
    {
        bool all = true;
        foreach (Bound bound in bounds)
        {
            Measure measure = outcome.Measures.FirstOrDefault(measure => measure.Name == bound.Measure)
                ?? throw new BenchException(
                    $"the guard's bounds name '{bound.Measure}'; measured were "
                        + $"{string.Join(", ", outcome.Measures.Select(measure => measure.Name))}.");
            string what = $"{bound.Measure}: {bound.Of} over {bound.Over}";
            if (measure.Advantage(bound.Of, bound.Over) is not { } ratio)
            {
                output.WriteLine($"guard: {what} was not measured; not checked.");
                continue;
            }

            bool holds = ratio.Median >= bound.AtLeast;
            all &= holds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"guard: {what} is {ratio.Median:F2} ({ratio.Least:F2} to {ratio.Most:F2}), at least "
                    + $"{bound.AtLeast:F2}: {(holds ? "holds" : "FAILS")}"));
        }

        return all;
    }
}
