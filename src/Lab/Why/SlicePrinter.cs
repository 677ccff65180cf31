using System.Globalization;
using PpcJit.Kernel.Texts;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>Writes a slice for people: newest first, what has several sources as a tree, and copies as one line.</summary>
public static class SlicePrinter
{
    /// <summary>Copies in a row that are shown one by one.</summary>
    private const int MaxCopies = 2;

    /// <summary>Places that are named of copies in one line.</summary>
    private const int MaxPlaces = 6;

    /// <summary>Gives the lines.</summary>
    /// <param name="link">The newest link.</param>
    /// <param name="showsAll">Whether each copy has a line of its own.</param>
    public static IReadOnlyList<string> Lines(CausalLink link, bool showsAll)
    {
        ArgumentNullException.ThrowIfNull(link);
        List<string> lines = [];
        Add(lines, link, 0, showsAll);
        return lines;
    }

    private static void Add(List<string> lines, CausalLink link, int indent, bool showsAll)
    {
        for (CausalLink? next = link; next is not null;)
        {
            CausalLink[] copies = [.. Copies(next)];
            if (!showsAll && copies.Length > MaxCopies)
            {
                lines.Add(Line(copies[0], indent));
                string[] places = [.. copies[1..^1].Select(copy => copy.Place.ToString()).Distinct()];
                string more = places.Length > MaxPlaces ? ", ..." : "";
                lines.Add(Indented(indent, string.Create(CultureInfo.InvariantCulture,
                    $"... {copies.Length - 2} more that only move it, by way of {string.Join(", ", places.Take(MaxPlaces))}{more}")));
                next = copies[^1];
            }

            lines.Add(Line(next, indent));
            if (next.From.Count == 1)
            {
                next = next.From[0];
                continue;
            }

            foreach (CausalLink source in next.From)
                Add(lines, source, indent + 1, showsAll);
            next = null;
        }
    }

    /// <summary>The links from one on that only move the value.</summary>
    private static IEnumerable<CausalLink> Copies(CausalLink link)
    {
        for (CausalLink? next = link; next is { IsCopy: true }; next = next.From[0])
            yield return next;
    }

    private static string Line(CausalLink link, int indent)
    {
        string value = link.Value is { } known ? $" = 0x{known:x}" : "";
        string text = link.At is { } at ? $"{at,-14} {TerminalText.Line(link.Where)}  {Event(link)}" : Origin(link);
        string note = link.Note is { } said ? $"; {TerminalText.Line(said)}" : "";
        string task = link.Task is { } name ? $" in {TerminalText.Line(name)}" : "";
        return Indented(indent, link.At is null ? $"{link.Place}{value}: {text}{note}" : $"{text}  {link.Place}{value}{task}{End(link)}{note}");
    }

    private static string Event(CausalLink link)
    {
        if (link.Exception is { } kind)
            return kind.ToString();
        if (link.Word == 0)
            return "a device or a person stored";
        const StringSplitOptions words = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return string.Join(' ', Disassembler.Disassemble(link.Word, link.Pc).Split(' ', 2, words));
    }

    private static string End(CausalLink link) => link.End switch
    {
        LinkEnd.Device => " (read from a device)",
        LinkEnd.Machine => " (kept by the machine itself)",
        LinkEnd.TlbEntry => " (read from the TLB)",
        LinkEnd.Constant => " (a constant)",
        LinkEnd.Shown => " (as above)",
        _ => "",
    };

    private static string Origin(CausalLink link) => link.End switch
    {
        LinkEnd.Beginning when link.Place.IsMemory => "as it was loaded, or zero: nothing has been stored there since the beginning",
        LinkEnd.Beginning => "as it was at the beginning: nothing has written it since",
        LinkEnd.Forgotten => "from before the time when history begins",
        LinkEnd.Machine => "kept by the machine itself",
        _ => "cut off here",
    };

    private static string Indented(int indent, string text) => new string(' ', 2 * indent) + text;
}
