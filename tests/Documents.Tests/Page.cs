using System.Text.RegularExpressions;

namespace PpcJit.Documents.Tests;

/// <summary>A page of Markdown in the repository.</summary>
/// <param name="Path">Path from the repository's root, with slashes.</param>
internal sealed partial record Page(string Path)
{
    private static readonly string[] Folders = ["docs", "docs/how-to", "bench", "guests/corpus", "guests/races", "guests/demo", "guests/uarea"];

    /// <summary>The file.</summary>
    public string File => HostTool.RepositoryFile(Path);

    /// <summary>What is in it.</summary>
    public string Text => field ??= System.IO.File.ReadAllText(File).ReplaceLineEndings("\n");

    /// <summary>All pages: those in the root, and those in the folders that have some.</summary>
    public static IEnumerable<Page> All()
    {
        string root = HostTool.RepositoryFile("");
        return from folder in Folders.Prepend("")
               where Directory.Exists(System.IO.Path.Combine(root, folder))
               from file in Directory.EnumerateFiles(System.IO.Path.Combine(root, folder), "*.md").Order(StringComparer.Ordinal)
               select new Page(System.IO.Path.GetRelativePath(root, file));
    }

    /// <summary>The fenced blocks, in order.</summary>
    public IReadOnlyList<Block> Blocks() => [.. Fences().Matches(Text).Select(match => new Block(
        this, match.Groups["kind"].Value, match.Groups["body"].Value, LineBefore(match.Index), Text.AsSpan(0, match.Index).Count('\n') + 1))];

    /// <summary>The names of its sections, as links write them.</summary>
    public IReadOnlySet<string> Anchors() => new HashSet<string>(Headings().Matches(Prose()).Select(match => Anchor(match.Groups["title"].Value)));

    /// <summary>The page without its blocks of code.</summary>
    public string Prose() => Fences().Replace(Text, match => new string('\n', match.Value.Count(c => c == '\n')));

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static string Anchor(string title) =>
        NoAnchor().Replace(title.Replace("`", "", StringComparison.Ordinal).ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>The last line of text before a place, where a page says what is to be done with the block that follows.</summary>
    private string LineBefore(int index)
    {
        string paragraph = Text[..index].TrimEnd('\n');
        int begin = paragraph.LastIndexOf("\n\n", StringComparison.Ordinal);
        return paragraph[(begin < 0 ? 0 : begin + 2)..].Replace('\n', ' ');
    }

    [GeneratedRegex("^```(?<kind>[a-z]+)?\n(?<body>(?:.*?\n)??)```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex("^#+ +(?<title>.*)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Kind">What stands after the fence: sh, csharp, ...</param>
/// <param name="Body">Its lines, each with its end.</param>
/// <param name="Before">The paragraph before it, in one line.</param>
/// <param name="Line">Number of the line of its fence, from 1.</param>
internal sealed record Block(Page Page, string Kind, string Body, string Before, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Page.Path}:{Line}";
}
