using PpcJit.Inspector.Readings;

namespace PpcJit.Inspector.Soaking;

/// <summary>What was held at one look of a soak.</summary>
/// <param name="Seconds">Time since the first look.</param>
/// <param name="Compiled">Regions compiled so far.</param>
/// <param name="Stale">Regions that were thrown away since their code had changed meanwhile.</param>
/// <param name="Generations">How often all code was dropped.</param>
/// <param name="Methods">Dynamic methods that the runtime holds.</param>
/// <param name="Instructions">Guest instructions in the regions that are held.</param>
/// <param name="CodeUsed">Bytes of their machine code.</param>
/// <param name="CodeCommitted">Bytes of the heaps that it lies in.</param>
/// <param name="HeapOutlived">Bytes of the managed heap, without the youngest generation.</param>
/// <param name="Resident">Bytes of resident memory.</param>
internal sealed record SoakPoint(
    double Seconds, long Compiled, long Stale, long Generations, int Methods, long Instructions, long CodeUsed,
        long CodeCommitted, long HeapOutlived, long Resident)
{
    /// <summary>How often regions and the cold tier came back to the dispatcher: that the guest goes on.</summary>
    public long Exits { get; init; }

    /// <summary>Bytes that are kept of what entered from outside.</summary>
    public long InputBytes { get; init; }

    /// <summary>How many keys and frames that entered were forgotten.</summary>
    public long InputsForgotten { get; init; }

    /// <summary>Takes from a reading what a soak needs.</summary>
    public static SoakPoint Of(Reading reading, double seconds) => new(
        seconds, reading.Engines.Sum(engine => engine.Compiled), reading.Engines.Sum(engine => engine.Stale),
            reading.Engines.Sum(engine => engine.Generations),
        reading.Methods.Count, reading.HeldInstructions, reading.CodeHeaps.Used, reading.CodeHeaps.Committed,
            reading.HeapOutlived, reading.Memory.Resident)
    {
        Exits = reading.Engines.Sum(engine => engine.Exits),
        InputBytes = reading.Inputs.Bytes,
        InputsForgotten = reading.Inputs.Forgotten,
    };
}
