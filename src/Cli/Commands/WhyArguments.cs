using System.CommandLine;
using PpcJit.Cli.Reports;
using PpcJit.Kernel;
using PpcJit.Lab.Why;

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

    private readonly Option<string?> _depth = new("--depth")
    {
        Description = "Most links one after the other, those not counted that only move a value. Default: 40.",
        HelpName = "N",
    };

    private readonly Option<string?> _time = new("--time")
    {
        Description = "Give up after so many seconds with what was found. Default: 60.",
        HelpName = "SECONDS",
    };

    private readonly Option<string?> _html = new("--html")
    {
        Description = "Write the chain to FILE, a page on which each link opens to the registers, the code and the TLB of its moment.",
        HelpName = "FILE",
    };

    /// <summary>The options.</summary>
    public IReadOnlyCollection<Option> Options => [_of, _all, _addresses, _control, _depth, _time, _html];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in Options)
            command.Add(option);
    }

    /// <summary>Asks at the moment of a request, or at the run's end.</summary>
    /// <exception cref="InputException">Something is asked for that cannot be.</exception>
    public RunRequest Ask(ParseResult parsed, RunRequest request)
    {
        if (request.Debug is not null)
            throw new InputException("gdb asks why itself: monitor why r3.");
        if (parsed.GetValue(_html) is not null && parsed.GetValue(_of) is { Length: > 1 })
            throw new InputException("--html FILE has room for one --of.");
        string options = (parsed.GetValue(_all) ? "/all " : "") + (parsed.GetValue(_addresses) ? "/addresses " : "")
            + (parsed.GetValue(_control) ? "/control " : "") + Bounded("depth", parsed.GetValue(_depth), SliceOptions.DeepestDepth)
            + Bounded("time", parsed.GetValue(_time), SliceOptions.MostSeconds)
            + (parsed.GetValue(_html) is { } page ? $"/html={Page("--html", page)} " : "");
        string[] places = parsed.GetValue(_of) ?? [];
        return request with
        {
            At = request.At ?? "end", Followed = places, ChainPath = parsed.GetValue(_html),
            Commands = [.. places.Select(place => $"why {options}{place}"), .. request.Commands],
        };
    }

    /// <summary>Gives an option of the monitor's word with a bound; nothing where none is given.</summary>
    /// <exception cref="InputException">It is no number, or too large.</exception>
    private static string Bounded(string name, string? text, int most) => text is null ? ""
        : Numbers.TryCount(text, out ulong number) && number > 0 && number <= (ulong)most ? $"/{name}={number} "
        : throw new InputException($"--{name} {text}: a number from 1 to {most} is expected.");

    /// <summary>Refuses a file's name that the monitor would take for something else.</summary>
    /// <exception cref="InputException">It has a blank or a semicolon.</exception>
    public static string Page(string option, string path) => path.Length > 0 && !path.AsSpan().ContainsAny(" \t;\"")
        ? path : throw new InputException($"{option}: the name of the page can have neither blanks nor semicolons nor quotation marks.");
}
