using System.Text;
using PpcJit.Kernel.Files;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Runs;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing.Logs;
using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>
/// Reads scenario files. Everything that can be known without the image is checked; symbols are looked up when the
/// image is loaded.
/// </summary>
public static class ScenarioReader
{
    /// <summary>The name that leaves the choice of the board to the image.</summary>
    internal const string AutoBoard = "auto";

    private const ulong DefaultInstructions = 1_000_000_000;

    /// <summary>A character may take four bytes; how many there may be is said when they are counted.</summary>
    private static readonly InputLimit FileLimit = new(4L * YamlLimits.MaxCharacters, "which is the most that a scenario may have");

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="set">Settings that a person fixed.</param>
    /// <exception cref="InputException">It cannot be used; the message says file, line, column and what was expected.</exception>
    public static Scenario ReadFile(string path, IReadOnlyDictionary<string, string> set) =>
        Read(path, Encoding.UTF8.GetString(InputFile.Read(path, FileLimit).Memory.Span), set);

    /// <summary>Reads a scenario from its text.</summary>
    /// <param name="file">What messages call the file.</param>
    /// <param name="text">The text.</param>
    /// <param name="set">Settings that a person fixed.</param>
    /// <exception cref="InputException">It cannot be used; the message says file, line, column and what was expected.</exception>
    public static Scenario Read(string file, string text, IReadOnlyDictionary<string, string> set)
    {
        YamlView root = YamlView.Parse(file, text);
        root.AllowOnly(ScenarioKeys.File);
        SettingsMatrix matrix = SettingsMatrix.Read(root, set);
        ScenarioCase[] cases = [.. matrix.Cells.Select((cell, index) => ReadCase(root.With(cell.ToDictionary()), cell, index, matrix.Varying))];
        string name = root.Find("name")?.RawText("a name") ?? Path.GetFileNameWithoutExtension(file);
        return new Scenario(name, root.Find("title")?.RawText("a title") ?? "", file, cases, text);
    }

    private static ScenarioCase ReadCase(
        YamlView root, IReadOnlyList<KeyValuePair<string, string>> settings, int index, IReadOnlyList<string> varying)
    {
        RecordedCase? recorded = RecordedCase.Read(root);
        string boardName = recorded?.Run.BoardName ?? ReadBoard(root);
        // A setting that is empty leaves it to the board.
        uint? memory = root.Find("memory") is { } node && node.Text("a size such as 64M").Length > 0 ? Size(node) : null;
        using Board board = CreateBoard(root, boardName, memory ?? recorded?.Run.MemoryBytes(recorded.Path));
        List<Injection> injections =
            [.. Sentences(root.Find("inject")).Select(sentence => InjectionParser.Parse(sentence.Sentence, sentence.Location, board))];
        bool hasTlbPressure = PressureReader.Read(root.Find("pressure"), injections);
        YamlView[] checks = [.. root.Find("checks")?.Items() ?? [], .. root.Find("check")?.Items() ?? []];
        return new ScenarioCase
        {
            Index = index,
            Settings = settings,
            Varying = varying,
            Board = boardName,
            MemoryBytes = memory,
            Image = recorded is null ? Located(root.Require("image", "a scenario"), "an image")
                : new(recorded.Run.Paths.GetValueOrDefault("image", ""), root.Require("run", "a scenario").Location),
            Recorded = recorded,
            Symbols = root.Find("symbols")?.Text("a file with symbols"),
            CommandLine = root.Find("command-line")?.Text("a command line"),
            Input = root.Find("input")?.Text("a text to type") ?? "",
            Kernel = ReadKernel(root.Find("kernel")),
            Injections = injections,
            HasTlbPressure = hasTlbPressure,
            Checks = [.. checks.Where(check => !IsSentence(check)).Select(CheckName).Where(name => name.Length > 0)],
            CheckSentences = [.. checks.Where(IsSentence).Select(check => CheckParser.Parse(ToSentence(check)))],
            Log = ReadLog(root.Find("log")),
            Prints = [.. root.Find("print")?.Items().Select(item => Located(item, "a text to print")) ?? []],
            HasTimeline = root.Find("timeline") is { } timeline && YesOrNo(timeline),
            Searches = ReadSearches(root, board),
            Ends = ReadEnds(root.Find("end"), recorded?.Run),
            Expect = ExpectationReader.Read(root.Find("expect"), settings.ToDictionary()),
        };
    }

    private static string ReadBoard(YamlView root)
    {
        if (root.Find("board") is not { } node)
            return BoardCatalog.Default.Name;
        string name = node.Text("the name of a board");
        if (name == AutoBoard)
            return ChosenBoard(root);
        string[] names = [.. BoardCatalog.All.Select(board => board.Name), AutoBoard];
        return BoardCatalog.Find(name)?.Name
            ?? throw node.Error($"there is no board '{name}'.{NearestName.Question(name, names)} There is: {string.Join(", ", names)}.");
    }

