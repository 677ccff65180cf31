using Microsoft.Diagnostics.Runtime;

namespace PpcJit.Inspector.Readings;

/// <summary>A generation of the managed heap, or one of its other parts.</summary>
/// <param name="Name">What the runtime calls it.</param>
/// <param name="Segments">Pieces of memory.</param>
/// <param name="Used">Bytes of objects, garbage included.</param>
/// <param name="Committed">Bytes that it has of the system.</param>
internal sealed record ManagedHeapPart(string Name, int Segments, long Used, long Committed)
{
    /// <summary>Reads all parts.</summary>
    public static IEnumerable<ManagedHeapPart> Of(ClrHeap heap) =>
        from segment in heap.Segments
        group segment by segment.Kind into part
        orderby part.Key
        select new ManagedHeapPart(
            part.Key.ToString(), part.Count(), part.Sum(segment => (long)segment.Length),
                part.Sum(segment => (long)segment.CommittedMemory.Length));
}

/// <summary>Memory that the runtime keeps for itself, by purpose.</summary>
/// <param name="Name">What the runtime calls it.</param>
/// <param name="Heaps">How many there are of it.</param>
/// <param name="Bytes">Their size; that of the collector's tables is mostly reserved only.</param>
internal sealed record NativeHeapPart(string Name, int Heaps, long Bytes)
{
    /// <summary>Reads all of it.</summary>
    public static IEnumerable<NativeHeapPart> Of(ClrRuntime runtime) =>
        from heap in runtime.EnumerateClrNativeHeaps()
        group heap by heap.Kind into kind
        orderby kind.Sum(heap => (long)heap.MemoryRange.Length) descending
        select new NativeHeapPart(kind.Key.ToString(), kind.Count(), kind.Sum(heap => (long)heap.MemoryRange.Length));
}
