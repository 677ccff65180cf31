using System.Text.RegularExpressions;

namespace PpcJit.Documents.Tests;

/// <summary>A link that leads nowhere is worse than none.</summary>
public sealed partial class LinkTests
{
    private static IEnumerable<string> Pages => Page.All().Select(page => page.Path);

    [TestCaseSource(nameof(Pages))]
    public void Each_link_leads_to_a_file_and_a_section_of_it(string path)
    {
        Page page = new(path);
        foreach (Match link in Links().Matches(page.Prose()))
        {
            string target = link.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal))
                continue;
            string[] parts = target.Split('#', 2);
            string file = parts[0].Length == 0 ? path : Path.GetRelativePath(
                HostTool.RepositoryFile(""), Path.Combine(Path.GetDirectoryName(page.File)!, parts[0]));
            string full = HostTool.RepositoryFile(file);
            Assert.That(File.Exists(full) || Directory.Exists(full), Is.True, $"{path}: there is no {target}");
            if (parts.Length == 2)
                Assert.That(new Page(file).Anchors(), Does.Contain(parts[1]), $"{path}: {target}");
        }
    }

    [Test]
    public void Each_page_of_docs_is_reached_from_the_front_page()
    {
        HashSet<string> reached = [];
        Queue<string> open = new(["README.md"]);
        while (open.TryDequeue(out string? path))
        {
            if (!reached.Add(path))
                continue;
            foreach (Match link in Links().Matches(new Page(path).Prose()))
            {
                string target = link.Groups["target"].Value.Split('#')[0];
                if (target.EndsWith(".md", StringComparison.Ordinal) && !target.Contains("://", StringComparison.Ordinal))
                    open.Enqueue(Path.GetRelativePath("/", Path.Combine("/", Path.GetDirectoryName(path)!, target)));
            }
        }

        Assert.That(Pages.Where(path => path.StartsWith("docs/", StringComparison.Ordinal)).Except(reached), Is.Empty);
    }

    [GeneratedRegex(@"\]\((?<target>[^()\s]+)\)")]
    private static partial Regex Links();
}
