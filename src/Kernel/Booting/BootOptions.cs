using System.Collections.Concurrent;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>What a person asks to be booted.</summary>
public sealed record BootOptions
{
    private readonly ConcurrentDictionary<string, ImageBytes> _read = new();

    /// <summary>
    /// Path of the kernel image: ELF, uImage, FIT image, OpenBIOS image or raw binary, each plain or compressed; or <c>guest:NAME</c> for an
    /// embedded guest.
    /// </summary>
    public required string ImagePath { get; init; }

    /// <summary>
    /// Whether the image is firmware: a raw binary goes where its last word is at 0xfffffffc, and the processor starts there as it comes
    /// out of reset. With an
    /// empty <see cref="ImagePath"/> the flash holds the firmware already.
    /// </summary>
    public bool IsFirmware { get; init; }

    /// <summary>What the board's flash holds; null for a board without one, unless the image needs it.</summary>
    public FlashOptions? Flash { get; init; }

    /// <summary>What the board's disk holds; null for a board without one.</summary>
    public DiskOptions? Disk { get; init; }

    /// <summary>The open file of <see cref="Disk"/>; null as long as nobody has opened it.</summary>
    public DiskFile? OpenDisk { get; init; }

    /// <summary>Whether a reset ends the run even where the board has firmware to go on with.</summary>
    public bool StopsAtReset { get; init; }

    /// <summary>The kernel's command line; null when none was given.</summary>
    public string? CommandLine { get; init; }

    /// <summary>Path of an initial RAM disk; null for none.</summary>
    public string? InitrdPath { get; init; }

    /// <summary>Path of a flattened device tree; null for the board's own boot protocol.</summary>
    public string? DtbPath { get; init; }

    /// <summary>Whether the device tree is handed over byte for byte, with nothing filled in.</summary>
    public bool TreeAsIs { get; init; }

    /// <summary>How the kernel is entered; null for as the image's device tree or the board's own firmware has it.</summary>
    public IBoardFirmware? Protocol { get; init; }

    /// <summary>Which configuration of a FIT image is booted; null for the one that the image says itself, and for other images.</summary>
    public string? FitConfiguration { get; init; }

    /// <summary>Physical address at which a raw binary is loaded; null for images that say it themselves.</summary>
    public uint? LoadAddress { get; init; }

    /// <summary>Physical address of the first instruction; null for the image's own (for a raw binary: <see cref="LoadAddress"/>).</summary>
    public uint? EntryAddress { get; init; }

    /// <summary>Path of a System.map, an <c>nm</c> listing or an ELF with symbols; null for the image's own symbols.</summary>
    public string? SymbolsPath { get; init; }

    /// <summary>Paths of further such files, whose symbols count too.</summary>
    public IReadOnlyList<string> MoreSymbolPaths { get; init; } = [];

    /// <summary>Where the symbols of programs are that run on the guest's kernel.</summary>
    public IReadOnlyList<ProgramSymbols> ProgramSymbolPaths { get; init; } = [];

    /// <summary>Contents of files that are at hand already, by path: those are not read again. Null for none.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? AtHand { get; init; }

    /// <summary>Gives the contents of a file that are at hand already.</summary>
    /// <returns>False when they are not.</returns>
    public bool IsAtHand(string path, out ReadOnlyMemory<byte> contents)
    {
        contents = default;
        return AtHand is { } known && known.TryGetValue(path, out contents);
    }

    /// <summary>Reads one of the files that are named here.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="limit">What it may have; null for as much as a file of its kind.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public ImageBytes ReadFile(string path, InputLimit? limit = null) =>
        IsAtHand(path, out ReadOnlyMemory<byte> contents) ? new ImageBytes(path, contents) : InputFile.Read(path, limit ?? LimitOf(path));

    /// <summary>What is known without a board of how large a file may be; null for an image and a RAM disk, whose limit is the
    /// board's memory.</summary>
    private InputLimit? LimitOf(string path) => path == ImagePath || path == InitrdPath ? null : path == DtbPath ? BootLimits.Tree
        : SymbolListing.Limit;

    /// <summary>Reads a file that makes a run what it is: once, so that a hash of it is one of what was booted.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="limit">What it may have; null for as much as any file.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public ImageBytes ReadOnce(string path, InputLimit? limit = null) => _read.GetOrAdd(path, _ => ReadFile(path, limit));

    /// <summary>The files that are read; those of a flash and a disk are also written.</summary>
    public IEnumerable<NamedFile> Files() =>
    [
        NamedFile.Input(IsFirmware ? "--firmware" : "IMAGE", ImagePath), NamedFile.Input("--initrd", InitrdPath), NamedFile.Input("--dtb", DtbPath),
        NamedFile.Input("--symbols", SymbolsPath), new NamedFile("--flash", Flash?.Path, Flash is { Keeping: FileKeeping.WriteBack }),
        new NamedFile("--disk", Disk?.Path, Disk is { Keeping: FileKeeping.WriteBack }),
        .. MoreSymbolFiles(),
    ];

    /// <summary>The files with symbols that are read beside those of the image.</summary>
    public IEnumerable<NamedFile> MoreSymbolFiles() =>
    [
        .. MoreSymbolPaths.Select(more => NamedFile.Input("--symbols", more)),
        .. ProgramSymbolPaths.Select(program => NamedFile.Input("--user-symbols", program.Path)),
    ];

    /// <summary>Gives what to boot for the image a person named: the Linux guest by its name, an embedded guest, or a file.</summary>
    /// <exception cref="InputException">The Linux guest is wanted and has not been built.</exception>
    public static BootOptions Of(string image) => LinuxGuest.Find(image) is var (path, symbols)
        ? new BootOptions { ImagePath = path, SymbolsPath = symbols }
        : new BootOptions { ImagePath = image };
}

/// <summary>Where the symbols of a program are.</summary>
/// <param name="Name">The program's name, which stands ahead of each symbol's with a dot.</param>
/// <param name="Path">Path of a listing, or of an ELF with symbols.</param>
public sealed record ProgramSymbols(string Name, string Path);
