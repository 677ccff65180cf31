using System.Text;
using PpcJit.Cli.Terminal;

namespace PpcJit.Cli.Tests.Terminal;

[TestFixture]
internal sealed class LineEditorTests
{
    private const string Up = "\u001b[A", Down = "\u001bOB", Left = "\u001b[D", Home = "\u001b[1~", End = "\u001b[F", Delete = "\u001b[3~";

    [TestCase("when\r", "when")]
    [TestCase("wihe\b\b\bhen\r", "when")]
    [TestCase("whem\u007fn\n", "when")]
    [TestCase("goto 5 7\u00178\r", "goto 5 8")]
    [TestCase("goto 5  \u0017\u0017when\r", "when")]
    [TestCase("goto\u0015when\r", "when")]
    [TestCase("hen" + Home + "w" + End + "!\r", "when!")]
    [TestCase("wen" + Left + Left + "h\r", "when")]
    [TestCase("wxhen" + Home + "\u001b[C" + Delete + "\r", "when")]
    [TestCase("junk\u0003when\r", "when")]
    [TestCase("w\u0001\u00e4\u001b[15~\u001bxhen\r", "when")]
    public void Lines_are_edited_as_on_any_terminal(string typed, string expected) => Assert.That(Lines(typed), Is.EqualTo((string?[])[expected]));

    [Test]
    public void Lines_before_come_back_with_the_arrows() =>
        Assert.That(Lines($"one\rtwo\r{Up}{Up}{Up}\r{Up}{Up}{Down}\r{Up}x{Down}{Down}\r"), Is.EqualTo((string?[])["one", "two", "one", "one", ""]));

    [Test]
    public void Ctrl_D_ends_on_an_empty_line_only() => Assert.That(Lines("a\u0004b\r\u0004"), Is.EqualTo((string?[])["ab", null]));

    [Test]
    public void A_line_and_what_it_shows_are_bounded()
    {
        StringBuilder shown = new();
        LineEditor editor = new("> ", text => shown.Append(text));
        editor.Begin();
        Random random = new(1);
        for (int n = 0; n < 20_000; n++)
        {
            if (editor.Take((byte)random.Next(256), out string? line))
                editor.Begin();
            Assert.That(line?.Length ?? 0, Is.LessThanOrEqualTo(4000));
        }

        editor.Begin();
        for (int n = 0; n < 5000; n++)
            editor.Take((byte)'x', out _);
        editor.Take((byte)'\r', out string? last);
        Assert.That(last, Has.Length.EqualTo(4000));
    }

    private static List<string?> Lines(string typed)
    {
        LineEditor editor = new("> ", _ => { });
        List<string?> lines = [];
        editor.Begin();
        foreach (byte key in Encoding.Latin1.GetBytes(typed))
        {
            if (editor.Take(key, out string? line))
            {
                lines.Add(line);
                editor.Begin();
            }
        }

        return lines;
    }
}
