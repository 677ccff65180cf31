using System.Text;
using System.Text.RegularExpressions;

namespace PpcJit.Documents.Tests;

/// <summary>A command of the program, as a page shows it.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">Number of its line, from 1.</param>
/// <param name="Text">The command from <c>./ppcjit</c> on, without a comment.</param>
internal sealed partial record CommandLine(Page Page, int Line, string Text)
{
    private const string Program = "./ppcjit";

    /// <summary>The commands of a page: in blocks of either kind, and in sentences.</summary>
    public static IEnumerable<CommandLine> In(Page page)
    {
        string[] lines = page.Text.Split('\n');
        bool isFenced = false;
        for (int n = 0; n < lines.Length; n++)
        {
            string line = lines[n];
            if (line.StartsWith("```", StringComparison.Ordinal))
                isFenced = !isFenced;
            bool isCode = isFenced || line.StartsWith("    ", StringComparison.Ordinal);
            if (!isCode)
            {
                foreach (Match quoted in Quoted().Matches(line))
                    yield return new CommandLine(page, n + 1, quoted.Groups["command"].Value);
                continue;
            }

            int begin = line.IndexOf(Program + " ", StringComparison.Ordinal);
            if (begin < 0)
                continue;
            int number = n + 1;
            StringBuilder text = new(line[begin..]);
            while (text[^1] == '\\')
                text.Remove(text.Length - 1, 1).Append(lines[++n].Trim());
            yield return new CommandLine(page, number, Comment().Replace(text.ToString(), "").TrimEnd());
        }
    }

    /// <summary>The words that the program gets, as a shell gives them: up to a pipe, a redirection or the end of the quotation around it.</summary>
    public string[] Words()
    {
        List<string> words = [];
        StringBuilder word = new();
        bool isWord = false;
        char quote = '\0';
        foreach (char c in Text)
        {
            if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
                else
                    word.Append(c);
            }
            else if (c is '\'' or '"')
            {
                (quote, isWord) = (c, true);
            }
            else if (c is '|' or '>' or '<' or ';')
            {
                break;
            }
            else if (c == ' ')
            {
                if (isWord)
                    words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        if (isWord)
            words.Add(word.ToString());
        return [.. words.Skip(1)];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Page.Path}:{Line}: {Text}";

    [GeneratedRegex("`(?<command>\\./ppcjit [^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s{2,}#.*$")]
    private static partial Regex Comment();
}
