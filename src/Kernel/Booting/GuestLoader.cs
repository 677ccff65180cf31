using System.Text;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Kernel.Loading;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>Brings a guest onto a board: reads and checks its image, fills memory, and sets the registers as the board's firmware would.</summary>
public static class GuestLoader
{
    /// <summary>Longest command line, in bytes: Linux for the PowerPC takes 2048 with the terminator and would silently cut a longer one.</summary>
    private const int MaxCommandLine = 2047;

    /// <summary>Loads the image that <see cref="BootOptions.ImagePath"/> names: a file, or an embedded guest as <c>guest:NAME</c>.</summary>
    /// <param name="board">A board fresh from reset.</param>
    /// <param name="options">What to boot.</param>
    /// <exception cref="InputException">Something given cannot be used; the board is unchanged.</exception>
    public static LoadedGuest Load(Board board, BootOptions options) =>
        Load(board, ReadImage(options, board.Memory.RamSize), options.ImagePath, options);

    /// <summary>Reads the image that <see cref="BootOptions.ImagePath"/> names, for whoever has to look at it before there is a board.</summary>
    /// <param name="options">What is to be booted.</param>
    /// <param name="memoryBytes">Bytes of RAM that the board will have.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static ReadOnlyMemory<byte> ReadImage(BootOptions options, uint memoryBytes) =>
        options.ImagePath.Length == 0 && options.IsFirmware ? default
        : options.IsAtHand(options.ImagePath, out ReadOnlyMemory<byte> image) ? image
        : EmbeddedGuests.Find(options.ImagePath) ?? options.ReadFile(options.ImagePath, BootLimits.Image(memoryBytes)).Memory;

    /// <summary>Opens the flash of a board: the one that is asked for, or an erased one for an image that lies at the reset vector.</summary>
    /// <param name="board">The board.</param>
    /// <param name="image">The image file's contents; empty for the firmware that the flash holds.</param>
    /// <param name="options">What is to be booted.</param>
    /// <param name="memoryBytes">Bytes of RAM that the board will have.</param>
    /// <returns>Null for a board that needs none.</returns>
    /// <exception cref="InputException">The file cannot be used.</exception>
    public static FlashFile? OpenFlash(BoardDescription board, ReadOnlyMemory<byte> image, BootOptions options, uint memoryBytes)
    {
        if (options.Flash is { } flash)
            return FlashFile.Open(flash, options, board);
        return !image.IsEmpty && IsAtReset(ReadFormat(new ImageBytes(options.ImagePath, image), options, memoryBytes))
            ? FlashFile.Open(new FlashOptions(Path: null), options, board)
            : null;
    }

    /// <summary>Opens the disk of a board.</summary>
    /// <param name="board">The board.</param>
    /// <param name="options">What is to be booted; the file of the disk is open in it afterwards.</param>
    /// <param name="isKept">Whether what the guest writes may be written back.</param>
    /// <returns>Null for a board that needs none; the caller closes it.</returns>
    /// <exception cref="InputException">The board can have none, or the file cannot be used.</exception>
    /// <exception cref="OutputException">It could not be written back.</exception>
    public static DiskFile? OpenDisk(BoardDescription board, ref BootOptions options, bool isKept)
    {
        if (options.Disk is not { } disk)
            return null;
        if (board.Validate(board.UsualOptions with { HasDisk = true }) is { } problem)
            throw new InputException($"--disk {disk.Path}: {problem}");
        if (options.OpenDisk is null)
        {
            bool isHeld = disk.Keeping == FileKeeping.WriteBack && !isKept;
            options = options with { OpenDisk = DiskFile.Open(isHeld ? disk with { Keeping = FileKeeping.Snapshot } : disk) };
        }

        return options.OpenDisk;
    }

    /// <summary>Whether an image has the instruction with which a processor begins that comes out of reset.</summary>
    private static bool IsAtReset(LoadableImage image) =>
        image.Segments.Any(segment => Board.ResetVector - segment.Address < (uint)segment.Bytes.Length);

    /// <summary>A raw binary that is firmware ends at the end of the address space.</summary>
    internal static LoadableImage ReadFormat(ImageBytes file, BootOptions options, uint memoryBytes)
    {
        if (!options.IsFirmware)
            return ImageReader.Read(file, memoryBytes, options.LoadAddress, options.EntryAddress, options.FitConfiguration);
        if (options.LoadAddress is not null || options.EntryAddress is not null || options.FitConfiguration is not null)
            throw new InputException("--firmware goes where its last word is at 0xfffffffc, and starts there; --load, --entry and --fit-config are "
                + "for an IMAGE.");
        LoadableImage image = ImageReader.ReadFirmware(file, memoryBytes);
        return IsAtReset(image) ? image : throw file.Bad("it has no instruction at 0xfffffffc, where the processor comes out of reset");
    }

    /// <summary>Loads an image that is already in host memory.</summary>
    /// <param name="board">A board fresh from reset.</param>
    /// <param name="image">The image file's contents.</param>
    /// <param name="displayName">What messages call the image.</param>
    /// <param name="options">The rest; <see cref="BootOptions.ImagePath"/> is not looked at.</param>
    /// <exception cref="InputException">Something given cannot be used; the board is unchanged.</exception>
    public static LoadedGuest Load(Board board, ReadOnlyMemory<byte> image, string displayName, BootOptions options)
    {
        LoadedGuest guest = Load(board, new ImageBytes(displayName, image), options);
        if (board.Flash is not null && !options.StopsAtReset)
            board.AllowRestart();
        return guest;
    }

