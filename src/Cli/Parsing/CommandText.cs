using System.CommandLine;

namespace PpcJit.Cli.Parsing;

/// <summary>Command lines as a shell takes them.</summary>
internal static class CommandText
{
    /// <summary>Gives what stands after the command's name.</summary>
    public static string Arguments(ParseResult parsed) => string.Join(' ', parsed.Tokens.Skip(1).Select(token => Quote(token.Value)));

    /// <summary>Gives a word with quotation marks if it needs them.</summary>
    public static string Quote(string argument) =>
        argument.Length > 0 && argument.All(character => char.IsAsciiLetterOrDigit(character) || "-_./=,:+@%".Contains(character))
            ? argument
            : $"'{argument.Replace("'", "'\\''")}'";
}
