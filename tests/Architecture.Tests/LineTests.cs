namespace PpcJit.Architecture.Tests;

/// <summary>The form of the sources, as far as no analyzer looks at it.</summary>
public sealed class LineTests
{
    /// <summary>Lines are near 120 columns wide; beyond this they are not read.</summary>
    private const int MaxColumns = 150;

    private static readonly string[] Folders = ["src", "bench", "tests"];

    [TestCaseSource(nameof(Folders))]
    public void No_line_of_code_is_wider_than_150_columns(string folder)
    {
        IEnumerable<string> wide =
            from path in SourceTree.Paths(folder)
            from line in File.ReadLines(Path.Combine(SourceTree.Root, folder, path)).Index()
            where line.Item.Length > MaxColumns
            select $"{folder}/{path}({line.Index + 1}): {line.Item.Length} columns";
        Assert.That(wide, Is.Empty);
    }
}
