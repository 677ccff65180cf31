using Microsoft.Diagnostics.Runtime;
using PpcJit.Bench;

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
    /// <summary>How often regions and the cold tier came back to the dispatcher.</summary>
    public long Exits { get; init; }

    /// <summary>Reads an engine.</summary>
    /// <exception cref="BenchException">It is of another version of PpcJit.</exception>
    public static EngineReading Of(ClrObject engine)
    {
        ClrObject options = Fields.Object(engine, "_options");
        ClrObject cache = Fields.Object(engine, "_cache");
        ClrObject statistics = Fields.Object(engine, "Statistics");
        ClrObject compiler = Fields.Object(engine, "_compiler");
        return new EngineReading(
            Fields.Value<int>(options, "CodeLimit"),
            Fields.Value<int>(options, "Threshold"),
            Fields.Value<int>(cache, "RegionCharge"),
            Fields.Value<int>(cache, "_forgottenCharge"),
            Fields.Count(Fields.Object(cache, "_pages")),
            Fields.Value<int>(cache, "_contextCount"),
            Fields.Value<int>(cache, "_mappings"),
            compiler.IsNull ? 0 : Fields.Count(Fields.Object(compiler, "_requests")),
            Fields.Value<long>(statistics, "Regions"),
            Fields.Value<long>(statistics, "RegionInstructions"),
            Fields.Value<long>(statistics, "Stale"),
            Fields.Value<long>(statistics, "Refused"),
            Fields.Value<long>(statistics, "Generations"),
            Fields.Value<long>(statistics, "CompileMicroseconds"))
        {
            Exits = Fields.Numbers(Fields.Object(statistics, "Exits")).Sum(),
        };
    }
}
