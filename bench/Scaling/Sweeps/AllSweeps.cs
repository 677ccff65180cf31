using PpcJit.Jit.Code;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Scaling.Guests;
using PpcJit.Scaling.Reports;

namespace PpcJit.Scaling.Sweeps;

/// <summary>Everything whose size is varied, and how far.</summary>
internal static class AllSweeps
{
    /// <summary>The sweeps by name, in the order of the report.</summary>
    public static IReadOnlyList<(string Name, Func<SweepSettings, Sweep> Run)> List { get; } =
    [
        ("memory", Memory),
        ("tlb", Tlb),
        ("code", Code),
        ("pages", Pages),
        (QueueSweep.Name, settings => QueueSweep.Run(
            settings.Sizes([16, 32, 64, 128, 192, 256, 320, 384, 512, 768, 1024, 1536, 2048, 3072, 4096], 512), settings)),
        (ScenarioSweeps.Cells, settings => ScenarioSweeps.RunCells(settings.Sizes([1, 2, 4, 8, 16, 32, 64, 128], 32), settings)),
        (ScenarioSweeps.Workers, settings => ScenarioSweeps.RunWorkers(settings.Sizes([1, 2, 3, 4, 6, 8, 12, 16], 4), settings)),
    ];

    /// <summary>A fiftieth of the usual one, which 16,400 of the functions reach and no run of a few seconds.</summary>
    private const int SmallCodeLimit = 20_000;

    /// <summary>When the jit as people start it is looked at.</summary>
    private const double EarlySeconds = 3;

    private static Sweep Memory(SweepSettings settings) =>
        new RateSweep("memory", "Working set, chased line by line, inside the reach of the TLB", "bytes", true,
            ScalingGuests.WorkingSet) { Marks = HostCaches.Marks() }
            .Run(settings.Sizes([.. Enumerable.Range(12, 15).Select(power => 1 << power)], 8 << 20), settings);

    private static Sweep Tlb(SweepSettings settings) =>
        new RateSweep("tlb", "4 KiB pages touched in turn, refilled by the guest's own handler", "pages", false, ScalingGuests.TlbReach)
        {
            Marks = [new Mark(CpuState.TlbEntries, $"TLB: {CpuState.TlbEntries} entries")],
            Notes = [new RateNote("ways out per 1,000 instructions", "exits ReadMiss", 1000)],
        }.Run(settings.Sizes([8, 16, 32, 48, 60, 64, 68, 80, 96, 128, 256, 512, 1024, 2048, 4096, 8192], 512), settings);

    private static Sweep Code(SweepSettings settings)
    {
        Mark[] marks =
        [
            new(JumpCacheEntry.Count, $"jump cache: {JumpCacheEntry.Count}"),
            new(SmallCodeLimit / (ScalingGuests.FunctionSize + Region.FixedCharge), "code limit, small"),
        ];
        return Functions("code", "Functions live, 16 instructions each, one after the other", ScalingGuests.Dense, marks, SmallCodeLimit)
            .Run(settings.Sizes([16, 64, 256, 512, 1024, 2048, 3072, 4096, 6144, 8192, 12_288, 16_384, 24_576], 4096), settings);
    }

    private static Sweep Pages(SweepSettings settings) =>
        Functions("pages", "Functions live, each in a page of its own", ScalingGuests.OneInAPage,
            [new Mark(CodeCache.MaxPages, $"code pages: {CodeCache.MaxPages}")], codeLimit: null)
            .Run(settings.Sizes([16, 64, 128, 256, 512, 1024, 2048, 4096, 6144, 8176, 8208, 12_288], 1024), settings);

    private static RateSweep Functions(string name, string title, int distance, IReadOnlyList<Mark> marks, int? codeLimit) =>
        new(name, title, "functions", false, size => ScalingGuests.Functions(size, distance))
        {
            Marks = marks,
            Notes = [new RateNote("ways out per call", "exits Dispatch", ScalingGuests.FunctionSize + ScalingGuests.CallSize)],
            Look = size => Math.Max(200_000, 12 * (ulong)size * (ScalingGuests.FunctionSize + ScalingGuests.CallSize)),
            EarlyAt = EarlySeconds,
            SmallCodeLimit = codeLimit,
        };
}
