using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>Reads a search: what is injected, over which window, and when a trial has passed.</summary>
internal static class SearchReader
{
    private const ulong DefaultPass = 2_000;
    private const ulong DefaultPassOfFailure = 200_000;
    private const string All = "all";
    private const int MaxSamples = 1000;
    private const ulong MaxReach = 10_000_000;

    /// <summary>Reads a search.</summary>
    /// <exception cref="InputException">It is not well formed.</exception>
    public static Search Read(YamlView node, Board board)
    {
        node.AllowOnly(ScenarioKeys.Search);
        bool isOfWholeRun = node.Find("window") is { } window && IsAll(window);
        SearchStart from = isOfWholeRun && node.Find("from") is null ? new SearchStart(0, null, null, 1) : From(node.Require("from", "a search"));
        Search search = Read(node, from, board);
        foreach (string key in (string[])["most", "then"])
        {
            if (isOfWholeRun && node.Find(key) is { } given)
                throw given.Error($"'{key}:' does not go with 'window: all', whose places are tried by classes.");
        }

        if (!isOfWholeRun && node.Find("samples") is { } samples)
            throw samples.Error("'samples:' goes with 'window: all'.");
        return node.Find("then") is { } then ? search with { Then = ReadThen(then, board) } : search;
    }

    /// <summary>Reads the second of two searches, which begins where the first one injects.</summary>
    private static Search ReadThen(YamlView node, Board board)
    {
        node.AllowOnly(ScenarioKeys.Then);
        if (node.Find("window") is { } window && IsAll(window))
            throw window.Error("a second search has a window of its own: a count of instructions.");
        return Read(node, new SearchStart(null, null, null, 1), board);
    }

    private static Search Read(YamlView node, SearchStart from, Board board)
    {
        YamlView inject = node.Require("inject", "a search");
        Injection[] all = [.. inject.Items().Select(item => InjectionParser.ParseForSearch(ScenarioReader.ToSentence(item), item.Location, board))];
        if (all.Length == 0)
            throw inject.Error("a search injects something.");
        if (all.Skip(1).FirstOrDefault(what => what.Action is ReturnValue) is { } late)
            throw late.Location.Error("of what is injected at one place, 'return' comes first: its function is the place.");
        if (all[0].Action is ShiftAction && Window(node) != Search.WholeRun)
            throw inject.Error("what came in a run is moved or delayed by a search with 'window: all'.");
        if (all.Length > 1 && all.Any(what => what.Action is ShiftAction))
            throw inject.Error("what is moved or delayed is tried by itself.");
        if (all[0].Action is not ShiftAction && node.Find("reach") is { } far)
            throw far.Error("'reach:' goes with 'move' and 'delay'.");
        ulong pass = node.Find("pass") is { } passes ? ScenarioReader.Count(passes)
            : all[0].Action is ReturnValue or MoveInput ? DefaultPassOfFailure : DefaultPass;
        return new Search(
            all[0],
            from,
            Window(node),
            [.. (node.Find("within")?.Items() ?? []).Select(Function)],
            pass,
            node.Find("limit") is { } limit ? ScenarioReader.Count(limit) : Math.Max(10 * pass, 100_000),
            node.Location)
        {
            With = all[1..],
            Reach = node.Find("reach") is { } reach ? Reach(reach) : Search.DefaultReach,
            Most = node.Find("most") is { } most ? Most(most) : null,
            Samples = node.Find("samples") is { } some ? Samples(some) : Search.DefaultSamples,
        };
    }

    private static int Most(YamlView node)
    {
        ulong most = ScenarioReader.Count(node);
        return most is > 0 and <= int.MaxValue ? (int)most : throw node.Error("at least one place is tried, and at most 2147483647.");
    }

    private static ulong Window(YamlView node)
    {
        YamlView window = node.Require("window", "a search");
        if (IsAll(window))
            return Search.WholeRun;
        ulong length = ScenarioReader.Count(window);
        return length > 0 ? length : throw window.Error("a window has at least one instruction.");
    }

    private static bool IsAll(YamlView window) => window.Text("a count of instructions, or all") == All;

    private static ulong Reach(YamlView node)
    {
        ulong reach = ScenarioReader.Count(node);
        return reach is > 0 and <= MaxReach ? reach : throw node.Error($"something is moved 1 to {MaxReach} instructions.");
    }

    private static int Samples(YamlView node)
    {
        ulong samples = ScenarioReader.Count(node);
        return samples is > 0 and <= MaxSamples ? (int)samples : throw node.Error($"of each class 1 to {MaxSamples} places are tried.");
    }

    private static SymbolReference Function(YamlView node)
    {
        Sentence sentence = ScenarioReader.ToSentence(node);
        SymbolReference function = sentence.TakeSymbol("the name of a function");
        return sentence.AtEnd ? function : throw sentence.Unexpected("the end of the name", []);
    }

    /// <summary>Reads <c>count N</c>, <c>SYMBOL [when CONDITION] [on call N]</c>, or a mapping with <c>console</c>.</summary>
    private static SearchStart From(YamlView node)
    {
        if (node.IsMapping)
        {
            node.AllowOnly(ScenarioKeys.Start);
            return new SearchStart(null, node.Require("console", "the start of a search").Text("a text that the guest prints"), null, 1);
        }

        Sentence sentence = ScenarioReader.ToSentence(node);
        SearchStart start = sentence.TryTake("count")
            ? new SearchStart(sentence.TakeCount("a count of instructions"), null, null, 1)
            : new SearchStart(null, null, sentence.TakeSymbol("'count' and a number, or a symbol"), 1);
        if (start.Symbol is not null && sentence.TakeCondition() is { } condition)
            start = start with { When = condition };
        if (start.Symbol is not null && !sentence.AtEnd)
        {
            sentence.Expect("on", "call");
            start = start with { Arrival = Math.Max(1, sentence.TakeCount("the number of the call, from 1,")) };
        }

        return sentence.AtEnd ? start : throw sentence.Unexpected("the end of the sentence", []);
    }
}
