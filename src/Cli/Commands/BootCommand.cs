using System.CommandLine;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit boot IMAGE</c>: boots a kernel or any other program on a board.</summary>
internal static class BootCommand
{
    private static readonly Argument<string> Image = new("IMAGE")
    {
        Description = "ELF, uImage or raw binary, also compressed with gzip; or 'linux' for the guest that guests/linux/build.sh builds.",
    };

    private static readonly Option<string?> Append = Text("--append", "TEXT", "The kernel's command line.");
    private static readonly Option<string?> Initrd = Text("--initrd", "FILE", "Initial RAM disk.");
    private static readonly Option<string?> Dtb = Text("--dtb", "FILE", "Flattened device tree: boot as U-Boot does instead of as the board's own firmware.");
    private static readonly Option<string?> Load = Text("--load", "ADDRESS", "Where a raw binary goes: a physical address.");
    private static readonly Option<string?> Entry = Text("--entry", "ADDRESS", "Where execution begins, if not where the image says.");
    private static readonly Option<string?> Symbols = Text("--symbols", "FILE", "Names for reports: a System.map, an nm listing, or an ELF. Default: the image's own.");

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        BoardArguments boards = new();
        RunArguments runs = new();
        Command command = new("boot", "Boot a kernel, with UART0 as the terminal.") { Image };
        boards.AddTo(command);
        foreach (Option option in (Option[])[Append, Initrd, Dtb, Load, Entry, Symbols])
            command.Add(option);
        runs.AddTo(command);
        command.SetAction(parsed =>
        {
            RunRequest request = runs.Read(parsed);
            BootOptions options = ReadOptions(parsed);
            using Board board = boards.CreateBoard(parsed);
            LoadedGuest guest = GuestLoader.Load(board, options);
            return GuestRun.Execute(board, guest, request, readsInput: true);
        });
        return command;
    }

    private static BootOptions ReadOptions(ParseResult parsed)
    {
        BootOptions options = LinuxGuest.Resolve(parsed.GetRequiredValue(Image));
        return options with
        {
            CommandLine = parsed.GetValue(Append),
            InitrdPath = parsed.GetValue(Initrd),
            DtbPath = parsed.GetValue(Dtb),
            LoadAddress = Address(parsed, Load),
            EntryAddress = Address(parsed, Entry),
            SymbolsPath = parsed.GetValue(Symbols) ?? options.SymbolsPath,
        };
    }

    private static uint? Address(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? Numbers.Address(option.Name, text) : null;

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
