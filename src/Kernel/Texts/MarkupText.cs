using System.Xml;
using System.Xml.Linq;

namespace PpcJit.Kernel.Texts;

/// <summary>
/// Writes elements as XML or HTML. Every text and every attribute is escaped on the way, whoever it comes from: what
/// XML 1.0, section 2.2, does not allow, and controls, are shown as <c>\x1b</c>.
/// </summary>
public static class MarkupText
{
    private const string XmlHead = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
    private const string HtmlHead = "<!DOCTYPE html>\n";

    /// <summary>Writes an XML document, element by element, so that it is never whole in memory.</summary>
    public static void Xml(Stream to, XStreamingElement root) => Write(to, XmlHead, root.WriteTo);

    /// <summary>Writes an HTML document, element by element, so that it is never whole in memory.</summary>
    public static void Html(Stream to, XStreamingElement root) => Write(to, HtmlHead, root.WriteTo);

    /// <summary>Writes an HTML document that is small.</summary>
    public static void Html(Stream to, XElement root) => Write(to, HtmlHead, root.WriteTo);

    private static void Write(Stream to, string head, Action<XmlWriter> content)
    {
        using StreamWriter text = new(to, leaveOpen: true);
        text.Write(head);
        EscapingXmlWriter xml = new(text);
        content(xml);
        xml.Flush();
        text.Write('\n');
    }
}
