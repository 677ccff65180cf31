using PpcJit.Kernel;

namespace PpcJit.Lab.Observing.Coverage;

/// <summary>
/// Adds up the coverage of runs, one after the other, so that no more than the sum and one run are held at a time. May be used by several threads;
/// the order of the runs does not matter.
/// </summary>
public sealed class CoverageSum
{
    /// <summary>Functions, stretches, lines and branches of the sum: many times those of a kernel, and some 500 MB of memory.</summary>
    private const long MaxParts = 8_000_000;

    private readonly Lock _adding = new();
    private readonly SortedSet<string> _titles = new(StringComparer.Ordinal);
    private CoverageReport? _sum;

    /// <summary>What any of the runs reached; null when there was none.</summary>
    public CoverageReport? Report => _sum is null ? null : _sum with { Title = string.Join(", ", _titles) };

    /// <summary>Adds a run.</summary>
    /// <exception cref="InputException">The sum becomes too large, as runs of different programs do.</exception>
    public void Add(CoverageReport run)
    {
        lock (_adding)
        {
            _titles.Add(run.Title);
            _sum = _sum is null ? run : CoverageReport.Merge(_sum, run);
            if (_sum.Parts > MaxParts)
                throw new InputException($"The coverage of {_sum.Runs} runs together is too large: runs of one program are put together.");
        }
    }
}
