using System.Globalization;
using PpcJit.Kernel.Texts;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>Writes a slice for people: newest first, what has several sources as a tree, and copies as one line.</summary>
public static class SlicePrinter
{
    /// <summary>Copies in a row that are shown one by one.</summary>
    internal const int MaxCopies = 2;

    /// <summary>Places that are named of copies in one line.</summary>
    private const int MaxPlaces = 6;

    /// <summary>Gives the lines.</summary>
    /// <param name="link">The newest link.</param>
    /// <param name="showsAll">Whether each copy has a line of its own.</param>
    public static IReadOnlyList<string> Lines(CausalLink link, bool showsAll)
    {
        ArgumentNullException.ThrowIfNull(link);
        List<string> lines = [];
        Add(lines, link, null, 0, showsAll);
        return lines;
    }

    private static void Add(List<string> lines, CausalLink link, CausalLink? before, int indent, bool showsAll)
    {
        for (CausalLink? next = link; next is not null;)
        {
            CausalLink[] copies = [.. Copies(next)];
            if (!showsAll && copies.Length > MaxCopies)
            {
                lines.Add(Line(copies[0], before, indent));
                lines.Add(Indented(indent, Folded(copies)));
                (before, next) = (copies[^2], copies[^1]);
            }

            lines.Add(Line(next, before, indent));
            before = next;
            if (next.From.Count == 1)
            {
                next = next.From[0];
                continue;
            }

            foreach (CausalLink source in next.From)
                Add(lines, source, before, indent + 1, showsAll);
            next = null;
        }
    }

    /// <summary>Says in one line what links do that only move a value, without the first and the last.</summary>
    internal static string Folded(CausalLink[] copies)
    {
        string[] places = [.. copies[1..^1].Select(copy => copy.Place.ToString()).Distinct()];
        string more = places.Length > MaxPlaces ? ", ..." : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"... {copies.Length - 2} more that only move it, by way of {string.Join(", ", places.Take(MaxPlaces))}{more}");
    }

    /// <summary>The links from one on that only move the value, of which there is nothing else to say.</summary>
    internal static IEnumerable<CausalLink> Copies(CausalLink link)
    {
        for (CausalLink? next = link; next is { IsCopy: true, From: [{ Through: LinkThrough.Value }] }; next = next.From[0])
            yield return next;
    }

    private static string Line(CausalLink link, CausalLink? before, int indent) => Indented(indent, Line(link, before));

    /// <summary>Gives a link as a line.</summary>
    /// <param name="link">The link.</param>
    /// <param name="before">The link above it; null for none.</param>
    internal static string Line(CausalLink link, CausalLink? before)
    {
        string value = link.Value is { } known ? $" = 0x{known:x}" : "";
        string note = link.Note is { } said ? $"; {TerminalText.Line(said)}" : "";
        string through = Through(link.Through);
        if (link.At is not { } at)
            return $"{through}{link.Place}{value}: {Origin(link)}{note}";
        string task = link.Task is { } name ? $" in {TerminalText.Line(name)}" : "";
        string source = link.Source is { } line ? $" {TerminalText.Line(line)}" : "";
        string caller = link.Caller is { } from && link.Function != before?.Function ? $", called from {TerminalText.Line(from)}" : "";
        string place = link.Through == LinkThrough.Control && link.Value is null ? "" : $"  {link.Place}{value}";
        return $"{through}{at,-14} {TerminalText.Line(link.Where)}{source}  {Event(link)}{place}{task}{End(link)}{caller}{note}";
    }

    /// <summary>Gives a link without its place in the program: <c>lwz r3,8(r4)  r3 = 0x5</c>, and where the chain ends there.</summary>
    public static string Brief(CausalLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        string value = link.Value is { } known ? $" = 0x{known:x}" : "";
        string note = link.Note is { } said ? $"; {TerminalText.Line(said)}" : "";
        return $"{Through(link.Through)}{Event(link)}  {link.Place}{value}{End(link)}{note}";
    }

    private static string Through(LinkThrough through) => through switch
    {
        LinkThrough.Address => "address: ",
        LinkThrough.Translation => "page: ",
        LinkThrough.Control => "because: ",
        LinkThrough.Meanwhile => "meanwhile: ",
        _ => "",
    };

    private static string Event(CausalLink link)
    {
        if (link.Exception is { } kind)
            return kind.ToString();
        if (link.Word == 0)
            return link.Input is { } input ? link.End == LinkEnd.Frame ? $"{input.Line} stored" : "a change by hand"
                : link.End == LinkEnd.None ? "DMA copied" : "a device or a person stored";
        const StringSplitOptions words = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return string.Join(' ', Disassembler.Disassemble(link.Word, link.Pc).Split(' ', 2, words));
    }

    private static string End(CausalLink link) => link.End switch
    {
        LinkEnd.Device => " (read from a device)",
        LinkEnd.Key when link.Input is { } key => $" (character {key.Number} of {key.Line}, which came at {key.At})",
        LinkEnd.Frame when link.Input is { } frame => $" (byte {frame.Offset} of frame {frame.Number} of {frame.Line}, which came at {frame.At})",
        LinkEnd.Injection when link.Input is { } change => $" (change {change.Number} of the run)",
        LinkEnd.Machine => " (kept by the machine itself)",
        LinkEnd.TlbEntry => " (read from the TLB)",
        LinkEnd.Constant => " (a constant)",
        LinkEnd.Shown => " (followed elsewhere)",
        _ => "",
    };

    private static string Origin(CausalLink link) => link.End switch
    {
        LinkEnd.Loaded => "as it was loaded",
        LinkEnd.Beginning when link.Place.IsMemory => "zero, or as it was loaded: nothing has been stored there since the beginning",
        LinkEnd.Beginning => "as it was at the beginning: nothing has written it since",
        LinkEnd.Forgotten => "from before the time when history begins",
        LinkEnd.Machine => "kept by the machine itself",
        LinkEnd.None => "its parts were made by themselves",
        _ => "cut off here",
    };

    private static string Indented(int indent, string text) => new string(' ', 2 * indent) + text;
}
