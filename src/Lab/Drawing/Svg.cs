using System.Globalization;
using System.Xml.Linq;

namespace PpcJit.Lab.Drawing;

/// <summary>The shapes of which drawings are made. A title is what a person sees who points at a shape.</summary>
internal static class Svg
{
    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    /// <summary>An empty drawing.</summary>
    public static XElement Drawing(double width, double height) =>
        Shape("svg", ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("width", width), ("height", height));

    /// <summary>An empty drawing on white ground, to stand alone in a file.</summary>
    public static XElement Sheet(double width, double height)
    {
        XElement sheet = Drawing(width, height);
        sheet.Add(new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", "13"), Rectangle(0, 0, width, height, "white"));
        return sheet;
    }

    /// <summary>The text of a file that holds a drawing.</summary>
    public static string File(XElement sheet) => sheet + "\n";

    /// <summary>Any shape.</summary>
    /// <param name="name">Name of the element.</param>
    /// <param name="attributes">Its attributes: texts, or numbers, which are given with two digits at most.</param>
    public static XElement Shape(string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        XElement shape = new(Namespace + name);
        foreach ((string attribute, object value) in attributes)
            shape.Add(new XAttribute(attribute, value as string ?? Number(Convert.ToDouble(value, CultureInfo.InvariantCulture))));
        return shape;
    }

    /// <summary>A filled rectangle.</summary>
    public static XElement Rectangle(double x, double y, double width, double height, string fill, string? title = null) =>
        Titled(Shape("rect", ("x", x), ("y", y), ("width", width), ("height", height), ("fill", fill)), title);

    /// <summary>A dot.</summary>
    public static XElement Circle(double x, double y, double radius, string? title = null, string fill = "#222222") =>
        Titled(Shape("circle", ("cx", x), ("cy", y), ("r", radius), ("fill", fill)), title);

    /// <summary>A straight line.</summary>
    /// <param name="x1">Where it begins.</param>
    /// <param name="y1">Where it begins.</param>
    /// <param name="x2">Where it ends.</param>
    /// <param name="y2">Where it ends.</param>
    /// <param name="stroke">Its colour.</param>
    /// <param name="dashes">Length of dashes and gaps; 0 for none.</param>
    /// <param name="width">Its width.</param>
    public static XElement Line(double x1, double y1, double x2, double y2, string stroke, double dashes = 0, double width = 1)
    {
        XElement line = Shape("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", stroke), ("stroke-width", width));
        if (dashes > 0)
            line.Add(new XAttribute("stroke-dasharray", Number(dashes)));
        return line;
    }

    /// <summary>The two axes of a chart.</summary>
    public static XElement Axes(double left, double top, double bottom, double right, string stroke) => Shape(
        "path", ("d", $"M{Number(left)},{Number(top)} V{Number(bottom)} H{Number(right)}"), ("fill", "none"), ("stroke", stroke));

    /// <summary>Lines from point to point.</summary>
    public static XElement Polyline(IEnumerable<(double X, double Y)> points, string stroke, double width) =>
        Shape("polyline", ("points", Points(points)), ("fill", "none"), ("stroke", stroke), ("stroke-width", width));

    /// <summary>A filled area.</summary>
    public static XElement Polygon(IEnumerable<(double X, double Y)> points, string fill, double opacity) =>
        Shape("polygon", ("points", Points(points)), ("fill", fill), ("opacity", opacity));

    /// <summary>A line of text.</summary>
    /// <param name="x">Left edge, or where the anchor is.</param>
    /// <param name="y">Base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor">Which of its ends stands at the place: start, middle or end.</param>
    /// <param name="title">See the class.</param>
    /// <param name="size">Height of its letters.</param>
    /// <param name="fill">Its colour.</param>
    public static XElement Text(
        double x, double y, string text, string anchor, string? title = null, double size = 11, string fill = "black")
    {
        XElement shape = Shape(
            "text", ("x", x), ("y", y), ("text-anchor", anchor), ("font-size", size), ("font-family", "system-ui, sans-serif"));
        if (fill != "black")
            shape.Add(new XAttribute("fill", fill));
        shape.Add(text);
        return Titled(shape, title);
    }

    /// <summary>What colours mean: a patch of each with its text, in rows.</summary>
    /// <param name="left">Left edge.</param>
    /// <param name="top">Upper edge.</param>
    /// <param name="right">Where a row ends at the latest, unless a single text is longer.</param>
    /// <param name="meanings">The colours.</param>
    /// <returns>The shapes, and their lower edge.</returns>
    public static (IReadOnlyList<XElement> Shapes, double Bottom) Legend(double left, double top, double right, IEnumerable<Meaning> meanings)
    {
        const double Patch = 12, Row = 18, LetterWidth = 6.5, Gap = 20;
        List<XElement> shapes = [];
        double x = left, y = top;
        foreach (Meaning meaning in meanings)
        {
            double width = Patch + 5 + (meaning.Text.Length * LetterWidth);
            if (x > left && x + width > right)
                (x, y) = (left, y + Row);
            shapes.Add(Rectangle(x, y, Patch, Patch, meaning.Fill));
            shapes.Add(Text(x + Patch + 5, y + Patch - 2, meaning.Text, "start"));
            x += width + Gap;
        }

        return (shapes, y + Row);
    }

    private static string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"));

    private static XElement Titled(XElement shape, string? title)
    {
        if (title is not null)
            shape.AddFirst(new XElement(Namespace + "title", title));
        return shape;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
