using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Drawing;

/// <summary>Makes a page that is one file: with its data and its script, and without a link to anywhere.</summary>
internal static class HtmlPage
{
    private const string Style =
        ":root{color-scheme:light dark}body{font:14px/1.4 system-ui,sans-serif;margin:1.5em;color:#222;background:#fff}h1{font-size:1.3em}"
        + "h2{font-size:1.1em}table{border-collapse:collapse;font-size:13px}th{text-align:left;border-bottom:1px solid #999}"
        + "td,th{padding:1px 12px 1px 0}td{overflow-wrap:anywhere}"
        + "td.number{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}"
        + "pre{overflow-x:auto}svg{max-width:100%;height:auto}svg text{fill:currentColor}"
        + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1c1f}}";

    /// <summary>Creates a page.</summary>
    /// <param name="title">Its title, also its first line.</param>
    /// <param name="style">Style of its own.</param>
    /// <param name="content">What it shows.</param>
    public static XElement Create(string title, string style, params IEnumerable<object> content) => new(
        "html", Language(), Head(title, style), new XElement("body", new XElement("h1", title), content));

    /// <summary>Creates a page of which an element is made when it is written.</summary>
    /// <param name="title">Its title, also its first line.</param>
    /// <param name="style">Style of its own.</param>
    /// <param name="content">What it shows.</param>
    public static XStreamingElement Stream(string title, string style, params IEnumerable<object> content) => new(
        "html", Language(), Head(title, style), new XStreamingElement("body", new XElement("h1", title), content));

    /// <summary>A table; numbers stand to the right.</summary>
    public static XElement Table(IEnumerable<string> head, IEnumerable<IReadOnlyList<string>> rows) => new(
        "table",
        new XElement("tr", head.Select(cell => new XElement("th", cell))),
        rows.Select(row => new XElement("tr", row.Select(cell =>
            new XElement("td", IsNumber(cell) ? new XAttribute("class", "number") : null, cell)))));

    private static bool IsNumber(string cell) => cell.Length > 0 && cell.All(letter => char.IsAsciiDigit(letter) || letter is ',' or '.' or '%');

    /// <summary>Writes a page with data and a script that draws them.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="page">The page.</param>
    /// <param name="data">Writes the data, between the braces of an object.</param>
    /// <param name="script">Finds the data as the text of the element <c>data</c>.</param>
    public static void Write(Stream to, XElement page, Action<Utf8JsonWriter> data, string script)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            data(json);
            json.WriteEndObject();
        }

        // The writer escapes < in texts, so that nothing in the data ends the element.
        string text = Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        page.Element("body")!.Add(
            new XElement("script", new XAttribute("id", "data"), new XAttribute("type", "application/json"), new Raw(text)),
            new XElement("script", new Raw($"\n{script}\n")));
        MarkupText.Html(to, page);
    }

    private static XAttribute Language() => new("lang", "en");

    private static XElement Head(string title, string style) => new(
        "head", new XElement("meta", new XAttribute("charset", "utf-8")),
        new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
        new XElement("title", title), new XElement("style", Style + style));

    /// <summary>What is written as it is: no text for people.</summary>
    private sealed class Raw(string text) : XText(text)
    {
        public override void WriteTo(XmlWriter writer) => writer.WriteRaw(Value);
    }
}
