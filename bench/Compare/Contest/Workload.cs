using System.Globalization;

namespace PpcJit.Compare.Contest;

/// <summary>
/// A guest's program that does a fixed amount of work per round. It runs with two counts: what their difference costs
/// is work in the steady state, since boot, start-up and most of the compiling are in both.
/// </summary>
/// <param name="Guest">What it runs in.</param>
/// <param name="Name">Short name, as in the reports.</param>
/// <param name="Title">What it does, for people.</param>
/// <param name="Arguments">What starts it on the guest's command line.</param>
/// <param name="Fast">Counts for fast contenders.</param>
/// <param name="Slow">Counts for slow contenders; null when even a small count takes them too long.</param>
/// <param name="IsRightOnQemu">
/// False for Linux with several processes: QEMU 7.2 keeps translations of the process before when the PID changes, and
/// what the guest computes is wrong.
/// </param>
internal sealed record Workload(
    Guest Guest, string Name, string Title, string Arguments, Counts Fast, Counts? Slow, bool IsRightOnQemu = true)
{
    private const int QuickPart = 8;

    /// <summary>The workloads with enough rounds for a report.</summary>
    public static IReadOnlyList<Workload> Full { get; } =
    [
        new(Guest.Linux, "bench_int", "integers and branches (sieve, CRC, hash, sort, strings)", "mode=bench_int",
            new Counts(1000, 4000), new Counts(2, 32)),
        new(Guest.Linux, "bench_mem32", "memory, 4 x 32 KiB (fits the TLB)", "mode=bench_mem32", new Counts(100, 400), new Counts(1, 4)),
        new(Guest.Linux, "bench_mem", "memory, 4 x 4 MiB (far over the TLB)", "mode=bench_mem", new Counts(6, 26), null),
        new(Guest.Bare, "sort", "quicksort and heapsort", "work=sort", new Counts(1000, 5000), new Counts(4, 24)),
        new(Guest.Bare, "hash", "hash table and CRC-32", "work=hash", new Counts(2500, 12500), new Counts(10, 60)),
        new(Guest.Bare, "records", "records and small functions, as Dhrystone", "work=records", new Counts(2000, 10000), new Counts(10, 60)),
        new(Guest.Bare, "matrix", "product of integer matrices", "work=matrix", new Counts(10000, 50000), new Counts(40, 240)),
        new(Guest.Bare, "filter", "fixed-point filter with multiply-accumulate", "work=filter", new Counts(20000, 100000),
            new Counts(80, 480)),
        new(Guest.Bare, "bytecode", "interpreter of a byte code (indirect branches)", "work=bytecode",
            new Counts(1000, 5000), new Counts(5, 30)),
        new(Guest.Bare, "strings", "words of a text", "work=strings", new Counts(2500, 12500), new Counts(10, 60)),
        new(Guest.Bare, "compress", "LZ77 and back", "work=compress", new Counts(1500, 7500), new Counts(6, 36)),
        new(Guest.Bare, "recursion", "deep recursion", "work=recursion", new Counts(20000, 100000), new Counts(40, 240)),
        new(Guest.Bare, "chase", "pointers through 4 MiB, a TLB miss at each", "work=chase", new Counts(500, 2000), new Counts(10, 50)),
        new(Guest.Bare, "syscalls", "system calls, 1000 a round", "work=syscalls", new Counts(8000, 40000), new Counts(30, 230)),
        new(Guest.Bare, "contexts", "switches between 12 address spaces, 1200 a round", "work=contexts",
            new Counts(250, 1000), new Counts(5, 25)),
        new(Guest.Linux, "linux-syscalls", "Linux: getppid, 1000 a round", "mode=work work=syscalls",
            new Counts(200, 2000), new Counts(5, 55)),
        new(Guest.Linux, "linux-switches", "Linux: two processes and pipes, 200 switches a round",
            "mode=work work=switches", new Counts(50, 500), new Counts(2, 22), IsRightOnQemu: false),
        new(Guest.Linux, "linux-forks", "Linux: fork, 64 pages copied, exit", "mode=work work=forks",
            new Counts(100, 1000), new Counts(5, 45), IsRightOnQemu: false),
        new(Guest.Linux, "linux-execs", "Linux: vfork, exec, exit", "mode=work work=execs", new Counts(100, 1000),
            new Counts(5, 45), IsRightOnQemu: false),
    ];

    /// <summary>The workloads for a quick look and for the guard.</summary>
    public static IReadOnlyList<Workload> Quick { get; } =
    [
        Full[0] with { Fast = new Counts(200, 1000), Slow = new Counts(2, 20) },
        Full[1] with { Fast = new Counts(10, 70), Slow = new Counts(1, 3) },
        Full[2] with { Fast = new Counts(1, 2) },
        .. Full.Skip(3).Select(
            workload => workload with { Fast = new Counts(workload.Fast.Low / QuickPart, workload.Fast.High / QuickPart), Slow = null }),
    ];

    /// <summary>The counts for a contender; null when it does not take part.</summary>
    public Counts? CountsFor(Contender contender) => contender.Kind switch
    {
        ContenderKind.Slow => Slow,
        ContenderKind.Fast when contender.Name != Contender.Qemu || IsRightOnQemu => Fast,
        _ => null,
    };

    /// <summary>Gives the guest's command line.</summary>
    /// <param name="count">The number of rounds.</param>
    public string CommandLine(int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(Guest == Guest.Linux ? Race.LinuxConsole : "")}{Arguments} count={count}");
}

/// <summary>What a workload runs in.</summary>
internal enum Guest
{
    /// <summary>A program of the Linux guest, which <c>guests/linux/build.sh</c> builds.</summary>
    Linux,

    /// <summary>The bare-metal image of <c>guests/work</c>, which is part of this program.</summary>
    Bare,
}

/// <summary>Two numbers of rounds.</summary>
/// <param name="Low">The smaller one.</param>
/// <param name="High">The larger one.</param>
internal readonly record struct Counts(int Low, int High);
