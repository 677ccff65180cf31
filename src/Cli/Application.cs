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

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="InputException">Something given cannot be used.</exception>
    /// <exception cref="OutputException">Output cannot be written.</exception>
    public static int Run(string[] arguments)
    {
        Command root = CreateRoot();
        ParseResult parsed = root.Parse(arguments, CommandText.Parser);
        if (parsed.Errors.Count > 0)
            throw new InputException(ExplainErrors(parsed));
        using TextWriter output = StandardOutput.OpenText();
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output };
        return parsed.Invoke(configuration);
    }

    /// <summary>Creates the tree of commands.</summary>
    public static Command CreateRoot()
    {
        // Not a RootCommand: that would be called what the assembly is called.
        Command root = new(Name, Description) { new HelpOption { Recursive = true }, new VersionOption() };
        foreach (Command command in (Command[])[BootCommand.Create(), GdbCommand.Create(), OpenCommand.Create(),
            DemoCommand.Create(), BoardsCommand.Create(), DisasmCommand.Create(), ScenarioCommand.Create(),
            LatencyCommand.Create(), WhyCommand.Create(), CoverageCommand.Create(),
            DumpRegionCommand.Create(), LockstepCommand.Create(), FuzzCommand.Create(),
            .. ReferenceCommands.Create(() => DescribedCommand.Of(root, HelpWithExamples.Of), FaultMessage.Version)])
            root.Add(command);
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
}
