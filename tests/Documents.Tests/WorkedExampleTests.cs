namespace PpcJit.Documents.Tests;

/// <summary>docs/worked-example.md shows what its command prints today. UPDATE_GOLDEN=1 writes the page's blocks anew.</summary>
public sealed class WorkedExampleTests
{
    /// <summary>Where the machine code begins beside the IL.</summary>
    private const int ColumnWidth = 56;

    [Test]
    public void The_page_shows_the_plan_and_the_IL_that_its_command_prints()
    {
        Page page = new("docs/worked-example.md");
        IReadOnlyList<Block> blocks = page.Blocks();
        ProcessResult result = PpcJitProcess.Shell(blocks.First(block => block.Kind == "sh").Body);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        string[] parts = result.Output.Split("\n\n");
        string plan = parts[1] + "\n";
        string il = string.Concat(parts[2].Split('\n').Skip(1).Select(line => line[..Math.Min(line.Length, ColumnWidth)].TrimEnd())
            .Where(line => line.Length > 0).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            string text = page.Text;
            foreach ((string kind, string body) in (ReadOnlySpan<(string, string)>)[("plan", plan), ("il", il)])
            {
                Block old = blocks.Single(block => block.Kind == kind);
                text = text.Replace($"```{kind}\n{old.Body}```", $"```{kind}\n{body}```", StringComparison.Ordinal);
            }

            File.WriteAllText(page.File, text);
        }

        blocks = new Page(page.Path).Blocks();
        Assert.That(blocks.Single(block => block.Kind == "plan").Body, Is.EqualTo(plan));
        Assert.That(blocks.Single(block => block.Kind == "il").Body, Is.EqualTo(il));
        foreach (string line in blocks.First(block => block.Kind == "text").Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.That(il, Does.Contain(line));
    }
}
