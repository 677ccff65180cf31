using System.CommandLine;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;

namespace PpcJit.Cli.Commands;

/// <summary>The options that name files with names of code and data.</summary>
internal sealed class SymbolArguments
{
    private readonly Option<string[]> _symbols = new("--symbols")
    {
        Description = "Names for reports and for words of the monitor: a System.map, an nm listing, or an ELF. "
            + "Default: the image's own. May be given again; all count.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _programs = new("--user-symbols")
    {
        Description = "Names of a program that runs on the guest's kernel; they become NAME.main and so on, beside the kernel's. May be given again.",
        HelpName = "NAME=FILE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_symbols);
        command.Add(_programs);
    }

    /// <summary>Adds the files to what is booted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">What is booted.</param>
    /// <param name="replaces">Whether files that are given stand in place of those that belong to the image.</param>
    /// <exception cref="InputException">A program has no name.</exception>
    public BootOptions Read(ParseResult parsed, BootOptions options, bool replaces)
    {
        string[] files = parsed.GetValue(_symbols) ?? [];
        if (replaces && files.Length > 0)
            options = options with { SymbolsPath = files[0] };
        return options with
        {
            MoreSymbolPaths = [.. options.MoreSymbolPaths, .. replaces ? files.Skip(1) : files],
            ProgramSymbolPaths = [.. options.ProgramSymbolPaths, .. (parsed.GetValue(_programs) ?? []).Select(Program)],
        };
    }

    private static ProgramSymbols Program(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : text[..equals];
        bool isName = name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(
            letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
        return isName && equals + 1 < text.Length
            ? new ProgramSymbols(name, text[(equals + 1)..])
            : throw new InputException($"--user-symbols {text}: it is NAME=FILE, with a name of letters, digits and _.");
    }
}
