using System.Globalization;
using System.Xml.Linq;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>The few shapes of which the drawings are made. A title is what a person sees who points at a shape.</summary>
internal static class Svg
{
    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    /// <summary>An empty drawing.</summary>
    public static XElement Drawing(double width, double height) => new(
        Namespace + "svg", new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"), new XAttribute("width", Number(width)), new XAttribute("height", Number(height)));

    /// <summary>A filled rectangle.</summary>
    public static XElement Rectangle(double x, double y, double width, double height, string fill, string? title = null) => Titled(
        new XElement(
            Namespace + "rect",
            new XAttribute("x", Number(x)),
            new XAttribute("y", Number(y)),
            new XAttribute("width", Number(width)),
            new XAttribute("height", Number(height)),
            new XAttribute("fill", fill)),
        title);

    /// <summary>A dot.</summary>
    public static XElement Circle(double x, double y, double radius, string? title = null) => Titled(
        new XElement(Namespace + "circle", new XAttribute("cx", Number(x)), new XAttribute("cy", Number(y)), new XAttribute("r", Number(radius)), new XAttribute("fill", "#222222")),
        title);

    /// <summary>A line of text.</summary>
    /// <param name="x">Left edge, or where the anchor is.</param>
    /// <param name="y">Base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor">Which of its ends stands at the place: start, middle or end.</param>
    /// <param name="title">See the class.</param>
    public static XElement Text(double x, double y, string text, string anchor, string? title = null) => Titled(
        new XElement(
            Namespace + "text",
            new XAttribute("x", Number(x)),
            new XAttribute("y", Number(y)),
            new XAttribute("text-anchor", anchor),
            new XAttribute("font-size", "11"),
            new XAttribute("font-family", "system-ui, sans-serif"),
            text),
        title);

    private static XElement Titled(XElement shape, string? title)
    {
        if (title is not null)
            shape.AddFirst(new XElement(Namespace + "title", title));
        return shape;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
