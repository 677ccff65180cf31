using System.Text.RegularExpressions;

namespace PpcJit.Documents.Tests;

/// <summary>Does what the pages of docs/how-to say, word for word, in a copy of the tree.</summary>
public sealed partial class HowToTests
{
    /// <summary>
    /// Builds the program when a source is newer than it, and runs it: asking MSBuild each time takes longer than most of the commands.
    /// </summary>
    private const string Launcher =
        """
        #!/bin/sh
        program=src/Cli/bin/Debug/net10.0/PpcJit.Cli.dll
        newer=$(find src guests scenarios -newer $program -type f -not -path '*/bin/*' -not -path '*/obj/*' 2> /dev/null | head -n 1)
        if [ ! -e $program ] || [ -n "$newer" ]; then
            dotnet build src/Cli --verbosity quiet >&2 && touch $program || exit
        fi
        exec dotnet $program "$@"
        """;

    private string _copy = "";

    [OneTimeSetUp]
    public void CopyTheTree()
    {
        _copy = Directory.CreateTempSubdirectory("how-to-").FullName;

        // What is there, not what is committed; nothing that was built, but the guest's images, which are large, by a link
        ProcessResult copied = PpcJitProcess.Shell(
            $"tar --exclude=.git --exclude=bin --exclude=obj --exclude=.publish --exclude=./guests/linux/out -cf - . | tar -xf - -C '{_copy}'");
        Assert.That(copied.ExitCode, Is.Zero, copied.Error);

        // The launcher compiles the program ahead of time after each change, which takes a minute; the pages are not about that
        File.WriteAllText(Path.Combine(_copy, "ppcjit"), Launcher);
    }

    [OneTimeTearDown]
    public void DeleteTheCopy() => Directory.Delete(_copy, recursive: true);

    [Test]
    [Category("Slow")]
    public void What_the_pages_say_can_be_done_one_after_the_other()
    {
        foreach (string name in PagesInOrder())
        {
            foreach (Block block in new Page($"docs/how-to/{name}").Blocks())
                Follow(block);
        }
    }

    /// <summary>The index has the pages in the order in which they build on each other.</summary>
    private static IEnumerable<string> PagesInOrder()
    {
        string[] pages = [.. Rows().Matches(new Page("docs/how-to/README.md").Text).Select(match => match.Groups["file"].Value)];
        string folder = Path.GetDirectoryName(new Page("docs/how-to/README.md").File)!;
        Assert.That(pages.Append("README.md"), Is.EquivalentTo(Directory.EnumerateFiles(folder, "*.md").Select(Path.GetFileName)));
        return pages;
    }

    private void Follow(Block block)
    {
        if (block.Kind == "sh")
        {
            foreach (string line in block.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Execute(block, line);
            return;
        }

        Match step = Directions().Match(block.Before);
        Assert.That(step.Success, Is.True, $"{block}: '{block.Before}' does not say what is to be done with the block");
        string file = Path.Combine(_copy, step.Groups["file"].Value);
        if (step.Groups["new"].Success)
        {
            Assert.That(File.Exists(file), Is.False, $"{block}: {file} is there already");
            File.WriteAllText(file, block.Body);
            return;
        }

        List<string> lines = [.. File.ReadAllLines(file)];
        string anchor = step.Groups["anchor"].Value;
        Assert.That(lines.Count(line => line.Contains(anchor, StringComparison.Ordinal)), Is.EqualTo(1), $"{block}: lines with '{anchor}'");
        int at = lines.FindIndex(line => line.Contains(anchor, StringComparison.Ordinal));
        string indent = lines[at][..^lines[at].TrimStart().Length];
        IEnumerable<string> added = block.Body[..^1].Split('\n').Select(line => line.Length == 0 ? line : indent + line);
        switch (step.Groups["where"].Value)
        {
            case "after": lines.InsertRange(at + 1, added); break;
            case "before": lines.InsertRange(at, added); break;
            default:
                lines.RemoveAt(at);
                lines.InsertRange(at, added);
                break;
        }

        File.WriteAllLines(file, lines);
    }

    private void Execute(Block block, string line)
    {
        TestContext.Progress.WriteLine($"{block}: {line}");

        // The copy's packages are those of the tree; its lock files are not asked about what its own projects refer to
        ProcessResult result = PpcJitProcess.Shell($"cd '{_copy}' && unset CI && {line}");
        Assert.That(result.ExitCode, Is.Zero, $"{block}: {line}\n{Last(result.Output)}\n{Last(result.Error)}");
    }

    private static string Last(string text) => text[Math.Max(0, text.Length - 6000)..];

    [GeneratedRegex(@"^\| \[[^]]+\]\((?<file>[a-z-]+\.md)\) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("^(?:(?<new>New file) `(?<file>[^`]+)`|In `(?<file>[^`]+)`, (?<where>after|before|instead of) `(?<anchor>[^`]+)`):$")]
    private static partial Regex Directions();
}
