using System.CommandLine;

namespace PpcJit.Cli.Parsing;

/// <summary>Options without a value.</summary>
internal static class Flags
{
    /// <summary>Whether an option is given. For one that is not, which is usual, nothing generic need be compiled.</summary>
    public static bool IsSet(this ParseResult parsed, Option<bool> flag) => parsed.GetResult(flag) is { Implicit: false } && parsed.GetValue(flag);
}
