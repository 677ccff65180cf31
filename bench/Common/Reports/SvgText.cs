using System.Globalization;
using System.Net;
using System.Text;

namespace PpcJit.Bench.Reports;

/// <summary>The text of an SVG picture on white ground.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a picture.</summary>
    public SvgText(int width, int height)
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">");
        Add($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>");
    }

    /// <summary>Adds an element.</summary>
    public void Add(FormattableString element) => _text.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Makes a text fit to stand in an element.</summary>
    public static string Escaped(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Ends the picture.</summary>
    public string End()
    {
        Add($"</svg>");
        return _text.ToString();
    }
}
