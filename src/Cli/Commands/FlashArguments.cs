using System.CommandLine;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;

namespace PpcJit.Cli.Commands;

/// <summary>The options that give a board a flash, a disk and firmware.</summary>
internal sealed class FlashArguments
{
    private readonly Option<string?> _flash = new("--flash")
    {
        Description = "The board's flash: FILE as long as it is, or with size= a new one. What the guest programs is written "
            + "back, whole, at the end and after "
            + "a second of guest time without a command; read-only protects the flash, snapshot forgets. Without IMAGE the "
                + "flash's own firmware is started.",
        HelpName = "FILE[,size=SIZE][,read-only|snapshot]",
    };

    private readonly Option<string?> _disk = new("--disk")
    {
        Description = "The board's disk: FILE has its sectors. What the guest writes is written back, sector by sector, at the end and after a "
            + "second of guest time without a write; read-only protects the disk, snapshot forgets.",
        HelpName = "FILE[,read-only|snapshot]",
    };

    private readonly Option<string?> _firmware = new("--firmware")
    {
        Description = "Firmware instead of IMAGE: a raw binary goes into the flash so that its last word is at 0xfffffffc, "
            + "where the processor comes out of "
            + "reset; an ELF goes where it says.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _noReboot = new("--no-reboot")
    {
        Description = "End the run at the first reset. Otherwise it goes on at 0xfffffffc where the flash holds firmware.",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_flash);
        command.Add(_disk);
        command.Add(_firmware);
        command.Add(_noReboot);
    }

    /// <summary>Says what is booted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="image">The IMAGE; null when none was given.</param>
    /// <exception cref="InputException">It is too much or too little.</exception>
    public BootOptions Read(ParseResult parsed, string? image)
    {
        FlashOptions? flash = parsed.GetValue(_flash) is { } text ? FlashText.Parse(text) : null;
        string? firmware = parsed.GetValue(_firmware);
        if (firmware is not null && image is not null)
            throw new InputException($"--firmware {firmware} and the image {image} exclude each other: the firmware is what is started.");
        if (firmware is null && image is null && flash is null)
            throw new InputException("There is nothing to boot: give an IMAGE, or --firmware FILE, or --flash FILE with firmware in it.");
        BootOptions options = firmware is null && image is not null
            ? BootOptions.Of(image)
            : new BootOptions { ImagePath = firmware ?? "", IsFirmware = true };
        DiskOptions? disk = parsed.GetValue(_disk) is { } described ? DiskText.Parse(described) : null;
        return options with { Flash = flash, Disk = disk, StopsAtReset = parsed.IsSet(_noReboot) };
    }
}
