using System.Reflection;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Runs;

/// <summary>What was booted: the beginning of a run.</summary>
public sealed class RunStart
{
    private readonly ReadOnlyMemory<byte> _image;
    private readonly BootOptions _options;
    private readonly Dictionary<string, string> _paths = [];
    private readonly Lazy<IReadOnlyDictionary<string, string>> _facts;
    private readonly Lazy<IReadOnlyList<RunSymbols>> _moreSymbols;
    private ReadOnlyMemory<byte> _diskBefore;

    /// <summary>Describes the beginning of a run.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="image">The image file's contents.</param>
    /// <param name="options">The rest of what is booted.</param>
    /// <param name="identity">What makes it the same run as another.</param>
    public RunStart(Board board, ReadOnlyMemory<byte> image, BootOptions options, RunIdentity identity)
    {
        (_image, _options) = (image, options);
        BoardName = board.Name;
        AddPath("image", options.ImagePath.Length == 0 ? null : options.ImagePath);
        AddPath(RunIdentity.Flash, options.Flash?.Path);
        AddPath(RunIdentity.Disk, options.Disk?.Path);
        AddPath("initrd", options.InitrdPath);
        AddPath("dtb", options.DtbPath);
        AddPath("symbols", options.SymbolsPath);
        _facts = new(() => options.SymbolsPath is { } symbols ? new Dictionary<string,
            string>(identity.Facts) { ["symbols"] = HashOf(symbols) } : identity.Facts);
        _moreSymbols = new(() =>
        [
            .. options.MoreSymbolPaths.Select(more => new RunSymbols(HashOf(more), Program: null, Whole(more))),
            .. options.ProgramSymbolPaths.Select(program => new RunSymbols(HashOf(program.Path), program.Name, Whole(program.Path))),
        ]);
    }

    /// <summary>The version of PpcJit, as facts have it.</summary>
    public static string Version { get; } =
        (typeof(RunStart).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Replace(' ', '-');

    /// <summary>The board's name.</summary>
    public string BoardName { get; }

    /// <summary>What makes it the same run as another. Files are hashed when this is asked for first.</summary>
    /// <exception cref="InputException">One cannot be read any more.</exception>
    public IReadOnlyDictionary<string, string> Facts => _facts.Value;

    /// <summary>Further files with names for reports.</summary>
    /// <exception cref="InputException">One cannot be read any more.</exception>
    public IReadOnlyList<RunSymbols> MoreSymbols => _moreSymbols.Value;

    /// <summary>Where the files are, by role.</summary>
    public IReadOnlyDictionary<string, string> Paths => _paths;

    /// <summary>
    /// Gives what makes it the same run as another, with what the run has written into the file of its disk until now: without that, the disk's
    /// beginning is not found again.
    /// </summary>
    public IReadOnlyDictionary<string, string> FactsOfEnd()
    {
        _diskBefore = _options.OpenDisk is { IsWrittenBack: true } disk ? disk.Before : default;
        return _diskBefore.IsEmpty ? Facts
            : new Dictionary<string, string>(Facts) { [RunIdentity.DiskBefore] = RunIdentity.Hash(_diskBefore) };
    }

    /// <summary>
    /// Gives the contents of the files that the run itself changes, by SHA-256: a flash's, which is written back, and of a disk's what
    /// <see cref="FactsOfEnd"/> last found written.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> ChangingContents()
    {
        Dictionary<string, ReadOnlyMemory<byte>> contents = [];
        if (!_diskBefore.IsEmpty)
            contents[RunIdentity.Hash(_diskBefore)] = _diskBefore;
        if (_options.Flash is { Path: { } flash })
            contents[Facts[RunIdentity.Flash]] = _options.ReadFile(flash).Memory;
        return contents;
    }

    /// <summary>Gives the contents of all files, by SHA-256.</summary>
    /// <exception cref="InputException">One cannot be read any more.</exception>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Contents()
    {
        Dictionary<string, ReadOnlyMemory<byte>> contents = new(ChangingContents());
        if (!_image.IsEmpty)
            contents[Facts["image"]] = _image;
        foreach (string path in new[] { _options.InitrdPath, _options.DtbPath }.OfType<string>())
            Add(_options.ReadOnce(path).Memory);
        foreach (string path in new[] { _options.SymbolsPath }.OfType<string>().Concat(_options.MoreSymbolPaths).Concat(
            _options.ProgramSymbolPaths.Select(program => program.Path)))
            Add(_options.ReadFile(path).Memory);
        return contents;

        void Add(ReadOnlyMemory<byte> file) => contents[RunIdentity.Hash(file)] = file;
    }

    private static string Whole(string path) =>
        EmbeddedGuests.IsName(path) || path.StartsWith("/dev/", StringComparison.Ordinal) || path is "-" or "" ? path : Path.GetFullPath(path);

    private string HashOf(string path) => RunIdentity.Hash(_options.ReadFile(path).Memory);

    private void AddPath(string role, string? path)
    {
        if (path is not null)
            _paths.Add(role, Whole(path));
    }
}
