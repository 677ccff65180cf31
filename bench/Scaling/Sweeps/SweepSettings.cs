namespace PpcJit.Scaling.Sweeps;

/// <summary>How sweeps are run.</summary>
/// <param name="Rounds">Values for each contender at each size.</param>
/// <param name="IsQuick">Whether fewer sizes and shorter times will do.</param>
/// <param name="WithQemu">Whether the peer takes part.</param>
/// <param name="Progress">Told what happens.</param>
internal sealed record SweepSettings(int Rounds, bool IsQuick, bool WithQemu, Action<string> Progress)
{
    /// <summary>Processor time of a value, in seconds.</summary>
    public double Window => IsQuick ? 0.05 : 0.2;

    /// <summary>Of rising sizes, those that are wanted: all, or those up to a bound if it has to be quick.</summary>
    /// <param name="all">The sizes.</param>
    /// <param name="quickMost">The largest for a quick look.</param>
    public IReadOnlyList<int> Sizes(IReadOnlyList<int> all, int quickMost) => IsQuick ? [.. all.Where(size => size <= quickMost)] : all;
}
