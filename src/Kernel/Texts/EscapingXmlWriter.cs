using System.Xml;

namespace PpcJit.Kernel.Texts;

/// <summary>Writes indented XML, and escapes each text and each attribute on the way (<see cref="TerminalText"/>).</summary>
internal sealed class EscapingXmlWriter : XmlTextWriter
{
    private bool _isInAttribute;

    /// <summary>Begins.</summary>
    public EscapingXmlWriter(TextWriter to)
        : base(to) => Formatting = Formatting.Indented;

    /// <inheritdoc/>
    public override void WriteStartAttribute(string? prefix, string localName, string? ns)
    {
        _isInAttribute = true;
        base.WriteStartAttribute(prefix, localName, ns);
    }

    /// <inheritdoc/>
    public override void WriteEndAttribute()
    {
        _isInAttribute = false;
        base.WriteEndAttribute();
    }

    /// <inheritdoc/>
    public override void WriteString(string? text)
    {
        if (_isInAttribute)
            base.WriteString(TerminalText.Line(text ?? ""));
        else if (string.IsNullOrEmpty(text))
            WriteRaw(""); // Text all the same: the end of the element stays on this line.
        else
            base.WriteString(TerminalText.Escape(text));
    }
}
