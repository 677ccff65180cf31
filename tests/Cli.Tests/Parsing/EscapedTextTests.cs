using System.Text;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel;

namespace PpcJit.Cli.Tests.Parsing;

[TestFixture]
internal sealed class EscapedTextTests
{
    [TestCase("", "")]
    [TestCase("plain", "plain")]
    [TestCase(@"a\nb\r\t\\", "a\nb\r\t\\")]
    [TestCase(@"\x41\x00\x7f", "A\0\u007f")]
    [TestCase("é😀", "é😀")]
    public void Escapes_stand_for_what_they_do_in_C(string text, string expected) =>
        Assert.That(EscapedText.Bytes("--input", text), Is.EqualTo(Encoding.UTF8.GetBytes(expected)));

    [Test]
    public void Any_byte_can_be_written() => Assert.That(EscapedText.Bytes("--input", @"\xff"), Is.EqualTo(new byte[] { 0xff }));

    [TestCase(@"\")]
    [TestCase(@"\q")]
    [TestCase(@"\x")]
    [TestCase(@"\x4")]
    [TestCase(@"\xgg")]
    public void Other_escapes_are_refused(string text) =>
        Assert.That(() => EscapedText.Bytes("--input", text), Throws.TypeOf<InputException>());
}
