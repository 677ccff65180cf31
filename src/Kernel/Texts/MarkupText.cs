using System.Xml.Linq;

namespace PpcJit.Kernel.Texts;

/// <summary>
/// Writes elements as XML or HTML. Every text and every attribute is escaped on the way, whoever it comes from: what
/// XML 1.0, section 2.2, does not allow, and controls, are shown as <c>\x1b</c>.
/// </summary>
public static class MarkupText
{
    /// <summary>Gives an XML document.</summary>
    public static string Xml(XElement root) => new XDeclaration("1.0", "utf-8", null) + "\n" + Clean(root) + "\n";

    /// <summary>Gives an HTML document.</summary>
    public static string Html(XElement root) => "<!DOCTYPE html>\n" + Clean(root) + "\n";

    private static XElement Clean(XElement root)
    {
        XElement clean = new(root);
        foreach (XText text in clean.DescendantNodes().OfType<XText>())
            text.Value = TerminalText.Escape(text.Value);
        foreach (XAttribute attribute in clean.DescendantsAndSelf().Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
            attribute.Value = TerminalText.Line(attribute.Value);
        return clean;
    }
}
