using System.CommandLine;
using PpcJit.Kernel.Texts;

namespace PpcJit.Cli.Parsing;

/// <summary>Command lines as a shell takes them.</summary>
internal static class CommandText
{
    /// <summary>Gives what stands after the command's name.</summary>
    public static string Arguments(ParseResult parsed) => string.Join(' ', parsed.Tokens.Skip(1).Select(token => ShellText.Quote(token.Value)));
}
