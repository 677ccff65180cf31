using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing.Logs;
using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>What may stand at a place of a scenario file.</summary>
public enum ValueForm
{
    /// <summary>A text or a number.</summary>
    Text,

    /// <summary>A text, or a list of texts.</summary>
    Texts,

    /// <summary>A mapping with the keys of a group.</summary>
    Group,

    /// <summary>Such a mapping, or a list of them.</summary>
    Groups,

    /// <summary>A text, or a mapping with the keys of a group.</summary>
    TextOrGroup,

    /// <summary>A mapping of names of one's own to texts.</summary>
    Settings,

    /// <summary>A list of such mappings, or one of names to lists of texts.</summary>
    Matrix,

    /// <summary>A mapping of names of one's own to texts or lists of texts.</summary>
    Conditions,
}

/// <summary>A key of a scenario file.</summary>
/// <param name="Name">The key.</param>
/// <param name="Form">What may stand there.</param>
/// <param name="Value">What it is, for people.</param>
/// <param name="Help">What it says, in one sentence.</param>
public sealed record ScenarioKey(string Name, ValueForm Form, string Value, string Help)
{
    /// <summary>The texts that may stand there; null for any.</summary>
    public IReadOnlyCollection<string>? Choices { get; init; }

    /// <summary>Name of the group whose keys the mapping has; null where it is none.</summary>
    public string? Group { get; init; }

    /// <summary>Whether a sentence may stand there too, which is no one word.</summary>
    public bool AllowsSentences { get; init; }

    /// <summary>Whether it must be there.</summary>
    public bool IsNeeded { get; init; }
}

/// <summary>The keys that stand together at one place of a scenario file.</summary>
/// <param name="Name">A name for it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Keys">The keys.</param>
public sealed record ScenarioKeyGroup(string Name, string Title, IReadOnlyList<ScenarioKey> Keys)
{
    /// <summary>Keys of which one must be there; empty for none.</summary>
    public IReadOnlyList<string> NeedsOneOf { get; init; } = [];

    /// <summary>The names of the keys.</summary>
    public IReadOnlyCollection<string> Names { get; } = [.. Keys.Select(key => key.Name)];
}

/// <summary>All keys of scenario files: what the reader accepts, the reference page and the schema for editors come from here.</summary>
public static class ScenarioKeys
{
    private const string Count = "count, as 250M";
    private const string Sentence = "sentence, or a list of them";

    /// <summary>The file itself.</summary>
    public static ScenarioKeyGroup File { get; } = new("file", "a scenario",
    [
        new("name", ValueForm.Text, "text", "What reports call it; the file's name when it is not given."),
        new("title", ValueForm.Text, "text", "One line that says what it is about."),
        new("board", ValueForm.Text, "board", "The board; `auto` chooses by the image.")
        {
            Choices = [.. BoardCatalog.All.Select(board => board.Name), ScenarioReader.AutoBoard],
        },
        new("memory", ValueForm.Text, "size", "Bytes of RAM; the board's usual amount when it is not given."),
        new("image", ValueForm.Text, "image", "What is booted: `guest:NAME`, a name of a Linux guest as `boot` takes it "
            + "(`linux`, `linux-walnut`), or a file, beside the scenario or not. It is needed, unless there is `run`."),
        new("run", ValueForm.Text, "file",
            "A recorded run that is done again, in place of an image: a file that `--save-run` wrote, beside the scenario or not."),
        new("symbols", ValueForm.Text, "file", "A System.map, a listing of nm, or an ELF; the image's own symbols when it is not given."),
        new("command-line", ValueForm.Text, "text", "The kernel's command line."),
        new("input", ValueForm.Text, "text", "What is typed into the console."),
        new("kernel", ValueForm.TextOrGroup, "kernel, or a mapping", "Which kernel it is, and what is to be known of it.")
        {
            Choices = [.. KernelCatalog.All.Select(known => known.Name)], Group = "kernel",
        },
        new("settings", ValueForm.Settings, "mapping", "Values for all rows, each put in place of `${name}`; `--set name=value` changes one."),
        new("matrix", ValueForm.Matrix, "list of rows, or a mapping of names to lists",
            "One case for each row, or for each combination of the values in the lists."),
        new("inject", ValueForm.Texts, Sentence, "What is changed while it runs."),
        new("pressure", ValueForm.Texts, Sentence,
            "What becomes scarce: `tlb`, or `memory by FUNCTION [with ARGUMENTS] at SYMBOL until CONDITION`."),
        Checks("checks", "What looks for faults that the guest does not notice; also sentences: `value of VALUE never falls` (or `rises`, "
            + "`changes`), `VALUE is a list [through OFFSET]` (or `a ring`), `CONDITION at SYMBOL`, `interrupts-off longer than COUNT`, "
            + "`freed-memory by FUNCTION at ADDRESS of SIZE [when CONDITION] given by FUNCTION`, `uninitialised-page by FUNCTION of SIZE`."),
        Checks("check", "The same, for one of them."),
        new("log", ValueForm.Texts, "list", $"Kinds of events that are logged: {string.Join(", ", LogKind.All.Select(kind => kind.Name))}."),
        new("print", ValueForm.Texts, "list", "Texts that are printed where the guest comes to places, as `--print` takes them."),
        new("timeline", ValueForm.Text, "yes or no", "Whether reports show the last events of the run, also when nothing was found.")
        {
            Choices = ["yes", "no", "true", "false"],
        },
        new("search", ValueForm.Groups, "mapping, or a list of them", "Where the same injection is tried at every place.") { Group = "search" },
        new("end", ValueForm.Group, "mapping", "When a run ends.") { Group = "end" },
        new("expect", ValueForm.Groups, "mapping, or a list of them", "How it must come out; without it nothing may be found.")
        {
            Group = "expectation",
        },
    ])
    {
        NeedsOneOf = ["image", "run"],
    };

