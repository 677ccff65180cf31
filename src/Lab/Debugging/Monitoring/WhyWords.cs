using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>The word that follows a value back to its cause.</summary>
internal static class WhyWords
{
    private const string All = "all", Addresses = "addresses", Control = "control", Depth = "depth";

    private static readonly string[] Options = [All, Addresses, Control, Depth];

    public static IReadOnlyList<MonitorWord> Words { get; } =
    [
        new("why", "[/all] [/addresses] [/control] [/depth=N] [physical] REGISTER|ADDRESS[,LENGTH]",
            "Say where a value comes from: what wrote it, what that was made "
            + "from, and so on; copies are one line unless /all is said; addresses are followed with /addresses, and with /control the "
            + "branches that decided that it came to it.", Why),
        new("explain", "[/all] [/depth=N]", "Say how the guest came to die: what was wrong is followed back to where it first was.", Explain),
    ];

    private static MonitorReply Why(MonitorCall call)
    {
        (string text, bool showsAll, SliceOptions options) = ReadOptions(call, "why");
        if (text.Length == 0)
            throw new InputException("why needs a register or an address: why r3.");
        Moment here = call.Run.Timeline.Present;
        DynamicSlice slice = new(call.Run.Timeline, call.Run.Names, options, call.Cancel);
        CausalLink link = slice.Follow(Place(call.Run, text));
        string[] lines = [.. SlicePrinter.Lines(link, showsAll), .. slice.IsCutOff ? (string[])["It was cut off: there is more."] : []];
        return new MonitorReply(lines, new { at = here.ToString(), isCutOff = slice.IsCutOff, links = SliceData.Of(link) });
    }

    private static MonitorReply Explain(MonitorCall call)
    {
        (string text, bool showsAll, SliceOptions options) = ReadOptions(call, "explain");
        if (text.Length > 0)
            throw new InputException($"explain: nothing may follow; '{TerminalText.Line(text)}' does.");
        Timeline timeline = call.Run.Timeline;
        if (Death.Find(timeline, call.Run.Ended?.Invoke(), () => call.Run.Panic, call.Cancel) is not { } death)
            throw new InputException($"explain: the guest has not died, as far as {timeline.End}: there is nothing to explain.");
        Explanation explanation = new DeathExplainer(timeline, call.Run.Names, options, call.Cancel).Explain(death);
        return new MonitorReply(ExplanationPrinter.Lines(explanation, showsAll), ExplanationData.Of(explanation));
    }

    /// <summary>Reads what stands ahead of the rest with a slash.</summary>
    private static (string Text, bool ShowsAll, SliceOptions Options) ReadOptions(MonitorCall call, string word)
    {
        string text = call.Arguments;
        bool showsAll = false;
        SliceOptions options = new();
        while (text.StartsWith('/'))
        {
            int end = text.IndexOf(' ', StringComparison.Ordinal);
            string option = end < 0 ? text[1..] : text[1..end];
            showsAll |= option == All;
            options = Read(word, option, options);
            text = end < 0 ? "" : text[end..].Trim();
        }

        return (text, showsAll, options);
    }

    private static SliceOptions Read(string word, string option, SliceOptions options) => option switch
    {
        All => options,
        Addresses => options with { FollowsAddresses = true },
        Control => options with { FollowsControl = true },
        _ when option.StartsWith(Depth + "=", StringComparison.Ordinal) => options with { MaxDepth = ReadDepth(word, option[(Depth.Length + 1)..]) },
        _ => throw new InputException($"{word}: there is no option '/{TerminalText.Line(option)}'.{NearestName.Question(option, Options)}"),
    };

    private static int ReadDepth(string word, string text) => Numbers.TryCount(text, out ulong depth) && depth is > 0 and <= SliceOptions.DeepestDepth
        ? (int)depth
        : throw new InputException($"{word}: /depth={TerminalText.Line(text)} is not between 1 and {SliceOptions.DeepestDepth}.");

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
}
