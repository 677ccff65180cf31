using System.CommandLine;
using PpcJit.Cli.Reports;
using PpcJit.Kernel;
using PpcJit.Lab.Debugging.Monitoring;

namespace PpcJit.Cli.Commands;

/// <summary>Which values are followed back to their causes.</summary>
internal sealed class WhyArguments
{
    private readonly Option<string[]> _of = new("--of")
    {
        Description = "Whose value is followed: a register, an address, a symbol, pc. May be given again.",
        HelpName = "PLACE",
        Required = true,
    };

    private readonly Option<bool> _all = new("--all") { Description = "Give each copy a line of its own." };

    private readonly Option<bool> _addresses = new("--addresses") { Description = "Follow what addresses were made from as well." };

    private readonly Option<bool> _control = new("--control") { Description = "Follow the branches as well that decided that it came to that." };

    private readonly Option<int?> _depth = new("--depth")
    {
        Description = "Most links one after the other, those not counted that only move a value. Default: 40.",
        HelpName = "N",
    };

    private readonly Option<int?> _time = new("--time")
    {
        Description = "Give up after so many seconds with what was found. Default: 60.",
        HelpName = "SECONDS",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_of);
        command.Add(_all);
        command.Add(_addresses);
        command.Add(_control);
        command.Add(_depth);
        command.Add(_time);
    }

    /// <summary>Asks at the moment of a request, or at the run's end.</summary>
    /// <exception cref="InputException">Something is asked for that cannot be.</exception>
    public RunRequest Ask(ParseResult parsed, RunRequest request)
    {
        if (request.Debug is not null)
            throw new InputException("gdb asks why itself: monitor why r3.");
        string options = (parsed.GetValue(_all) ? "/all " : "") + (parsed.GetValue(_addresses) ? "/addresses " : "")
            + (parsed.GetValue(_control) ? "/control " : "") + (parsed.GetValue(_depth) is { } depth ? $"/depth={depth} " : "")
            + (parsed.GetValue(_time) is { } seconds ? $"/time={seconds} " : "");
        string[] questions = [.. (parsed.GetValue(_of) ?? []).SelectMany(place => DebugMonitor.Commands($"why {options}{place}", "--of"))];
        return request with { At = request.At ?? "end", Commands = [.. questions, .. request.Commands] };
    }
}