    /// <summary>The block <c>kernel:</c>.</summary>
    public static ScenarioKeyGroup Kernel { get; } = new("kernel", "the kernel's description",
        [.. KernelKeys.All.Select(key => new ScenarioKey(key.Name, ValueForm.Text, key.Value, key.Help)
        {
            Choices = key.Name == KernelSection.KindKey ? [.. KernelCatalog.All.Select(known => known.Name)] : null,
        })]);

    /// <summary>The second of two searches.</summary>
    public static ScenarioKeyGroup Then { get; } = new("then", "'then:'",
    [
        new("inject", ValueForm.Texts, Sentence,
            "What is injected at each place: `raise`, `evict` or `return`; with `window: all` also `move` or `delay`.") { IsNeeded = true },
        new("window", ValueForm.Text, Count, "How many instructions are looked at.") { IsNeeded = true },
        new("within", ValueForm.Texts, "functions", "Only places in these functions."),
        new("pass", ValueForm.Text, Count, "Instructions after which a trial has passed."),
        new("limit", ValueForm.Text, Count, "Instructions after which a trial that has not passed is undecided."),
        new("most", ValueForm.Text, "count", "The most places that are tried."),
    ]);

    /// <summary>An element of <c>search:</c>.</summary>
    public static ScenarioKeyGroup Search { get; } = new("search", "a search",
    [
        .. Then.Keys.Where(key => key.Name != "window"),
        new("window", ValueForm.Text, $"{Count}, or `all`",
            "How many instructions are looked at; with `all` the rest of the run, of which places that are alike are tried together.")
        {
            IsNeeded = true,
        },
        new("samples", ValueForm.Text, "count",
            $"With `window: all`: how many places of each class are tried; {Files.Search.DefaultSamples} when it is not given."),
        new("reach", ValueForm.Text, Count,
            "With `move` and `delay`: how many instructions earlier or later something comes at most; "
                + $"{Files.Search.DefaultReach} when it is not given."),
        new("from", ValueForm.TextOrGroup, "`count N`, `SYMBOL [when CONDITION] [on call N]`, or a mapping",
            "Where the window begins; with `window: all` the first instruction when it is not given, else it is needed.")
        {
            Group = "start",
        },
        new("then", ValueForm.Group, "mapping", "A second search, right after each injection of the first.") { Group = "then" },
    ]);

    /// <summary>The value of <c>from:</c> when it is a mapping.</summary>
    public static ScenarioKeyGroup Start { get; } = new("start", "the start of a search",
        [new("console", ValueForm.Text, "text", "The window begins when the guest has printed this.") { IsNeeded = true }]);

    /// <summary>The block <c>end:</c>.</summary>
    public static ScenarioKeyGroup End { get; } = new("end", "'end:'",
    [
        new("console", ValueForm.Text, "text", "The guest has printed this."),
        new("panic", ValueForm.Texts, "text, or a list of them",
            "The guest has printed one of these, and is dead; without it, what a known kernel prints then."),
        new("instructions", ValueForm.Text, Count, "The most instructions; 1G when it is not given."),
    ]);

    /// <summary>An element of <c>expect:</c>.</summary>
    public static ScenarioKeyGroup Expectation { get; } = new("expectation", "an expectation",
    [
        new("when", ValueForm.Conditions, "mapping", "Settings and values for which it holds; the first that fits counts."),
        new("finding", ValueForm.Text, "check, death or `none`", "What must be found.")
        {
            Choices = [.. ((string[])[Files.Expectation.None, .. CheckCatalog.FindingNames, .. CaseEnds.Deaths]).Distinct()],
        },
        new("console", ValueForm.Text, "text", "What the guest must print."),
        new("panic", ValueForm.Text, "text", "What must be part of the line with which it dies."),
        new("exit", ValueForm.Text, "end", "How the run must end.") { Choices = CaseEnds.Names },
        new("fatal-in", ValueForm.Texts, "functions", "The functions in which all fatal places of the searches must lie."),
        new("allow", ValueForm.Texts, "list", "What is accepted though it was not shown.") { Choices = Allowances.Names },
    ]);

    private static ScenarioKey Checks(string name, string help) =>
        new(name, ValueForm.Texts, "list", help) { Choices = [.. CheckCatalog.Names, ""], AllowsSentences = true };

    /// <summary>All groups, the file's own first.</summary>
    public static IReadOnlyList<ScenarioKeyGroup> All { get; } = [File, Kernel, Search, Then, Start, End, Expectation];
}
