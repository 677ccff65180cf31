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

    /// <summary>Describes the beginning of a run.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="image">The image file's contents.</param>
    /// <param name="options">The rest of what is booted.</param>
    /// <param name="identity">What makes it the same run as another.</param>
    public RunStart(Board board, ReadOnlyMemory<byte> image, BootOptions options, RunIdentity identity)
    {
        (_image, _options) = (image, options);
        BoardName = board.Name;
        Dictionary<string, string> facts = new(identity.Facts);
        AddPath("image", options.ImagePath.Length == 0 ? null : options.ImagePath);
        AddPath(RunIdentity.Flash, options.Flash?.Path);
        AddPath("initrd", options.InitrdPath);
        AddPath("dtb", options.DtbPath);
        AddPath("symbols", options.SymbolsPath);
        if (options.SymbolsPath is { } symbols)
            facts["symbols"] = RunIdentity.Hash(options.ReadFile(symbols).Memory);
        Facts = facts;
    }

    /// <summary>The version of PpcJit, as facts have it.</summary>
    public static string Version { get; } =
        (typeof(RunStart).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Replace(' ', '-');

    /// <summary>The board's name.</summary>
    public string BoardName { get; }

    /// <summary>What makes it the same run as another.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>Where the files are, by role.</summary>
    public IReadOnlyDictionary<string, string> Paths => _paths;

    /// <summary>Gives the contents of the files that the run itself changes, by SHA-256: a flash's, which is written back.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> ChangingContents()
    {
        Dictionary<string, ReadOnlyMemory<byte>> contents = [];
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
        foreach (string? path in (string?[])[_options.InitrdPath, _options.DtbPath, _options.SymbolsPath])
        {
            if (path is not null && _options.ReadFile(path).Memory is var file)
                contents[RunIdentity.Hash(file)] = file;
        }

        return contents;
    }

    private void AddPath(string role, string? path)
    {
        if (path is not null)
            _paths.Add(role, EmbeddedGuests.IsName(path)
                || path.StartsWith("/dev/", StringComparison.Ordinal)
                || path is "-" or "" ? path : Path.GetFullPath(path));
    }
}
