using System.CommandLine;
using PpcJit.Cli;

namespace PpcJit.Documents.Tests;

/// <summary>What the pages tell people to type.</summary>
public sealed class CommandTests
{
    /// <summary>What stands in a command for something of the reader's.</summary>
    private static readonly Dictionary<string, string> Placeholders = new()
    {
        ["IMAGE"] = "guest:demo", ["N"] = "100000", ["@N"] = "@100000", ["SYMBOL"] = "kernel_main", ["PORT"] = "1234",
        ["[options]"] = "", ["..."] = "",
    };

    /// <summary>The pages whose commands are the program's; those of bench are about other programs.</summary>
    private static IEnumerable<CommandLine> Written => Page.All().Where(page => !page.Path.StartsWith("bench/", StringComparison.Ordinal))
        .SelectMany(CommandLine.In);

    private static IEnumerable<string> Commands => Written.Select(command => command.ToString()).Distinct();

    [TestCaseSource(nameof(Commands))]
    public void Each_command_has_options_that_there_are(string written)
    {
        CommandLine command = Written.First(one => one.ToString() == written);
        string[] words = [.. command.Words().Select(word => Placeholders.GetValueOrDefault(word, word)).Where(word => word.Length > 0)];
        ParseResult parsed = Application.CreateRoot().Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Assert.That(parsed.Errors.Select(error => error.Message), Is.Empty, command.ToString());
        Assert.That(parsed.UnmatchedTokens, Is.Empty, command.ToString());
    }
}
