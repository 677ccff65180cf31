using System.Text;

namespace PpcJit.Cli.Reference;

/// <summary>The reference of all commands as a page of the documentation.</summary>
internal static class MarkdownPage
{
    /// <summary>Writes the page.</summary>
    public static string Of(DescribedCommand root)
    {
        StringBuilder page = new();
        page.Append("# Commands\n\n")
            .Append("This page is what `ppcjit manual --markdown` prints; `man ppcjit` has the same, and so has `--help` of each command.\n\n");
        page.Append(Paragraphs(root.Description));
        foreach (DescribedCommand command in root.All)
            Add(page, command);
        return page.ToString();
    }

    private static void Add(StringBuilder page, DescribedCommand command)
    {
        bool isRoot = !command.Path.Contains(' ', StringComparison.Ordinal);
        page.Append($"\n## {command.Path}\n\n    {command.Path} {command.Usage}\n");
        if (!isRoot)
            page.Append('\n').Append(Paragraphs(command.Description));
        Table(page, "command", command.Commands.Select(below => ($"[{below.Path}](#{below.Path.Replace(' ', '-')})", below.Description)));
        Table(page, "argument", command.Arguments.Select(argument => (Code(argument.Usage), argument.Description)));
        Table(page, "option", command.Options.Select(option => (Code(option.Usage),
            option.Description + (option.Default is { Length: > 0 } otherwise ? $" Default: {otherwise}." : ""))));
        if (command.Examples is { } examples)
            page.Append($"\n```text\n{examples}\n```\n");
    }

    private static void Table(StringBuilder page, string what, IEnumerable<(string Name, string Text)> rows)
    {
        (string Name, string Text)[] all = [.. rows];
        if (all.Length == 0)
            return;
        page.Append($"\n| {what} | |\n| --- | --- |\n");
        foreach ((string name, string text) in all)
            page.Append($"| {name} | {Escaped(text)} |\n");
    }

    private static string Code(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal).Replace('\n', ' ');

    private static string Paragraphs(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())) + "\n";
}
