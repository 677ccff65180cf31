using PpcJit.Inspector.Readings;
using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Settings;

namespace PpcJit.Inspector.Reports;

/// <summary>Something that the fast engine keeps, with its bound.</summary>
/// <param name="What">What it is.</param>
/// <param name="Bound">The most that the engine keeps; null when a bound on something else bounds it.</param>
/// <param name="Kept">What the engines say they keep; null when they do not count it.</param>
/// <param name="Held">What is on the heap or in the runtime, what waits for a collection included.</param>
/// <param name="MaxHeld">
/// The most that may be held; null for small objects, which the collector bounds: it knows their size, and runs when
/// there are too many.
/// </param>
internal sealed record BoundRow(string What, long? Bound, long? Kept, long Held, long? MaxHeld)
{
    /// <summary>Whether no more is kept and held than may be.</summary>
    public bool Holds => !(Kept > Bound) && !(Held > MaxHeld);
}

/// <summary>The fast engine's own bounds beside what the runtime really holds.</summary>
internal static class Bounds
{
    /// <summary>
    /// What is given up stays on the heap until a collection; the engine asks for one when a code limit's worth has
    /// been given up. One limit is kept, one is given up, and one more may come while the collection is under way.
    /// </summary>
    public const int HeldOverKept = 3;

    /// <summary>
    /// Bytes of code heap for each guest instruction of regions: the code itself, what the runtime puts in front, and
    /// holes.
    /// </summary>
    public const int MaxBytesPerInstruction = 100;

    /// <summary>Code heap that small limits do not bound: whole heaps are taken at a time.</summary>
    public const int CodeHeapFloor = 1 << 20;

    /// <summary>Guest instructions of regions that were just compiled and are not installed, or never will be.</summary>
    private static readonly int Slack = BackgroundCompiler.MaxRequests * (new JitOptions().RegionSize + Region.FixedCharge);

    /// <summary>Compares a reading with the bounds.</summary>
    public static IReadOnlyList<BoundRow> Of(Reading reading)
    {
        long limit = reading.Engines.Sum(engine => (long)engine.CodeLimit);
        int engines = reading.Engines.Count;
        long mostInstructions = MaxHeldInstructions(limit, engines);
        return
        [
            new(
                "what regions are charged, instructions", limit, reading.Engines.Sum(engine => (long)engine.Charge),
                reading.HeldInstructions + ((long)Region.FixedCharge * reading.Methods.Count), mostInstructions),
            new("regions (dynamic methods)", null, reading.Regions.Count(region => region.IsInstalled),
                reading.Methods.Count, MaxMethods(limit, engines)),
            Objects("code pages", CodeCache.MaxPages, typeof(CodePage), engine => engine.Pages),
            Objects("contexts", CodeCache.MaxContexts, typeof(CodeContext), engine => engine.Contexts),
            Objects("pages at hand in contexts", CodeCache.MaxMappings, typeof(MappedPage), engine => engine.Mappings),
            Objects("compile requests", BackgroundCompiler.MaxRequests, typeof(CompileRequest), engine => engine.Requests),
            new("code heap, bytes", null, reading.CodeHeaps.Used, reading.CodeHeaps.Committed, MaxCodeHeap(limit, engines)),
        ];

        BoundRow Objects(string what, long most, Type type, Func<EngineReading, int> kept) =>
            new(what, most * engines, reading.Engines.Sum(engine => (long)kept(engine)),
                reading.Objects[type.FullName!], null);
    }

    /// <summary>The most guest instructions in all regions that are on the heap.</summary>
    public static long MaxHeldInstructions(long codeLimit, int engines) => codeLimit * HeldOverKept + (long)Slack * engines;

    /// <summary>The most regions that are on the heap, if each were the smallest.</summary>
    public static long MaxMethods(long codeLimit, int engines) => MaxHeldInstructions(codeLimit, engines) / (Region.FixedCharge + 1);

    /// <summary>The most code heap.</summary>
    public static long MaxCodeHeap(long codeLimit, int engines) =>
        MaxHeldInstructions(codeLimit, engines) * MaxBytesPerInstruction + CodeHeapFloor;
}
