using System.Text;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Kernel.Tests.Sessions;

[TestFixture]
internal sealed class TextMatcherTests
{
    [TestCase("BOOT-OK", "..BOOT-OK..", 9)]
    [TestCase("aab", "aaaab", 5)]
    [TestCase("abab", "abaabab", 7)]
    [TestCase("x", "x", 1)]
    public void A_text_is_found_at_its_last_byte(string text, string stream, int expected) =>
        Assert.That(Ends(text, stream), Does.Contain(expected).And.Exactly(1).Items);

    [Test]
    public void Overlapping_occurrences_are_all_found() => Assert.That(Ends("aa", "aaaa"), Is.EqualTo(new[] { 2, 3, 4 }));

    [Test]
    public void An_empty_text_is_never_found() => Assert.That(Ends("", "abc"), Is.Empty);

    [Test]
    public void Every_text_is_found_where_a_plain_search_finds_it()
    {
        Random random = new(1);
        for (int n = 0; n < 500; n++)
        {
            string text = Letters(random, random.Next(1, 6));
            string stream = Letters(random, 60);
            int[] plain = [.. Enumerable.Range(text.Length, stream.Length - text.Length + 1).Where(end => stream[(end - text.Length)..end] == text)];
            Assert.That(Ends(text, stream), Is.EqualTo(plain), $"{text} in {stream}");
        }
    }

    private static string Letters(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'c'))]);

    private static int[] Ends(string text, string stream)
    {
        TextMatcher matcher = new(Encoding.ASCII.GetBytes(text));
        return [.. Enumerable.Range(1, stream.Length).Where(end => matcher.Next((byte)stream[end - 1]))];
    }
}
