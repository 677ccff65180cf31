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
        options.AtHand.TryGetValue(options.ImagePath, out ReadOnlyMemory<byte> image) ? image
        : EmbeddedGuests.Find(options.ImagePath) ?? options.ReadFile(options.ImagePath, BootLimits.Image(memoryBytes)).Memory;

    /// <summary>Loads an image that is already in host memory.</summary>
    /// <param name="board">A board fresh from reset.</param>
    /// <param name="image">The image file's contents.</param>
    /// <param name="displayName">What messages call the image.</param>
    /// <param name="options">The rest; <see cref="BootOptions.ImagePath"/> is not looked at.</param>
    /// <exception cref="InputException">Something given cannot be used; the board is unchanged.</exception>
    public static LoadedGuest Load(Board board, ReadOnlyMemory<byte> image, string displayName, BootOptions options) =>
        Load(board, new ImageBytes(displayName, image), options);

    private static unsafe LoadedGuest Load(Board board, ImageBytes file, BootOptions options)
    {
        LoadableImage image = ImageReader.Read(file, board.Memory.RamSize, options.LoadAddress, options.EntryAddress);
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

    private static SymbolTable? Symbols(LoadableImage image, BootOptions options)
    {
        SymbolTable? symbols = options.SymbolsPath is { } path ? SymbolListing.Read(options.ReadFile(path)) : image.Symbols;
        return options.MoreSymbolPaths.Count == 0
            ? symbols
            : new SymbolTable([.. symbols?.All ?? [], .. options.MoreSymbolPaths.SelectMany(more => SymbolListing.Read(options.ReadFile(more)).All)]);
    }

    private static IBootProtocol Protocol(Board board, LoadableImage image, BootOptions options)
    {
        ImageBytes? file = options.DtbPath is { } path ? options.ReadFile(path) : image.DeviceTree;
        return file is null ? BootProtocols.Of(board) : new DeviceTreeBoot(file, FlattenedTreeReader.Read(file));
    }

    private static ImageBytes? Initrd(BootOptions options, uint memoryBytes)
    {
        if (options.InitrdPath is not { } path)
            return null;
        ImageBytes file = options.ReadFile(path, new InputLimit(memoryBytes, "which is what the board's memory holds"));
        return UImage.IsUImage(file.Memory.Span) ? UImage.ReadRamDisk(file) : file;
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
