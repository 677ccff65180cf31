using System.CommandLine;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reference;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit completion</c> and <c>ppcjit manual</c>: what other programs show of the help.</summary>
internal static class ReferenceCommands
{
    private static readonly Shell[] Shells =
    [
        new("bash", BashCompletion.Of, InData("bash-completion/completions/ppcjit"), "a new shell has it, if bash-completion is installed"),
        new("zsh", ZshCompletion.Of, InData("zsh/site-functions/_ppcjit"), "a new shell has it, if its fpath has the folder"),
        new("fish", FishCompletion.Of, InFolder("XDG_CONFIG_HOME", ".config", "fish/completions/ppcjit.fish"), "a new shell has it"),
    ];

    private static readonly Shell Manual = new("man", _ => "", InData("man/man1/ppcjit.1"), "'man ppcjit' shows it, if ~/.local/bin is on the PATH");

    /// <summary>Creates <c>completion</c>.</summary>
    /// <param name="describe">Describes all commands.</param>
    public static Command CreateCompletion(Func<DescribedCommand> describe)
    {
        string[] names = [.. Shells.Select(shell => shell.Name)];
        Argument<string> shell = new("SHELL") { Description = $"Which one: {string.Join(", ", names)}.", CompletionSources = { _ => names } };
        Option<bool> install = new("--install") { Description = "Write it to where the shell finds it, in the home folder, and say where that is." };
        Command completion = new("completion", "Print a script that lets a shell complete commands, options and their values.") { shell, install };
        completion.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(shell);
            Shell wanted = Shells.FirstOrDefault(known => known.Name == name) ?? throw new InputException(
                $"There is no completion for '{name}'; there is: {string.Join(", ", names)}.{NearestName.Question(name, names)}");
            return parsed.GetValue(install) ? Install(parsed, wanted, wanted.Script(describe())) : Print(parsed, wanted.Script(describe()));
        });
        return completion;
    }

    /// <summary>Creates <c>manual</c>.</summary>
    /// <param name="describe">Describes all commands.</param>
    public static Command CreateManual(Func<DescribedCommand> describe)
    {
        Option<bool> markdown = new("--markdown") { Description = "Print it as the page docs/cli.md." };
        Option<bool> installed = new("--install") { Description = "Write it to where man finds it, in the home folder, and say where that is." };
        Command manual = new("manual", "Print the manual page: 'ppcjit manual | man -l -' shows it.") { markdown, installed };
        manual.SetAction(parsed => parsed.GetValue(installed) ? Install(parsed, Manual, ManualPage.Of(describe(), FaultMessage.Version))
            : Print(parsed, parsed.GetValue(markdown) ? MarkdownPage.Of(describe()) : ManualPage.Of(describe(), FaultMessage.Version)));
        return manual;
    }

    private static Func<string> InData(string path) => InFolder("XDG_DATA_HOME", ".local/share", path);

    private static Func<string> InFolder(string variable, string otherwise, string path) => () =>
        Path.Combine(Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), otherwise), path);

    private static int Install(ParseResult parsed, Shell shell, string text)
    {
        string path = shell.Place();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"--install: {error.Message}", error);
        }

        OutputFile.Write("--install ", path, text.ReplaceLineEndings("\n"));
        return Print(parsed, $"Written to {path}: {shell.Then}.\n");
    }

    private static int Print(ParseResult parsed, string text)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        output.Write(text.ReplaceLineEndings("\n"));
        output.Flush();
        return ExitCode.Success;
    }

    /// <summary>Something that reads what is printed here.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Script">Makes what it reads.</param>
    /// <param name="Place">Where it looks for that.</param>
    /// <param name="Then">What a person finds then, or lacks.</param>
    private sealed record Shell(string Name, Func<DescribedCommand, string> Script, Func<string> Place, string Then);
}
