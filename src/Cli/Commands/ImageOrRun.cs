using System.CommandLine;
using System.CommandLine.Invocation;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Kernel.Runs;

namespace PpcJit.Cli.Commands;

/// <summary>Commands that boot an image, or do a saved run again.</summary>
internal static class ImageOrRun
{
    /// <summary>Makes a command that does what <c>boot</c> does with an image, and what <c>open</c> does with a saved run.</summary>
    /// <param name="command">The command.</param>
    /// <param name="boot">Adds the options of <c>boot</c>, and what is done.</param>
    /// <param name="open">Adds those of <c>open</c> to a command of the same name.</param>
    public static Command Create(Command command, Func<Command, Command> boot, Func<Command, Command> open)
    {
        boot(command);
        SynchronousCommandLineAction boots = (SynchronousCommandLineAction)command.Action!;
        command.SetAction(parsed =>
        {
            string[] words = [.. parsed.Tokens.SkipWhile(token => token.Value != command.Name).Skip(1).Select(token => token.Value)];
            if (parsed.GetResult(command.Arguments[0])?.Tokens is not [{ Value: var path }] || !RunFile.IsRunFile(path))
                return boots.Invoke(parsed);
            ParseResult opened = open(new Command(command.Name)).Parse(words, CommandText.Parser);
            return opened.Errors.Count == 0
                ? opened.Invoke(parsed.InvocationConfiguration)
                : throw new InputException(
                    $"{opened.Errors[0].Message.TrimEnd('.')}. Of a saved run, 'ppcjit {command.Name}' takes what 'ppcjit open' takes.");
        });
        return command;
    }
}
