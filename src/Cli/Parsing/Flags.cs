using System.CommandLine;

namespace PpcJit.Cli.Parsing;

/// <summary>Options without a value.</summary>
internal static class Flags
{
    /// <summary>Whether an option is given. Unless that is done as <c>--flag=true</c>, nothing generic need be compiled.</summary>
    public static bool IsSet(this ParseResult parsed, Option<bool> flag) =>
        parsed.GetResult(flag) is { Implicit: false } given && (given.Tokens.Count == 0 || parsed.GetValue(flag));
}
