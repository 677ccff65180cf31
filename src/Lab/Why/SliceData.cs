using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Why;

/// <summary>Gives slices as plain data for programs.</summary>
public static class SliceData
{
    /// <summary>
    /// Gives the links as a list, the newest first, each with the numbers of those that it was made from: a chain may be longer than
    /// JSON is deep.
    /// </summary>
    public static IReadOnlyList<object> Of(CausalLink newest)
    {
        ArgumentNullException.ThrowIfNull(newest);
        CausalLink[] links = [.. newest.NewestFirst()];
        Dictionary<CausalLink, int> numbers = new(ReferenceEqualityComparer.Instance);
        foreach ((int number, CausalLink link) in links.Index())
            numbers.Add(link, number);
        List<object> data = [];
        foreach (CausalLink link in links)
        {
            int[] from = [.. link.From.Select(source => numbers[source])];
            data.Add(new
            {
                place = link.Place.ToString(),
                value = link.Value is { } value ? Hex(value) : null,
                at = link.At?.ToString(),
                pc = link.At is null ? null : Hex(link.Pc),
                where = TerminalText.Line(link.Where),
                source = link.Source is { } source ? TerminalText.Line(source) : null,
                caller = link.Caller is { } caller ? TerminalText.Line(caller) : null,
                task = link.Task is { } task ? TerminalText.Line(task) : null,
                exception = link.Exception?.ToString(),
                through = link.Through.ToString(),
                end = link.End.ToString(),
                input = link.Input is { } input
                    ? new { line = input.Line, number = input.Number, at = input.At.ToString(), offset = input.Offset } : null,
                note = link.Note,
                isCopy = link.IsCopy,
                from,
            });
        }

        return data;
    }

    private static string Hex(uint value) => $"0x{value:x8}";
}
