using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Why;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>The word that follows a value back to its cause.</summary>
internal static class WhyWords
{
    private const string All = "all", Addresses = "addresses";

    public static IReadOnlyList<MonitorWord> Words { get; } =
    [
        new("why", "[/all] [/addresses] [physical] REGISTER|ADDRESS[,LENGTH]", "Say where a value comes from: what wrote it, what that was made "
            + "from, and so on; copies are one line unless /all is said, and addresses are followed with /addresses.", Why),
    ];

    private static MonitorReply Why(MonitorCall call)
    {
        string text = call.Arguments;
        (bool showsAll, bool addresses) = (false, false);
        while (text.StartsWith('/'))
        {
            int end = text.IndexOf(' ', StringComparison.Ordinal);
            string option = end < 0 ? text[1..] : text[1..end];
            showsAll |= option == All;
            addresses |= option == Addresses;
            if (option is not (All or Addresses))
                throw new InputException($"why: there is no option '/{TerminalText.Line(option)}'.{NearestName.Question(option, [All, Addresses])}");
            text = end < 0 ? "" : text[end..].Trim();
        }

        if (text.Length == 0)
            throw new InputException("why needs a register or an address: why r3.");
        Moment here = call.Run.Timeline.Present;
        DynamicSlice slice = new(call.Run.Timeline, call.Run.Names, new SliceOptions { FollowsAddresses = addresses }, call.Cancel);
        CausalLink link = slice.Follow(Place(call.Run, text));
        string[] lines = [.. SlicePrinter.Lines(link, showsAll), .. slice.IsCutOff ? (string[])["It was cut off: there is more."] : []];
        return new MonitorReply(lines, new { at = here.ToString(), isCutOff = slice.IsCutOff, links = Data(link) });
    }

    private static ValuePlace Place(MonitoredRun run, string text)
    {
        if (RegisterNames.Exists(text))
            return ValuePlace.Of(text);
        if (MomentWords.Writes(run, text, "why") is not AccessProbe range)
            throw new InputException("why needs a register, or an address in memory; of a device's register nothing is known but that it was read.");
        if (range.IsPhysical)
            return ValuePlace.Memory(range.Address, range.Length);
        return GuestMemory.TryTranslate(run.Board, range.Address, out uint physical, out _)
            ? ValuePlace.Memory(physical, range.Length)
            : throw new InputException($"why: nothing is mapped at 0x{range.Address:x8} now.");
    }

    /// <summary>
    /// Gives the links as a list, the newest first, each with the numbers of those that it was made from: a chain may be longer than
    /// JSON is deep.
    /// </summary>
    private static List<object> Data(CausalLink newest)
    {
        List<CausalLink> links = [newest];
        List<object> data = [];
        for (int n = 0; n < links.Count; n++)
        {
            CausalLink link = links[n];
            int[] from = [.. Enumerable.Range(links.Count, link.From.Count)];
            links.AddRange(link.From);
            data.Add(new
            {
                place = link.Place.ToString(),
                value = link.Value is { } value ? MonitoredRun.Hex(value) : null,
                at = link.At?.ToString(),
                pc = link.At is null ? null : MonitoredRun.Hex(link.Pc),
                where = TerminalText.Line(link.Where),
                task = link.Task is { } task ? TerminalText.Line(task) : null,
                exception = link.Exception?.ToString(),
                end = link.End.ToString(),
                note = link.Note,
                isCopy = link.IsCopy,
                from,
            });
        }

        return data;
    }
}
