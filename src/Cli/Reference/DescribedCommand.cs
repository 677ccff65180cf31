using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;

namespace PpcJit.Cli.Reference;

/// <summary>A command as the reference, the manual page and the completion of shells describe it: all from what its help says.</summary>
/// <param name="Path">The words that begin it: <c>ppcjit scenario run</c>.</param>
/// <param name="Description">What it does.</param>
/// <param name="Arguments">What follows the words.</param>
/// <param name="Options">Its options, those of every command too.</param>
/// <param name="Commands">The commands below it.</param>
/// <param name="Examples">What its help has after the options; null for nothing.</param>
internal sealed record DescribedCommand(
    string Path, string Description, IReadOnlyList<DescribedValue> Arguments, IReadOnlyList<DescribedOption> Options,
    IReadOnlyList<DescribedCommand> Commands, string? Examples)
{
    /// <summary>Its last word.</summary>
    public string Name => Path[(Path.LastIndexOf(' ') + 1)..];

    /// <summary>What follows <see cref="Path"/>, as usage lines have it.</summary>
    public string Usage => string.Join(' ',
        (string[])[.. Commands.Count > 0 ? ["COMMAND"] : (string[])[], .. Arguments.Select(argument => argument.Usage), "[options]"]);

    /// <summary>It, and all commands below it.</summary>
    public IEnumerable<DescribedCommand> All => [this, .. Commands.SelectMany(command => command.All)];

    /// <summary>Describes a command and those below it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="examples">What the help of a command of a name has after the options.</param>
    /// <param name="above">The words ahead of its name, with a blank.</param>
    /// <param name="inherited">Options of every command.</param>
    public static DescribedCommand Of(
        Command command, Func<string, string?> examples, string above = "", params IReadOnlyList<Option> inherited)
    {
        string path = above + command.Name;
        Option[] recursive = [.. inherited, .. command.Options.Where(option => option.Recursive)];
        return new DescribedCommand(
            path, command.Description ?? "",
            [.. command.Arguments.Where(argument => !argument.Hidden).Select(DescribedValue.Of)],
            [.. command.Options.Concat(inherited).Where(option => !option.Hidden).OrderBy(option => option is HelpOption).Select(DescribedOption.Of)],
            [.. command.Subcommands.Where(below => !below.Hidden).Select(below => Of(below, examples, path + " ", recursive))],
            above.Length == 0 ? null : examples(command.Name));
    }
}

/// <summary>An option.</summary>
/// <param name="Names">Its names, the long one first.</param>
/// <param name="Description">What it does.</param>
/// <param name="Value">What follows it; null for nothing.</param>
/// <param name="IsRepeated">Whether it may be given again.</param>
/// <param name="Default">What holds where it is not given; null where nothing is said of that.</param>
internal sealed record DescribedOption(IReadOnlyList<string> Names, string Description, DescribedValue? Value, bool IsRepeated, string? Default)
{
    /// <summary>Its name.</summary>
    public string Name => Names[0];

    /// <summary>All its names and what follows them, as help has it.</summary>
    public string Usage => string.Join(", ", Names.OrderBy(name => name.Length)) + (Value is null ? "" : $" {Value.Name}");

    /// <summary>Describes an option.</summary>
    public static DescribedOption Of(Option option)
    {
        bool isFlag = option.ValueType == typeof(bool) || option.ValueType == typeof(void) || option.Arity.MaximumNumberOfValues == 0;
        string? otherwise = !isFlag && option.ValueType == typeof(string) && option.HasDefaultValue ? option.GetDefaultValue() as string : null;
        DescribedValue? value = isFlag ? null
            : new DescribedValue(option.HelpName ?? "VALUE", "", option.Arity.MinimumNumberOfValues > 0, false, Words(option.CompletionSources));
        string[] names = [option.Name, .. option.Aliases.Where(alias => alias.StartsWith('-'))]; // Not those of Windows: /h
        return new DescribedOption(names, option.Description ?? "", value, option.ValueType.IsArray, otherwise);
    }

    /// <summary>The words that a value can be.</summary>
    internal static IReadOnlyList<string> Words(IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        [.. sources.SelectMany(source => source(CompletionContext.Empty)).Select(item => item.InsertText ?? item.Label).Distinct()];
}

/// <summary>What follows a command or an option.</summary>
/// <param name="Name">What usage lines call it: <c>FILE</c>, <c>NAME</c>.</param>
/// <param name="Description">What it is; empty where the option says it.</param>
/// <param name="IsNeeded">Whether it must be given.</param>
/// <param name="IsRepeated">Whether there may be several.</param>
/// <param name="Words">Words that it can be; empty for any.</param>
internal sealed record DescribedValue(string Name, string Description, bool IsNeeded, bool IsRepeated, IReadOnlyList<string> Words)
{
    /// <summary>It as usage lines have it.</summary>
    public string Usage => (IsNeeded ? Name : $"[{Name}]") + (IsRepeated ? "..." : "");

    /// <summary>Whether it can be the path of a file.</summary>
    public bool IsFile => Name.StartsWith("FILE", StringComparison.Ordinal) || Name.EndsWith("FILE", StringComparison.Ordinal) || Name == "IMAGE";

    /// <summary>Whether it is the path of a folder.</summary>
    public bool IsFolder => Name == "FOLDER";

    /// <summary>Describes an argument.</summary>
    public static DescribedValue Of(Argument argument) => new(
        argument.Name, argument.Description ?? "", argument.Arity.MinimumNumberOfValues > 0, argument.Arity.MaximumNumberOfValues > 1,
        DescribedOption.Words(argument.CompletionSources));
}
