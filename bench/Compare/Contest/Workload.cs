namespace PpcJit.Compare.Contest;

/// <summary>
/// A program of the Linux guest that does a fixed amount of work per round. It runs with two counts: what their difference costs is work in the steady
/// state, since boot, start-up and most of the compiling are in both.
/// </summary>
/// <param name="Name">Its mode on the kernel's command line.</param>
/// <param name="Title">What it does, for people.</param>
/// <param name="Fast">Counts for fast contenders.</param>
/// <param name="Slow">Counts for slow contenders; null when even a small count takes them too long.</param>
internal sealed record Workload(string Name, string Title, Counts Fast, Counts? Slow)
{
    /// <summary>The workloads with enough rounds for a report.</summary>
    public static IReadOnlyList<Workload> Full { get; } =
    [
        new("bench_int", "integers and branches (sieve, CRC, hash, sort, strings)", new Counts(300, 2300), new Counts(2, 32)),
        new("bench_mem32", "memory, 4 x 32 KiB (fits the TLB)", new Counts(20, 220), new Counts(1, 4)),
        new("bench_mem", "memory, 4 x 4 MiB (far over the TLB)", new Counts(1, 4), null),
    ];

    /// <summary>The workloads for a quick look and for the guard.</summary>
    public static IReadOnlyList<Workload> Quick { get; } =
    [
        Full[0] with { Fast = new Counts(200, 1000), Slow = new Counts(2, 20) },
        Full[1] with { Fast = new Counts(10, 70), Slow = new Counts(1, 3) },
        Full[2] with { Fast = new Counts(1, 2) },
    ];

    /// <summary>The counts for a contender; null when it does not take part.</summary>
    public Counts? CountsFor(Contender contender) => contender.IsSlow ? Slow : Fast;
}

/// <summary>Two numbers of rounds.</summary>
/// <param name="Low">The smaller one.</param>
/// <param name="High">The larger one.</param>
internal readonly record struct Counts(int Low, int High);
