using System.Text;

namespace PpcJit.Cli.Reference;

/// <summary>The manual page, in the language of <c>man</c>.</summary>
internal static class ManualPage
{
    /// <summary>Writes the page.</summary>
    public static string Of(DescribedCommand root, string version)
    {
        string[] paragraphs = root.Description.Replace("\r", "", StringComparison.Ordinal).Split("\n\n");
        StringBuilder page = new();
        page.Append($".TH {root.Name.ToUpperInvariant()} 1 \"\" \"{root.Name} {version}\" \"User Commands\"\n.ad l\n");
        page.Append($".SH NAME\n{root.Name} \\- emulate PowerPC 405 boards exactly and repeatably\n.SH SYNOPSIS\n");
        page.Append($".B {root.Name}\n.I COMMAND\n[options]\n.SH DESCRIPTION\n");
        page.Append(string.Join(".PP\n", paragraphs.Select(paragraph => Text(paragraph))));
        page.Append(".SH COMMANDS\n");
        foreach (DescribedCommand command in root.All.Skip(1))
            Add(page, command);
        page.Append(".SH OPTIONS\n");
        AddOptions(page, root);
        page.Append(".SH ENVIRONMENT\n.TP\n.B PPCJIT_LINUX_IMAGES\nThe folder with the Linux images that\n.B linux\nand its likes name.\n");
        page.Append(".SH SEE ALSO\n.BR gdb (1),\n.BR dtc (1)\n");
        return page.ToString();
    }

    private static void Add(StringBuilder page, DescribedCommand command)
    {
        page.Append($".SS \"{Escaped(command.Path)} {Escaped(command.Usage).Replace("\"", "\\(dq", StringComparison.Ordinal)}\"\n");
        page.Append(Text(command.Description));
        foreach (DescribedValue argument in command.Arguments)
            page.Append($".TP\n.I {Escaped(argument.Name)}\n{Text(argument.Description)}");
        AddOptions(page, command);
        if (command.Examples is { } examples)
            page.Append($".PP\n.nf\n{Text(examples, keepsEmpty: true)}.fi\n");
    }

    private static void AddOptions(StringBuilder page, DescribedCommand command)
    {
        foreach (DescribedOption option in command.Options)
        {
            string value = option.Value is { } given ? $" \\fI{Escaped(given.Name)}\\fR" : "";
            page.Append($".TP\n\\fB{string.Join("\\fR, \\fB", option.Names.OrderBy(name => name.Length).Select(Escaped))}\\fR{value}\n");
            page.Append(Text(option.Description + (option.Default is { Length: > 0 } otherwise ? $" Default: {otherwise}." : "")));
        }
    }

    /// <summary>Gives text with the end of its last line; no line of it is taken for a request.</summary>
    private static string Text(string text, bool keepsEmpty = false)
    {
        StringBuilder lines = new();
        foreach (string line in text.Replace("\r", "", StringComparison.Ordinal).Split('\n'))
        {
            string trimmed = keepsEmpty ? line.TrimEnd() : line.Trim();
            if (trimmed.Length == 0 && !keepsEmpty)
                continue;
            lines.Append(trimmed.Length == 0 || trimmed[0] is '.' or '\'' ? "\\&" : "").Append(Escaped(trimmed)).Append('\n');
        }

        return lines.ToString();
    }

    private static string Escaped(string text)
    {
        StringBuilder escaped = new();
        foreach (char letter in text)
        {
            escaped.Append(letter switch
            {
                '\\' => "\\e",
                '-' => "\\-",
                '^' => "\\(ha",
                '~' => "\\(ti",
                '`' => "\\(ga",
                '\'' => "\\(aq",
                '|' => "|\\:", // Long lists may be broken there
                _ => letter.ToString(),
            });
        }

        return escaped.ToString();
    }
}