    /// <summary>The board that the image is for; the first one where there is no such image, which is said when it is to be booted.</summary>
    private static string ChosenBoard(YamlView root)
    {
        try
        {
            Located<string> image = Located(root.Require("image", "a scenario"), "an image");
            BootOptions options = BootOptions.Of(image.Value);
            options = options with { ImagePath = PathBeside.Of(image, options.ImagePath) };
            uint memory = new BoardOptions().MemoryBytes;
            return BoardChooser.Choose(GuestLoader.ReadImage(options, memory), options, memory).Board.Name;
        }
        catch (InputException)
        {
            return BoardCatalog.Default.Name;
        }
    }

    private static Board CreateBoard(YamlView root, string name, uint? memory)
    {
        BoardDescription description = BoardCatalog.Find(name)!;
        BoardOptions options = memory is { } bytes ? new BoardOptions { MemoryBytes = bytes } : description.UsualOptions;
        if (description.Validate(options) is { } problem)
            throw (root.Find("memory") ?? root).Error(problem);
        return description.Create(options);
    }

    private static KernelSection? ReadKernel(YamlView? node)
    {
        if (node is null)
            return null;
        if (!node.IsMapping)
            return new KernelSection(new Dictionary<string, Located<string>> { [KernelSection.KindKey] = KernelName(node) });
        node.AllowOnly(ScenarioKeys.Kernel);
        if (node.Find(KernelSection.KindKey) is { } kind)
            KernelName(kind);
        return new KernelSection(node.Entries(ScenarioKeys.Kernel.Title).ToDictionary(entry => entry.Name, entry => Located(entry.Node, "a value")));
    }

    private static Located<string> KernelName(YamlView node)
    {
        Located<string> name = Located(node, "the name of a kernel, or a mapping");
        return KernelCatalog.All.Any(known => known.Name == name.Value) ? name : throw node.Error(KernelCatalog.Unknown(name.Value));
    }

    private static IReadOnlyList<string> ReadLog(YamlView? node)
    {
        try
        {
            return node is null ? [] : [.. node.Items().SelectMany(item => LogKind.Parse("log:", item.Text("kinds of events")))];
        }
        catch (InputException error) when (error.Message.StartsWith("log:", StringComparison.Ordinal))
        {
            throw node!.Error(error.Message);
        }
    }

    private static bool YesOrNo(YamlView node) => node.Text("yes or no") switch
    {
        "yes" or "true" => true,
        "no" or "false" => false,
        var other => throw node.Error($"'{other}' is neither yes nor no."),
    };

    private static bool IsSentence(YamlView check) => check.Text("the name of a check").Trim().Contains(' ');

    private static string CheckName(YamlView node)
    {
        string name = node.Text("the name of a check");
        return name.Length == 0 || CheckCatalog.Names.Contains(name)
            ? name
            : throw node.Error($"there is no check '{name}'.{NearestName.Question(name, CheckCatalog.Names)} There is: "
                + $"{string.Join(", ", CheckCatalog.Names)}.");
    }

    private static Search[] ReadSearches(YamlView root, Board board)
    {
        if (root.Find("search") is not { } node)
            return [];
        if (root.Find("input") is not null)
            throw node.Error("a run into which text is typed cannot be searched: what has been typed does not come back with the machine.");
        Search[] searches = [.. node.Items().Select(item => SearchReader.Read(item, board))];
        if (root.Find("run") is null && searches.Any(search => search.What.Action is MoveInput))
            throw node.Error("only what entered a recorded run can be moved: 'run:' names one.");
        return searches;
    }

    /// <summary>Reads when a run ends; a recorded one ends where it did, if the file says nothing else.</summary>
    private static RunEnds ReadEnds(YamlView? node, RunFile? recorded)
    {
        ulong instructions = recorded?.End.Count ?? DefaultInstructions;
        if (node is null)
            return new RunEnds(null, [], instructions);
        node.AllowOnly(ScenarioKeys.End);
        return new RunEnds(
            node.Find("console")?.Text("a text that the guest prints"),
            node.Find("panic") is { } panics ? [.. panics.Items().Select(item => item.Text("a text that a dying guest prints"))] : [],
            node.Find("instructions") is { } most ? Count(most) : instructions);
    }

    /// <summary>The sentences of a list; one that settings have made empty is left out.</summary>
    private static IEnumerable<(Sentence Sentence, SourceLocation Location)> Sentences(YamlView? node)
    {
        foreach (YamlView item in node?.Items() ?? [])
        {
            Sentence sentence = ToSentence(item);
            if (!sentence.AtEnd)
                yield return (sentence, item.Location);
        }
    }

    internal static Sentence ToSentence(YamlView node)
    {
        string text = node.Text("a sentence such as 'raise pit at tick'");
        return new Sentence(text, node.Location, exact: text == node.RawText(""));
    }

    internal static Located<string> Located(YamlView node, string expected) => new(node.Text(expected), node.Location);

    internal static ulong Count(YamlView node)
    {
        string text = node.Text("a count of instructions such as 250M");
        return Numbers.TryCount(text, out ulong value) ? value : throw node.Error(
            $"'{text}' is not a count of instructions such as 250000000 or 250M.");
    }

    private static uint Size(YamlView node)
    {
        string text = node.Text("a size such as 64M");
        return Numbers.TrySize(text, out uint value) ? value : throw node.Error($"'{text}' is not a size below 4 GB such as 64M.");
    }
}
