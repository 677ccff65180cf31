using System.CommandLine;
using PpcJit.Cli.Outcomes;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading;
using Symbol = PpcJit.Kernel.Loading.Symbol;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit disasm IMAGE</c>: the instructions of an image as text.</summary>
internal static class DisasmCommand
{
    /// <summary>How much of a symbol without a size is shown.</summary>
    private const uint SizeOfUnsized = 256;

    private static readonly Argument<string> Image =
        new("IMAGE") { Description = "ELF, uImage or raw binary, also compressed with gzip; or 'linux'.",
            CompletionSources = { _ => ImageArguments.Names } };
    private static readonly Option<string?> Start = new("--start") { Description = "First address.", HelpName = "ADDRESS" };
    private static readonly Option<string?> End = new("--end") { Description = "Address after the last one.", HelpName = "ADDRESS" };
    private static readonly Option<string?> SymbolName = new("--symbol") { Description = "Show this function or table only.", HelpName = "NAME" };
    private static readonly Option<string?> Load = new("--load") { Description = "Where a raw binary goes.", HelpName = "ADDRESS" };
    private static readonly Option<string?> Symbols = new("--symbols")
    {
        Description = "Names: a System.map, an nm listing, or an ELF. Default: the image's own.",
        HelpName = "FILE",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new("disasm", "Show the instructions of an image as text.") { Image, Start, End, SymbolName, Load, Symbols };
        command.SetAction(parsed =>
        {
            BootOptions options = BootOptions.Of(parsed.GetRequiredValue(Image)) with
            {
                LoadAddress = parsed.GetValue(Load) is { } load ? Numbers.Address("--load", load) : null,
            };
            if (parsed.GetValue(Symbols) is { } symbols)
                options = options with { SymbolsPath = symbols };
            ProgramListing listing = ProgramListing.Read(options.ImagePath, options.LoadAddress, options.SymbolsPath);
            (uint first, uint last) = Range(parsed, listing);
            if (Write(parsed.InvocationConfiguration.Output, listing, first, last) == 0)
                throw new InputException($"{options.ImagePath} has nothing between 0x{first:x8} and 0x{last:x8}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static (uint First, uint Last) Range(ParseResult parsed, ProgramListing listing)
    {
        if (parsed.GetValue(SymbolName) is { } name)
        {
            if (parsed.GetValue(Start) is not null || parsed.GetValue(End) is not null)
                throw new InputException("--symbol says itself where it starts and ends; leave out --start and --end.");
            Symbol symbol = Find(listing, name);
            return (symbol.Address, symbol.Address + ((symbol.Size == 0 ? SizeOfUnsized : symbol.Size) - 1));
        }

        uint first = parsed.GetValue(Start) is { } start ? Numbers.Address("--start", start) : 0;
        uint end = parsed.GetValue(End) is { } text ? Numbers.Address("--end", text) : 0;
        if (parsed.GetValue(End) is not null && end <= first)
            throw new InputException($"--end 0x{end:x} does not lie after --start 0x{first:x}.");
        return (first, end - 1);
    }

    private static Symbol Find(ProgramListing listing, string name)
    {
        if (listing.Symbols is not { } symbols)
            throw new InputException($"--symbol {name}: the image has no symbols; --symbols FILE can give them.");
        return symbols.TryFind(name, out Symbol? symbol)
            ? symbol
            : throw new InputException($"There is no symbol '{name}'.{NearestName.Question(name, symbols.All.Select(candidate => candidate.Name))}");
    }

    private static int Write(TextWriter output, ProgramListing listing, uint first, uint last)
    {
        int lines = 0;
        foreach (ListingLine line in listing.Lines(first, last))
        {
            if (listing.Symbols?.Find(line.Address) is { Offset: 0 } place)
                output.Write($"{(lines == 0 ? "" : "\n")}{line.Address:x8} <{place.Symbol.Name}>:\n");
            output.Write($"{line.Address:x8}:\t{line.Word:x8}\t{line.Text}\n");
            lines++;
        }

        return lines;
    }
}
