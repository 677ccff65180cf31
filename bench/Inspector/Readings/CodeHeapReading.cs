using Microsoft.Diagnostics.Runtime;

namespace PpcJit.Inspector.Readings;

/// <summary>The heaps from which the runtime takes memory for dynamic methods.</summary>
/// <param name="Heaps">How many there are.</param>
/// <param name="Committed">Bytes of them that are backed by memory.</param>
/// <param name="Used">Bytes of machine code in them.</param>
/// <param name="Gaps">
/// How many holes are between two pieces of code, wider than what the runtime puts in front of each.
/// </param>
/// <param name="GapBytes">Bytes of these holes.</param>
/// <param name="LargestGap">Bytes of the widest hole.</param>
/// <param name="OrdinaryCommitted">
/// Bytes of the heap for ordinary methods, which the region compiler and the cold tier are among.
/// </param>
internal sealed record CodeHeapReading(
    int Heaps, long Committed, long Used, int Gaps, long GapBytes, long LargestGap, long OrdinaryCommitted)
{
    /// <summary>
    /// The most that the runtime puts between the code of two methods: headers, unwind information, alignment.
    /// </summary>
    private const long MaxBetween = 256;

    /// <summary>Part of the committed memory that is in holes.</summary>
    public double Fragmentation => Committed == 0 ? 0 : GapBytes / (double)Committed;

    /// <summary>Reads the heaps.</summary>
    public static CodeHeapReading Of(ClrRuntime runtime, IReadOnlyList<NativeMethod> methods)
    {
        MemoryRange[] heaps = [.. DynamicHeaps(runtime)];
        List<long> gaps = [];
        foreach (MemoryRange heap in heaps)
        {
            ulong end = heap.Start;
            foreach (NativeMethod method in methods.Where(method => heap.Contains(method.Start)))
            {
                gaps.Add((long)(method.Start - end));
                end = method.End;
            }

            gaps.Add(Math.Max(0, (long)(heap.End - end)));
        }

        gaps.RemoveAll(gap => gap <= MaxBetween);
        return new CodeHeapReading(
            heaps.Length, heaps.Sum(heap => (long)heap.Length), methods.Sum(method => method.Size), gaps.Count,
                gaps.Sum(), gaps.DefaultIfEmpty().Max(),
            All(runtime).Where(heap => heap.Kind == NativeHeapKind.LoaderCodeHeap).Sum(heap => (long)heap.MemoryRange.Length));
    }

    /// <summary>Where they are.</summary>
    public static IEnumerable<MemoryRange> DynamicHeaps(ClrRuntime runtime) =>
        All(runtime).Where(heap => heap.Kind == NativeHeapKind.HostCodeHeap).Select(heap => heap.MemoryRange);

    private static IEnumerable<ClrNativeHeapInfo> All(ClrRuntime runtime) =>
        runtime.EnumerateJitManagers().SelectMany(manager => manager.EnumerateNativeHeaps());
}
