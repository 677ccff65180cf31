using System.Numerics;

namespace PpcJit.Lab.Observing.Latency;

/// <summary>Collects how long something took.</summary>
/// <param name="name">What.</param>
internal sealed class LatencyHistogram(string name)
{
    private readonly ulong[] _buckets = new ulong[65];
    private ulong _count;
    private ulong _total;
    private ulong _longest;
    private WorstLatency? _worst;

    /// <summary>Adds a time.</summary>
    /// <param name="start">The count at which it began.</param>
    /// <param name="end">The count at which it ended.</param>
    /// <param name="describe">Describes it; called when it is the longest so far.</param>
    public void Add(ulong start, ulong end, Func<WorstLatency> describe)
    {
        ulong length = end - start;
        _count++;
        _total += length;
        _buckets[length <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount(length - 1)]++;
        if (_worst is not null && length <= _longest)
            return;
        (_longest, _worst) = (length, describe());
    }

    /// <summary>Gives what was collected.</summary>
    public LatencySeries Series() => new(
        name, _count, _total, [.. _buckets.Select((times, n) => new LatencyBucket(n == 64 ? ulong.MaxValue : 1UL << n, times))
            .Where(bucket => bucket.Times > 0)], _worst);
}