    private static unsafe LoadedGuest Load(Board board, ImageBytes file, BootOptions options)
    {
        if (file.Length == 0 && options.IsFirmware)
            return StartFlash(board, options);
        LoadableImage image = ReadFormat(file, options, board.Memory.RamSize);
        if (image.EntryAddress == Board.ResetVector && IsAtReset(image))
            return StartFirmware(board, file, image, options);
        IBootProtocol protocol = Protocol(board, image, options);
        BootRequest request = new(board, CommandLine(options), Initrd(options, board.Memory.RamSize) ?? image.Initrd);
        SymbolTable? symbols = Symbols(image, options);
        SymbolTable[] programs = [.. options.ProgramSymbolPaths.Select(
            program => SymbolListing.Read(options.ReadFile(program.Path)).Within(program.Name))];

        Placement placement = new(board.Memory);
        foreach (ImageSegment segment in image.Segments)
            placement.Add(file.Name, segment.Address, segment.Bytes, segment.MemorySize);
        BootRegisters registers = protocol.Prepare(request, placement);

        placement.Commit();
        FirmwareConsole.SetUp(board, protocol.BaudRate);
        registers.Apply(board.Processor.State, image.EntryAddress);
        string description = $"{file.Name}: {image.Format}, entry 0x{image.EntryAddress:x8}, {protocol.Name}";
        return new LoadedGuest(description, image.EntryAddress, symbols, placement.Ranges) { ProgramSymbols = programs };
    }

    /// <summary>Puts firmware into the flash; the processor is as it comes out of reset.</summary>
    private static LoadedGuest StartFirmware(Board board, ImageBytes file, LoadableImage image, BootOptions options)
    {
        RefuseHandOver(options);
        SymbolTable? symbols = Symbols(image, options);
        Placement placement = new(board.Memory);
        foreach (ImageSegment segment in image.Segments)
            placement.Add(file.Name, segment.Address, segment.Bytes, segment.MemorySize);
        placement.Commit();
        board.ComeOutOfReset();
        return new LoadedGuest($"{file.Name}: {image.Format}, firmware from reset", Board.ResetVector, symbols, placement.Ranges);
    }

    /// <summary>Starts what the flash holds.</summary>
    private static LoadedGuest StartFlash(Board board, BootOptions options)
    {
        RefuseHandOver(options);
        string name = options.Flash?.Path ?? "The flash";
        if (!board.Memory.TryRead(Board.ResetVector, 4, out uint first) || first == uint.MaxValue)
            throw new InputException($"--flash {name}: it holds no firmware: the word at 0xfffffffc, where the processor comes "
                + $"out of reset, is erased; --firmware FILE brings one.");
        SymbolTable? symbols = options.SymbolsPath is { } path ? SymbolListing.Read(options.ReadFile(path)) : null;
        board.ComeOutOfReset();
        return new LoadedGuest($"{name}: firmware from reset", Board.ResetVector, symbols, []);
    }

    /// <summary>Firmware takes nothing over: it finds what it boots by itself.</summary>
    private static void RefuseHandOver(BootOptions options)
    {
        string? given = options.CommandLine is not null ? "--append" : options.InitrdPath is not null ? "--initrd"
            : options.DtbPath is not null ? "--dtb" : options.TreeAsIs ? "--dtb-as-is" : null;
        if (given is not null)
            throw new InputException($"{given} is what a boot loader hands to a kernel; firmware that comes out of reset is handed nothing.");
    }

    private static SymbolTable? Symbols(LoadableImage image, BootOptions options)
    {
        SymbolTable? symbols = options.SymbolsPath is { } path ? SymbolListing.Read(options.ReadFile(path)) : image.Symbols;
        return options.MoreSymbolPaths.Count == 0
            ? symbols
            : new SymbolTable([.. symbols?.All ?? [], .. options.MoreSymbolPaths.SelectMany(more => SymbolListing.Read(options.ReadFile(more)).All)]);
    }

    private static IBootProtocol Protocol(Board board, LoadableImage image, BootOptions options)
    {
        if (options.Protocol is { } own)
            return options.DtbPath is null && !options.TreeAsIs ? new FirmwareBoot(own)
                : throw new InputException($"A device tree is handed over by a boot protocol of its own, and not by {own.Name}.");
        ImageBytes? file = options.DtbPath is { } path ? options.ReadOnce(path) : image.DeviceTree;
        if (file is not null)
            return new DeviceTreeBoot(file, FlattenedTreeReader.Read(file), options.TreeAsIs);
        return options.TreeAsIs ? throw new InputException("--dtb-as-is is about a device tree, and there is none; give one with --dtb FILE.")
            : BoardCatalog.Find(board.Name) is { } description ? new FirmwareBoot(description.Firmware)
            : throw new InputException($"The board {board.Name} has no firmware here to start a kernel with; "
                + "a device tree (--dtb FILE) does without.");
    }

    private static ImageBytes? Initrd(BootOptions options, uint memoryBytes)
    {
        if (options.InitrdPath is not { } path)
            return null;
        ImageBytes file = options.ReadOnce(path, new InputLimit(memoryBytes, "which is what the board's memory holds"));
        return UImage.HasMagic(file.Memory.Span) ? UImage.ReadRamDisk(file) : file;
    }

    private static ReadOnlyMemory<byte>? CommandLine(BootOptions options)
    {
        if (options.CommandLine is not { } text)
            return null;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > MaxCommandLine)
            throw new InputException($"The command line has {bytes.Length} bytes; a kernel takes at most {MaxCommandLine}.");
        if (bytes.AsSpan().Contains((byte)0))
            throw new InputException("The command line contains a zero byte, which would end it.");
        return bytes;
    }
}
