using System.CommandLine;
using System.CommandLine.Parsing;
using PpcJit.Kernel.Texts;

namespace PpcJit.Cli.Parsing;

/// <summary>Command lines as a shell takes them.</summary>
internal static class CommandText
{
    /// <summary>How words are read: none names a file with more of them, as a moment begins with an @ too.</summary>
    public static ParserConfiguration Parser { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>Gives what stands after the command's name.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="without">Options that are left out with their values.</param>
    public static string Arguments(ParseResult parsed, params IReadOnlyCollection<Option> without)
    {
        List<string> words = [];
        bool isLeftOut = false;
        foreach (Token token in parsed.Tokens.Skip(1))
        {
            isLeftOut = token.Type == TokenType.Option ? without.Any(option => option.Name == token.Value)
                : isLeftOut && token.Type == TokenType.Argument;
            if (!isLeftOut)
                words.Add(ShellText.Quote(token.Value));
        }

        return string.Join(' ', words);
    }
}
