using System.CommandLine;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;

namespace PpcJit.Cli.Commands;

/// <summary>The argument and options that say what is booted.</summary>
internal sealed class ImageArguments
{
    private readonly Argument<string?> _image = new("IMAGE")
    {
        Description = "ELF, uImage, FIT image, OpenBIOS image or raw binary, also compressed (gzip, bzip2, lzma, lzo, lz4, "
            + "zstd, xz); 'linux', 'linux-direct', 'linux-walnut', 'linux-kilauea', 'linux-obs600' or 'linux-hotfoot' "
            + "for the guests that guests/linux/build.sh builds; "
            + "or an embedded guest: guest:demo, guest:stress, guest:uarea.",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { _ => Names },
    };

    private readonly Option<string?> _append = Text("--append", "TEXT", "The kernel's command line.");
    private readonly Option<string?> _initrd = Text("--initrd", "FILE", "Initial RAM disk.");
    private readonly Option<string?> _dtb =
        Text("--dtb", "FILE", "Flattened device tree: boot as U-Boot does instead of as the board's own firmware, which fills in command line, RAM "
            + "disk, memory, clocks, Ethernet addresses, external bus and flash size.");
    private readonly Option<bool> _asIs = new("--dtb-as-is") { Description = "Hand the device tree over byte for byte; nothing is filled in." };
    private readonly Option<string?> _fit = FitConfiguration();
    private readonly Option<string?> _load = Text("--load", "ADDRESS", "Where a raw binary goes: a physical address.");
    private readonly Option<string?> _entry = Text("--entry", "ADDRESS", "Where execution begins, if not where the image says.");
    private readonly FlashArguments _flash = new();
    private readonly SymbolArguments _symbols = new();

    /// <summary>What an image can be called that is not the path of a file.</summary>
    public static IEnumerable<string> Names => [.. LinuxGuest.Names, .. EmbeddedGuests.Names];

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_image);
        foreach (Option option in (Option[])[_append, _initrd, _dtb, _load, _entry])
            command.Add(option);
        command.Add(_asIs);
        command.Add(_fit);
        _flash.AddTo(command);
        _symbols.AddTo(command);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="InputException">One cannot be used.</exception>
    public BootOptions Read(ParseResult parsed)
    {
        BootOptions options = _flash.Read(parsed, parsed.GetValue(_image));
        options = options with
        {
            CommandLine = parsed.GetValue(_append),
            InitrdPath = parsed.GetValue(_initrd),
            DtbPath = parsed.GetValue(_dtb),
            TreeAsIs = parsed.IsSet(_asIs),
            FitConfiguration = parsed.GetValue(_fit),
            LoadAddress = Address(parsed, _load),
            EntryAddress = Address(parsed, _entry),
        };
        return _symbols.Read(parsed, options, replaces: true);
    }

    /// <summary>Creates the option that chooses a part of a FIT image.</summary>
    public static Option<string?> FitConfiguration() =>
        Text("--fit-config", "NAME", "Which configuration of a FIT image is booted, if not its default one.");

    private static uint? Address(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? Numbers.Address(option.Name, text) : null;

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
