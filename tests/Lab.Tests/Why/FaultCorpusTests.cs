using PpcJit.Lab.Why;

namespace PpcJit.Lab.Tests.Why;

/// <summary>Whether what looks for causes finds those of planted faults.</summary>
public sealed class FaultCorpusTests
{
    /// <summary>A cause that stands farther down than this has not been found.</summary>
    private const int MaxRank = 10;

    /// <summary>How many must be found at least, of how many.</summary>
    private const int Wanted = 22, Planted = 25;

    private static readonly SliceOptions Values = new(), WithAddresses = new() { FollowsAddresses = true };

    /// <summary>The table of docs/why.md is made by this test: UPDATE_GOLDEN=1 writes it anew.</summary>
    [Test]
    public void Causes_are_among_the_first_links_and_the_documents_table_says_where()
    {
        List<string> rows = [];
        int found = 0;
        foreach ((string name, string cause) in FaultCorpus.All)
        {
            int? ofValues = Rank(name, cause, Values), withAddresses = Rank(name, cause, WithAddresses);
            rows.Add($"| `{name}` | `{cause}` | {Cell(ofValues)} | {Cell(withAddresses)} |");
            if (Math.Min(ofValues ?? int.MaxValue, withAddresses ?? int.MaxValue) <= MaxRank)
                found++;
        }

        Assert.That(rows, Has.Count.EqualTo(Planted));
        Assert.That(found, Is.GreaterThanOrEqualTo(Wanted), string.Join('\n', rows));
        string page = HostTool.RepositoryFile("docs/why.md");
        string text = File.ReadAllText(page);
        int first = text.IndexOf("| `bad_argument`", StringComparison.Ordinal);
        int end = first < 0 ? -1 : text.IndexOf("\n\n", first, StringComparison.Ordinal);
        Assert.That(end, Is.Positive, "docs/why.md has no table of the planted faults");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
            File.WriteAllText(page, text[..first] + string.Join('\n', rows) + text[end..]);
        else
            Assert.That(text[first..end].Split('\n'), Is.EqualTo(rows));
    }

    [Test]
    public void The_chains_are_the_same_on_both_engines([ValueSource(nameof(Names))] string fault)
    {
        (CausalLink[] links, ulong count) = FaultCorpus.Follow(fault, jit: false, WithAddresses);
        (CausalLink[] other, ulong otherCount) = FaultCorpus.Follow(fault, jit: true, WithAddresses);
        Assert.That(otherCount, Is.EqualTo(count));
        Assert.That(other.Select(Text), Is.EqualTo(links.Select(Text)));
    }

    private static IEnumerable<string> Names() => FaultCorpus.All.Select(fault => fault.Name);

    private static string Text(CausalLink link) =>
        $"{link.At} {link.Place} {link.Value} {link.Through} {link.End} {link.Where} {link.Caller} {link.Note}";

    private static int? Rank(string name, string cause, SliceOptions options) =>
        FaultCorpus.RankOf(cause, FaultCorpus.Follow(name, jit: true, options).Links);

    private static string Cell(int? rank) => rank?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
