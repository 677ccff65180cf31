using System.CommandLine;
using System.CommandLine.Help;
using PpcJit.Cli.Commands;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Parsing;
using PpcJit.Cli.Reference;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;

namespace PpcJit.Cli;

/// <summary>The command line: which commands there are, and what happens when one is spelled wrong.</summary>
public static class Application
{
    private const string Name = "ppcjit";

    private const string Description =
        """
        PpcJit emulates PowerPC 405 boards exactly and repeatably: unmodified kernels boot on it, and the same start
        gives the same states at the same instruction counts in every run.

        Exit codes: 0 the guest did what was asked, 1 the guest failed, 2 bad input, 3 a fault in PpcJit itself.
        """;

    /// <summary>All commands, in the order in which help shows them.</summary>
    private static readonly NamedCommand[] Commands =
    [
        new("boot", BootCommand.Create), new("gdb", GdbCommand.Create), new("open", OpenCommand.Create), new("demo", DemoCommand.Create),
        new("boards", BoardsCommand.Create), new("disasm", DisasmCommand.Create), new("scenario", ScenarioCommand.Create),
        new("latency", LatencyCommand.Create), new("why", WhyCommand.Create), new("coverage", CoverageCommand.Create),
        new("dump-region", DumpRegionCommand.Create), new("lockstep", LockstepCommand.Create), new("fuzz", FuzzCommand.Create),
        new("completion", () => ReferenceCommands.CreateCompletion(Describe)), new("manual", () => ReferenceCommands.CreateManual(Describe)),
    ];

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="InputException">Something given cannot be used.</exception>
    /// <exception cref="OutputException">Output cannot be written.</exception>
    public static int Run(string[] arguments)
    {
        Command root = CreateRoot(arguments);
        ParseResult parsed = root.Parse(arguments, CommandText.Parser);
        if (parsed.Errors.Count > 0)
            throw new InputException(ExplainErrors(parsed));
        using TextWriter output = StandardOutput.OpenText();
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output };
        return parsed.Invoke(configuration);
    }

    /// <summary>Creates the tree of commands.</summary>
    /// <param name="arguments">
    /// The command line that it is for; none for any. Commands to which nothing on it can lead are left out: their options would take longer than
    /// all else that is done before a guest runs.
    /// </param>
    public static Command CreateRoot(params ReadOnlySpan<string> arguments)
    {
        // Not a RootCommand: that would be called what the assembly is called.
        Command root = new(Name, Description) { new HelpOption { Recursive = true }, new VersionOption() };
        AddCommands(root, arguments.Length > 0 ? arguments[0] : null);
        root.SetAction(_ =>
        {
            StandardError.WriteLine("ppcjit: no command given. Try 'ppcjit demo', 'ppcjit boot IMAGE', or 'ppcjit --help'.");
            return ExitCode.BadInput;
        });
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction action)
                help.Action = new HelpWithExamples(action);
        }

        return root;
    }


    /// <summary>All commands, for what other programs show of them.</summary>
    private static DescribedCommand Describe() => DescribedCommand.Of(CreateRoot(), HelpWithExamples.Of);

    private static void AddCommands(Command root, string? first)
    {
        bool isCommand = Array.Exists(Commands, command => command.Name == first);
        foreach (NamedCommand command in Commands)
        {
            if (!isCommand || command.Name == first)
                root.Add(command.Create());
        }
    }

    /// <summary>Whether a command is the program itself and not one of its commands.</summary>
    private static bool IsRoot(Command command) => command.Name == Name;

    private static string ExplainErrors(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string usage = IsRoot(command) ? Name : $"{Name} {command.Name}";
        string help = $" See '{usage} --help'.";
        if (parsed.UnmatchedTokens.Count == 0)
            return parsed.Errors[0].Message.TrimEnd('.') + "." + help;

        string wrong = parsed.UnmatchedTokens[0];
        if (wrong.StartsWith('-'))
        {
            IEnumerable<Option> inherited = parsed.RootCommandResult.Command.Options.Where(option => option.Recursive);
            IEnumerable<string> options = command.Options.Concat(inherited).SelectMany(option => option.Aliases.Prepend(option.Name));
            return $"{usage} has no option '{wrong}'.{NearestName.Question(wrong, options)}{help}";
        }

        return IsRoot(command)
            ? $"There is no command '{wrong}'.{NearestName.Question(wrong, command.Subcommands.Select(sub => sub.Name))}{help}"
            : $"{usage} does not take '{wrong}'.{help}";
    }

    /// <summary>A command that is created when it is needed.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Create">Creates it.</param>
    private sealed record NamedCommand(string Name, Func<Command> Create);
}
