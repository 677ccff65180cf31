using System.Xml.Linq;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Drawing;
using PpcJit.Lab.Why.Explaining;

namespace PpcJit.Lab.Why.Reports;

/// <summary>Chains and explanations as one HTML file that needs nothing else: each link opens to what the machine looked like then.</summary>
public static class WhyPage
{
    private const string Style =
        "body{max-width:110em}.link>summary,.statement{font-family:ui-monospace,monospace;font-size:13px}"
        + "summary{cursor:pointer}.from{margin-left:1.5em;border-left:1px solid #999;padding-left:.5em}"
        + ".look{display:flex;flex-wrap:wrap;gap:2em;margin:.3em 0 .8em 1.5em}.look pre{margin:0;font-size:12px}"
        + ".kind{font-weight:600}.cause{font-weight:600;color:#a11}.note{color:#777}";

    /// <summary>Registers that stand beside each other.</summary>
    private const int Columns = 4;

    /// <summary>Writes a chain.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="title">What was asked.</param>
    /// <param name="chain">The chain.</param>
    public static void Write(Stream to, string title, CausalLink chain) =>
        MarkupText.Html(to, HtmlPage.Create(title, Style, Links(chain)));

    /// <summary>Writes an explanation.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="title">What died.</param>
    /// <param name="explanation">The explanation.</param>
    public static void Write(Stream to, string title, Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        MarkupText.Html(to, HtmlPage.Create(title, Style, Parts(explanation)));
    }

    private static IEnumerable<XElement> Parts(Explanation explanation)
    {
        yield return new XElement("p", $"{explanation.At}  {TerminalText.Line(explanation.Death)}");
        yield return new XElement("h2", "What led there, the newest first");
        foreach (Statement statement in explanation.Statements)
        {
            string source = statement.Source is { } line ? $" {TerminalText.Line(line)}" : "";
            yield return new XElement("p",
                new XElement("span", new XAttribute("class", "statement"), $"{statement.At} {TerminalText.Line(statement.Where)}{source}"),
                new XElement("br"),
                new XElement("span", new XAttribute("class", "kind"), ExplanationPrinter.Title(statement.Kind) + ": "),
                TerminalText.Line(statement.Text));
        }

        if (explanation.Causes.Count > 0)
            yield return new XElement("h2", "What came from outside, tried without it");
        foreach (TriedCause cause in explanation.Causes)
        {
            XAttribute kind = new("class", cause.Verdict == Verdict.Cause ? "cause" : "kind");
            yield return new XElement("p", new XElement("span", kind, ExplanationPrinter.Title(cause.Verdict)),
                $": {TerminalText.Line(cause.What)}: {TerminalText.Line(cause.Text)}");
        }

        foreach (CausalLink chain in explanation.Chains)
        {
            yield return new XElement("h2", $"Where {chain.Place} came from");
            foreach (XElement link in Links(chain))
                yield return link;
        }

        foreach (string cut in explanation.CutOff)
            yield return new XElement("p", new XAttribute("class", "note"), TerminalText.Line(cut));
    }

    /// <summary>A chain as elements one after the other; where it divides, the parts are inside of the last.</summary>
    private static IEnumerable<XElement> Links(CausalLink chain, CausalLink? before = null)
    {
        for (CausalLink? link = chain; link is not null;)
        {
            CausalLink[] copies = [.. SlicePrinter.Copies(link)];
            if (copies.Length > SlicePrinter.MaxCopies)
            {
                yield return Link(copies[0], before);
                yield return new XElement("details", new XElement("summary", SlicePrinter.Folded(copies)), Inside(copies[1..^1].Select(Copy)));
                (before, link) = (copies[^2], copies[^1]);
            }

            yield return Link(link, before);
            before = link;
            if (link.From.Count > 1)
            {
                foreach (CausalLink source in link.From)
                    yield return Inside(Links(source, before));
            }

            link = link.From.Count == 1 ? link.From[0] : null;
        }
    }

    private static XElement Inside(IEnumerable<XElement> links) => new("div", new XAttribute("class", "from"), links);

    private static XElement Copy(CausalLink link) => Link(link, link);

    private static XElement Link(CausalLink link, CausalLink? before)
    {
        string line = SlicePrinter.Line(link, before);
        return link.State is not { } state ? new XElement("div", new XAttribute("class", "statement"), line) : new XElement("details",
            new XAttribute("class", "link"), new XElement("summary", line), new XElement("div", new XAttribute("class", "look"),
                Block(string.Join('\n', state.Code)), Block(Registers(state)), Block(string.Join('\n', state.Tlb))));
    }

    private static XElement Block(string text) => new("pre", text);

    private static string Registers(MachineLook state) => string.Join('\n', state.Registers.Chunk(Columns)
        .Select(row => string.Join("  ", row.Select(register => $"{register.Name,-5} {register.Value:x8}"))));
}
