using Microsoft.Diagnostics.Runtime;
using PpcJit.Inspector.Targets;

namespace PpcJit.Inspector.Readings;

/// <summary>What a process of PpcJit held at one moment.</summary>
/// <param name="Methods">Machine code of dynamic methods, as the runtime tells it.</param>
/// <param name="CodeHeaps">The heaps that it lies in.</param>
/// <param name="Engines">The fast engines; more than one in a search with several workers.</param>
/// <param name="Regions">Regions on the managed heap, those included that wait for a collection.</param>
/// <param name="Heap">The managed heap by generation.</param>
/// <param name="NativeHeaps">What the runtime itself keeps beside it.</param>
/// <param name="Threads">The threads that run managed code.</param>
/// <param name="Memory">Memory of the process.</param>
/// <param name="Objects">How many objects of the engine's types are on the heap.</param>
internal sealed record Reading(
    IReadOnlyList<NativeMethod> Methods, CodeHeapReading CodeHeaps, IReadOnlyList<EngineReading> Engines,
        IReadOnlyList<RegionReading> Regions,
    IReadOnlyList<ManagedHeapPart> Heap, IReadOnlyList<NativeHeapPart> NativeHeaps,
        IReadOnlyList<ThreadReading> Threads, ProcessMemory Memory,
    IReadOnlyDictionary<string, int> Objects)
{
    /// <summary>What is kept of what entered from outside.</summary>
    public InputsReading Inputs { get; init; } = new(0, 0);

    /// <summary>Bytes of objects on the managed heap, garbage included.</summary>
    public long HeapUsed => Heap.Sum(part => part.Used);

    /// <summary>Bytes that the managed heap has of the system.</summary>
    public long HeapCommitted => Heap.Sum(part => part.Committed);

    /// <summary>
    /// What of <see cref="HeapCommitted"/> has outlived a collection: the youngest generation goes up and down with what waits there for one.
    /// </summary>
    public long HeapOutlived => Heap.Where(part => part.Name != nameof(GCSegmentKind.Generation0)).Sum(part => part.Committed);

    /// <summary>Guest instructions in all regions that are held.</summary>
    public long HeldInstructions => Regions.Sum(region => (long)region.Instructions);
}
