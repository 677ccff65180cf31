using System.Xml.Linq;
using PpcJit.Kernel.Texts;

namespace PpcJit.Kernel.Tests.Texts;

public sealed class TextTests
{
    [TestCase("plain é 漢 \U0001f600", "plain é 漢 \U0001f600")]
    [TestCase("a\tb\nc", "a\tb\nc")]
    [TestCase("\x1b[31mred", "\\x1b[31mred")]
    [TestCase("\u009b31m\u007f\0\r", "\\x9b31m\\x7f\\x00\\x0d")]
    [TestCase("a\u202eb\u2066c\u2028", "a\\u202eb\\u2066c\\u2028")]
    public void Controls_are_shown_and_not_obeyed(string text, string expected) =>
        Assert.That(TerminalText.Escape(text), Is.EqualTo(expected));

    [Test]
    public void Half_a_surrogate_pair_is_shown() =>
        Assert.That(TerminalText.Escape("a" + '\ud800' + "b" + '\udc00'), Is.EqualTo("a\\ud800b\\udc00"));

    [Test]
    public void A_list_has_parts_with_their_places() =>
        Assert.That(CommaList.Parts("one, two ,,"), Is.EqualTo(new ListedPart[] { new("one", 0), new("two", 5), new("", 10), new("", 11) }));

    [Test]
    public void A_line_has_no_line_end() => Assert.That(TerminalText.Line("a\nb\tc"), Is.EqualTo("a\\x0ab\\x09c"));

    [Test]
    public void Bytes_that_are_not_UTF8_are_shown_and_UTF8_stays() =>
        Assert.That(TerminalText.Decode([(byte)'a', 0xc3, 0xa9, 0xc3, 0x28, 0xff, 0x1b, (byte)'\r', (byte)'\n', 0x80]),
            Is.EqualTo("aé\\xc3(\\xff\\x1b\n\\x80"));

    [Test]
    public void Markup_can_hold_any_text()
    {
        string all = string.Concat(Enumerable.Range(0, 0x10000).Select(code => (char)code));
        XElement element = new("a", new XAttribute("b", all), all, new XElement("c", "<&>]]>"));

        string xml = Written.By(MarkupText.Xml, new XStreamingElement("d", element));
        XElement read = XDocument.Parse(xml).Root!.Element("a")!;

        Assert.That(read.Element("c")!.Value, Is.EqualTo("<&>]]>"));
        Assert.That(((XText)read.FirstNode!).Value, Does.Contain("\\x1b").And.Contain("\\ufffe").And.Contain("é"));
        Assert.That(xml.Where(character => char.IsControl(character) && character is not ('\n' or '\t')), Is.Empty);
        Assert.That(read.Attribute("b")!.Value, Does.Contain("\\x0a").And.Contain("\\x1b"));
        string html = Written.By(MarkupText.Html, element);
        Assert.That(html, Does.StartWith("<!DOCTYPE html>\n"));
        Assert.That(html.Where(character => char.IsControl(character) && character is not ('\n' or '\t')), Is.Empty);
    }
}
