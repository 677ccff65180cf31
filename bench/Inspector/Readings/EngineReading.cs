using Microsoft.Diagnostics.Runtime;
using PpcJit.Bench;
using PpcJit.Jit;
using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Settings;

namespace PpcJit.Inspector.Readings;

/// <summary>What a fast engine itself says of what it keeps.</summary>
/// <param name="CodeLimit">What regions may hold, in guest instructions, before it drops all code.</param>
/// <param name="Threshold">How often a place must be jumped to before it is compiled.</param>
/// <param name="Charge">What the regions that it keeps are charged, in guest instructions.</param>
/// <param name="Forgotten">The same of regions that it gave up and for which it has not asked for a collection yet.</param>
/// <param name="Pages">Code pages.</param>
/// <param name="Contexts">Contexts with a jump cache of their own.</param>
/// <param name="Mappings">Pages at hand in all contexts together.</param>
/// <param name="Requests">Regions that wait for the compiler.</param>
/// <param name="Compiled">Regions installed since its start.</param>
/// <param name="CompiledInstructions">Guest instructions in them.</param>
/// <param name="Stale">Regions that were thrown away because their code had changed meanwhile.</param>
/// <param name="Refused">Requests that found the list full.</param>
/// <param name="Generations">How often it dropped all code.</param>
/// <param name="CompileMicroseconds">What compiling cost.</param>
internal sealed record EngineReading(
    int CodeLimit, int Threshold, int Charge, int Forgotten, int Pages, int Contexts, int Mappings, int Requests,
    long Compiled, long CompiledInstructions, long Stale, long Refused, long Generations, long CompileMicroseconds)
{
    private static readonly Field Options = new(typeof(JitEngine), "_options");
    private static readonly Field Cache = new(typeof(JitEngine), "_cache");
    private static readonly Field Compiler = new(typeof(JitEngine), "_compiler");
    private static readonly Field Statistics = new(typeof(JitEngine), nameof(JitEngine.Statistics));
    private static readonly Field LimitOption = new(typeof(JitOptions), nameof(JitOptions.CodeLimit));
    private static readonly Field ThresholdOption = new(typeof(JitOptions), nameof(JitOptions.Threshold));
    private static readonly Field RegionCharge = new(typeof(CodeCache), nameof(CodeCache.RegionCharge));
    private static readonly Field ForgottenCharge = new(typeof(CodeCache), "_forgottenCharge");
    private static readonly Field CodePages = new(typeof(CodeCache), "_pages");
    private static readonly Field ContextCount = new(typeof(CodeCache), "_contextCount");
    private static readonly Field MappingCount = new(typeof(CodeCache), "_mappings");
    private static readonly Field Waiting = new(typeof(BackgroundCompiler), "_requests");
    private static readonly Field Installed = new(typeof(JitStatistics), nameof(JitStatistics.Regions));
    private static readonly Field Instructions = new(typeof(JitStatistics), nameof(JitStatistics.RegionInstructions));
    private static readonly Field ThrownAway = new(typeof(JitStatistics), nameof(JitStatistics.Stale));
    private static readonly Field RefusedRequests = new(typeof(JitStatistics), nameof(JitStatistics.Refused));
    private static readonly Field DroppedAll = new(typeof(JitStatistics), nameof(JitStatistics.Generations));
    private static readonly Field CompileTime = new(typeof(JitStatistics), nameof(JitStatistics.CompileMicroseconds));
    private static readonly Field ExitCounts = new(typeof(JitStatistics), nameof(JitStatistics.Exits));

    /// <summary>How often regions and the cold tier came back to the dispatcher.</summary>
    public long Exits { get; init; }

    /// <summary>Reads an engine.</summary>
    /// <exception cref="BenchException">It is of another version of PpcJit.</exception>
    public static EngineReading Of(ClrObject engine)
    {
        ClrObject options = Fields.Object(engine, Options);
        ClrObject cache = Fields.Object(engine, Cache);
        ClrObject statistics = Fields.Object(engine, Statistics);
        ClrObject compiler = Fields.Object(engine, Compiler);
        return new EngineReading(
            Fields.Value<int>(options, LimitOption),
            Fields.Value<int>(options, ThresholdOption),
            Fields.Value<int>(cache, RegionCharge),
            Fields.Value<int>(cache, ForgottenCharge),
            Fields.Count(Fields.Object(cache, CodePages)),
            Fields.Value<int>(cache, ContextCount),
            Fields.Value<int>(cache, MappingCount),
            compiler.IsNull ? 0 : Fields.Count(Fields.Object(compiler, Waiting)),
            Fields.Value<long>(statistics, Installed),
            Fields.Value<long>(statistics, Instructions),
            Fields.Value<long>(statistics, ThrownAway),
            Fields.Value<long>(statistics, RefusedRequests),
            Fields.Value<long>(statistics, DroppedAll),
            Fields.Value<long>(statistics, CompileTime))
        {
            Exits = Fields.Numbers(Fields.Object(statistics, ExitCounts)).Sum(),
        };
    }
}
