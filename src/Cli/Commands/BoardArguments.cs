using System.CommandLine;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary>The options that choose a board.</summary>
internal sealed class BoardArguments
{
    private const string Auto = "auto";

    private readonly Option<string> _board = new("--board")
    {
        Description = "The board; 'ppcjit boards' shows them all. auto chooses by the device tree, the board's name in "
            + "the image, or where the image is linked.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Auto,
        CompletionSources = { _ => BoardCatalog.All.Select(board => board.Name).Append(Auto) },
    };

    private readonly Option<string?> _memory = new("--memory", "-m")
    {
        Description = "How much RAM the board has: 64M, 128M; a small number alone is in MB.",
        HelpName = "SIZE",
    };

    private readonly Option<string?> _clock = new("--clock")
    {
        Description = "CPU clock of the board in Hz: 266M. Default: the board's usual one.",
        HelpName = "HZ",
    };

    private bool _toldUnit;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_board);
        command.Add(_memory);
        command.Add(_clock);
    }

    /// <summary>Finds the board that the options ask for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="image">The image's contents, by which a board may be chosen.</param>
    /// <param name="boot">What is to be booted.</param>
    /// <exception cref="InputException">There is no such board.</exception>
    public BoardChoice Choose(ParseResult parsed, ReadOnlyMemory<byte> image, BootOptions boot)
    {
        string name = parsed.GetValue(_board) ?? Auto;
        return name == Auto ? BoardChooser.Choose(image, boot, Options(parsed).MemoryBytes) : new BoardChoice(Find(name), null);
    }

    /// <summary>Says that the image's device tree is for another board than was asked for; null when nothing speaks against it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="image">The image's contents.</param>
    /// <param name="boot">What is to be booted.</param>
    /// <exception cref="InputException">The image or the device tree cannot be used.</exception>
    public string? Contradiction(ParseResult parsed, ReadOnlyMemory<byte> image, BootOptions boot)
    {
        string name = parsed.GetValue(_board) ?? Auto;
        return name != Auto && BoardChooser.Contradiction(Find(name), image, boot, Options(parsed).MemoryBytes) is { } other
            ? $"--board {name}: {other}; it is booted on {name}, as was asked" : null;
    }

    /// <summary>Reads the image; no more of it than the memory that is asked for can hold.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public ReadOnlyMemory<byte> ReadImage(ParseResult parsed, BootOptions boot) => GuestLoader.ReadImage(boot, Options(parsed).MemoryBytes);

    /// <summary>Opens the flash that is asked for, or that the image needs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="description">The board.</param>
    /// <param name="image">The image's contents.</param>
    /// <param name="boot">What is to be booted; the flash's contents are at hand afterwards.</param>
    /// <returns>Null for a board without flash.</returns>
    /// <exception cref="InputException">The file cannot be used.</exception>
    public FlashFile? OpenFlash(ParseResult parsed, BoardDescription description, ReadOnlyMemory<byte> image, ref BootOptions boot)
    {
        FlashFile? flash = GuestLoader.OpenFlash(description, image, boot, Options(parsed).MemoryBytes);
        boot = flash?.Keep(boot) ?? boot;
        return flash;
    }

    /// <summary>Creates a board as the options ask for it.</summary>
    /// <exception cref="InputException">It cannot be so.</exception>
    public Board CreateBoard(ParseResult parsed, BoardDescription description, FlashFile? flash = null, DiskFile? disk = null)
    {
        BoardOptions options = Options(parsed, description) with { FlashBytes = (uint?)flash?.Starting.Length, HasDisk = disk is not null };
        if (description.Validate(options) is { } problem)
            throw new InputException(problem);
        Board board = description.Create(options);
        flash?.Load(board);
        disk?.Load(board);
        return board;
    }

    private BoardOptions Options(ParseResult parsed, BoardDescription? description = null)
    {
        BoardOptions options = description?.UsualOptions ?? new BoardOptions();
        if (parsed.GetValue(_memory) is { } memory)
            options = options with { MemoryBytes = Numbers.Size("--memory", WithUnit(memory)) };
        if (parsed.GetValue(_clock) is { } clock)
            options = options with { ClockHz = Numbers.Count("--clock", clock) };
        return options;
    }

    /// <summary>A number without a unit that is far too small for bytes means MB, as for QEMU.</summary>
    private string WithUnit(string memory)
    {
        if (!uint.TryParse(memory, System.Globalization.NumberStyles.None, null, out uint number) || number is 0 or > 4095)
            return memory;
        if (!_toldUnit)
            StandardError.WriteLine($"ppcjit: --memory {memory} is taken as {number} MB; write {number}M.");
        _toldUnit = true;
        return memory + "M";
    }

    private static BoardDescription Find(string name)
    {
        IEnumerable<string> names = BoardCatalog.All.Select(board => board.Name).Append(Auto);
        return BoardCatalog.Find(name)
            ?? throw new InputException($"There is no board '{name}'; there is: {string.Join(", ", names)}.{NearestName.Question(name, names)}");
    }
}
