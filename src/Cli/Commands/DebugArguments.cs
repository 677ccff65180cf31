using System.CommandLine;
using PpcJit.Cli.Debugging;
using PpcJit.Kernel;

namespace PpcJit.Cli.Commands;

/// <summary>The options that let gdb look at a run, and that say where the guest's serial ports go.</summary>
internal sealed class DebugArguments
{
    private readonly Option<string?> _gdb = new("--gdb")
    {
        Description = "Serve gdb's remote protocol, with reverse execution: on PORT of the loopback interface (0 for "
            + "any that is free), ADDRESS:PORT, unix:PATH, or - for standard input and output. "
            + "The guest stands at its first instruction until gdb has come.",
        HelpName = "PORT",
    };

    private readonly Option<string> _wait = new("--gdb-wait")
    {
        Description = "Whether the guest stands until gdb has come: yes or no.",
        HelpName = "yes|no",
        DefaultValueFactory = _ => "yes",
        CompletionSources = { _ => (string[])["yes", "no"] },
    };

    private readonly Option<string?> _at = new("--at")
    {
        Description = "Where gdb finds the guest; without gdb, the place to which it is run: @N, panic, SYMBOL#K and "
            + "all that docs/grammar.md calls a moment.",
        HelpName = "MOMENT",
    };

    private readonly Option<string?> _console = new("--console")
    {
        Description = "Where the first serial port goes: stdio, pty (its name is printed), unix:PATH, tcp:PORT (of "
            + "loopback), or a file for what the guest prints.",
        HelpName = "PLACE",
    };

    private readonly Option<string?> _console2 = new("--console2")
    {
        Description = "Where the second serial port goes, as with --console; stdio only where the first goes elsewhere. Default: nowhere.",
        HelpName = "PLACE",
    };

    /// <summary>The option that names a place of the run.</summary>
    public Option At => _at;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="asksForGdb">Whether it has options that ask for gdb; a command that is about gdb needs none.</param>
    public void AddTo(Command command, bool asksForGdb = true)
    {
        foreach (Option option in asksForGdb ? (Option[])[_gdb, _wait, _at, _console, _console2] : [_at, _console, _console2])
            command.Add(option);
    }

    /// <summary>Reads where the serial ports go.</summary>
    public ConsolePlaces ReadConsoles(ParseResult parsed) => new() { First = parsed.GetValue(_console), Second = parsed.GetValue(_console2) };

    /// <summary>Reads how the run is debugged; null when it is not.</summary>
    /// <exception cref="InputException">The options contradict each other.</exception>
    public DebugRequest? Read(ParseResult parsed)
    {
        string wait = parsed.GetValue(_wait) ?? "yes";
        if (wait is not ("yes" or "no"))
            throw new InputException($"--gdb-wait {wait}: it is yes or no.{NearestName.Question(wait, ["yes", "no"])}");
        return parsed.GetValue(_gdb) is { } gdb ? new DebugRequest(gdb, wait == "yes", ReadMoment(parsed)) : null;
    }

    /// <summary>Reads to which moment the guest is run, or where a debugger finds it.</summary>
    public string? ReadMoment(ParseResult parsed) => parsed.GetValue(_at);
}
