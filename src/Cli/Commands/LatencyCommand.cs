using System.CommandLine;
using System.CommandLine.Invocation;
using PpcJit.Kernel;
using PpcJit.Kernel.Runs;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit latency IMAGE|RUN</c>: measures how long interrupts are off, and how long they and TLB misses take.</summary>
internal static class LatencyCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = BootCommand.Create(
            new Command("latency", "Boot a kernel, or do a saved run again, and measure how long interrupts are off, and how long they and TLB "
                + "misses take."), isDebugged: false, measuresLatency: true);
        SynchronousCommandLineAction boots = (SynchronousCommandLineAction)command.Action!;
        command.SetAction(parsed =>
        {
            string[] words = [.. parsed.Tokens.SkipWhile(token => token.Value != command.Name).Skip(1).Select(token => token.Value)];
            return parsed.GetResult(command.Arguments[0])?.Tokens is [{ Value: var path }] && RunFile.IsRunFile(path)
                ? Open(words, parsed)
                : boots.Invoke(parsed);
        });
        return command;
    }

    private static int Open(string[] words, ParseResult parsed)
    {
        ParseResult opened = OpenCommand.Create(new Command("latency"), measuresLatency: true).Parse(words);
        return opened.Errors.Count == 0
            ? opened.Invoke(parsed.InvocationConfiguration)
            : throw new InputException($"{opened.Errors[0].Message.TrimEnd('.')}. Of a saved run, 'ppcjit latency' takes what 'ppcjit open' takes.");
    }
}
